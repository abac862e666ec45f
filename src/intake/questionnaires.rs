//! The questionnaires that come with the program. What they ask is in `domain.md` 5.1: the status in the reference week, unit,
//! post, match, pay, insurance, contract, changes, satisfaction, study.
//!
//! The names of the questions about the destination and the choices of `status` are read by `survey::destination`: they are the codes
//! of the statements that an answer becomes.

use crate::domain::survey::codes::BuiltIn;
use crate::domain::survey::condition::Condition;
use crate::domain::survey::destination::STUDY;
use crate::domain::survey::questionnaire::{Choice, ChoiceList, Question, QuestionKind, Questionnaire, Words};
use crate::domain::terms::{
    Channel, DestinationKind, Insurance, JobPlace, LabourContract, SpecialtyMatch, StudyChannel, StudyLevel, Term,
};

/// Yuan a month that nobody earns.
const PAY_MAX: i64 = 200_000;

/// A questionnaire that comes with the program.
pub fn built_in(which: BuiltIn) -> Questionnaire {
    match which {
        BuiltIn::HalfYear => graduates("毕业半年跟踪调查", "Graduates, half a year after graduation", false),
        BuiltIn::OneYear => graduates("毕业一年跟踪调查", "Graduates, one year after graduation", true),
        BuiltIn::ThreeYears => graduates("毕业三年跟踪调查", "Graduates, three years after graduation", true),
        BuiltIn::Employers => employers(),
        BuiltIn::Interns => interns(),
        BuiltIn::Guardians => guardians(),
    }
}

fn graduates(zh: &str, en: &str, is_later: bool) -> Questionnaire {
    let at_work = || {
        Condition::any(
            DestinationKind::ENTRIES.iter().filter(|of| of.value.employment().is_some()).map(|of| is(of.code)),
        )
    };
    let studies = || is(STUDY);
    let mut questions = vec![
        note(
            "welcome",
            "大约两分钟。答卷用于学校改进教学；可以不答，也可以随时修改。",
            "About two minutes. The answers help the school; nobody has to answer, and each answer can be changed.",
        ),
        required(one("status", "status", "您目前的情况是？", "What do you do at present?")),
        when(at_work(), required(day("start", "这份工作从哪天开始？", "Since which day do you have this job?"))),
        when(at_work(), text("employer", "工作单位的名称（个体经营写店名）", "Name of the employer or shop")),
        when(at_work(), text("post", "岗位", "Post")),
        when(at_work(), required(one("place", "place", "工作地点", "Where do you work?"))),
        when(at_work(), required(one("match", "match", "工作和所学专业", "Does the job fit what you learned?"))),
        when(
            at_work(),
            within(PAY_MAX, integer("pay", "每月收入多少元（全部现金收入）", "Yuan a month, all cash income")),
        ),
        when(at_work(), one("contract", "contract", "劳动合同", "Labour contract")),
        when(at_work(), one("insurance", "insurance", "社会保险", "Social insurance")),
        when(at_work(), one("channel", "channel", "通过什么渠道找到", "How did you find it?")),
        when(studies(), required(text("college", "就读的学校", "Where do you study?"))),
        when(studies(), required(one("study_channel", "study_channel", "升学渠道", "By which way were you admitted?"))),
        when(studies(), required(one("study_level", "study_level", "学习层次", "At which level?"))),
        when(studies(), required(day("registered", "哪天报到？", "On which day did you register there?"))),
    ];
    if is_later {
        questions.extend([
            within(
                50,
                integer("employers_count", "毕业以来在几个单位工作过？", "How many employers since graduation?"),
            ),
            one(
                "left_because",
                "left_because",
                "最近一次换单位的主要原因",
                "Main reason for the last change of employer",
            ),
            many("advanced", "advanced", "毕业以来有哪些进步？", "What has come since graduation?"),
        ]);
    }
    questions.extend([
        required(one("satisfaction", "satisfaction", "对学校的培养满意吗？", "Are you satisfied with your school?")),
        one("recommend", "yes_no", "会向别人推荐学校吗？", "Would you recommend the school?"),
        one("help_wanted", "yes_no", "需要学校提供就业帮助吗？", "Do you want help with finding a job?"),
        text("wish", "对学校的建议", "What should the school do better?"),
        required(one("contact_again", "yes_no", "学校可否再联系您？", "May the school contact you again?")),
    ]);
    let mut status: Vec<Choice> = list::<DestinationKind>("status").choices;
    let seeking = status.iter().position(|of| of.name == DestinationKind::Seeking.code()).unwrap_or(status.len());
    status.insert(seeking, choice(STUDY, "升学就读", "studying"));
    let mut lists = vec![
        ChoiceList { name: "status".to_owned(), choices: status },
        list::<JobPlace>("place"),
        list::<SpecialtyMatch>("match"),
        list::<LabourContract>("contract"),
        list::<Insurance>("insurance"),
        list::<Channel>("channel"),
        list::<StudyChannel>("study_channel"),
        list::<StudyLevel>("study_level"),
        satisfaction(),
        yes_no(),
    ];
    if is_later {
        lists.push(choices(
            "left_because",
            &[
                ("none", "没有换过", "no change"),
                ("pay", "收入", "pay"),
                ("growth", "发展空间", "prospects"),
                ("conditions", "工作条件", "conditions"),
                ("family", "家庭", "family"),
                ("closed", "单位原因", "the employer ended it"),
                ("other", "其他", "other"),
            ],
        ));
        lists.push(choices(
            "advanced",
            &[
                ("post", "职务晋升", "promotion"),
                ("skill_grade", "技能等级提升", "higher skill grade"),
                ("certificate", "取得证书", "certificate"),
                ("training", "参加培训", "training"),
                ("none", "没有", "none"),
            ],
        ));
    }
    Questionnaire { title: Words::new(zh, en), lists, questions }
}

fn employers() -> Questionnaire {
    let questions = vec![
        note(
            "welcome",
            "请按本单位录用的本校毕业生填写。",
            "Please answer for the graduates of the school whom you employ.",
        ),
        required(one(
            "satisfaction",
            "satisfaction",
            "对毕业生总体满意吗？",
            "Are you satisfied with them on the whole?",
        )),
        required(one("attitude", "satisfaction", "职业意识", "Professional attitude")),
        required(one("skill", "satisfaction", "专业能力", "Professional skill")),
        required(one("general", "satisfaction", "通用能力", "General skills")),
        within(10_000, integer("hired", "近一年录用了几人？", "How many did you hire within a year?")),
        within(10_000, integer("stayed", "其中还在岗几人？", "How many of them still work with you?")),
        one("hires_again", "yes_no", "还愿意录用本校毕业生吗？", "Do you intend to hire more of them?"),
        text("wish", "对学校的建议", "What should the school do better?"),
    ];
    let title = Words::new("用人单位满意度调查", "Satisfaction of employers");
    Questionnaire { title, lists: vec![satisfaction(), yes_no()], questions }
}

fn interns() -> Questionnaire {
    let has_trouble = || Condition::is_not("trouble", "none");
    let questions = vec![
        note(
            "welcome",
            "关于您现在的岗位实习；单位看不到答卷。",
            "About your internship; the host does not see the answers.",
        ),
        required(one("satisfaction", "satisfaction", "对实习满意吗？", "Are you satisfied with the internship?")),
        required(one("as_agreed", "yes_no", "岗位和协议写的一样吗？", "Is the post what the agreement says?")),
        required(one("paid", "yes_no", "报酬按月足额发给本人吗？", "Are you paid in full every month?")),
        required(one("safe", "yes_no", "上岗前接受过安全培训吗？", "Were you trained in safety before you began?")),
        required(one("mentored", "yes_no", "有企业导师指导吗？", "Does a mentor at the host guide you?")),
        within(24, integer("hours", "平均每天工作几小时？", "Hours of work a day on average")),
        required(one("trouble", "trouble", "遇到的主要问题", "What is the main trouble?")),
        when(has_trouble(), text("trouble_words", "请说明", "Please tell more")),
    ];
    let lists = vec![
        satisfaction(),
        yes_no(),
        choices(
            "trouble",
            &[
                ("none", "没有", "none"),
                ("hours", "加班、夜班", "long hours or nights"),
                ("pay", "报酬", "pay"),
                ("safety", "安全", "safety"),
                ("unrelated", "和专业无关", "nothing to do with the specialty"),
                ("other", "其他", "other"),
            ],
        ),
    ];
    Questionnaire { title: Words::new("实习学生调查", "Students during an internship"), lists, questions }
}

fn guardians() -> Questionnaire {
    let questions = vec![
        note("welcome", "关于您孩子的岗位实习。", "About your child's internship."),
        required(one("informed", "yes_no", "学校告知过实习安排吗？", "Did the school tell you of the internship?")),
        required(one("consented", "yes_no", "您签过知情同意书吗？", "Did you sign the consent?")),
        required(one("satisfaction", "satisfaction", "对学校的实习安排满意吗？", "Are you satisfied with it?")),
        required(one("worried", "yes_no", "有担心的事情吗？", "Does anything worry you?")),
        when(Condition::is("worried", "yes"), text("worry", "请说明", "Please tell more")),
    ];
    let title = Words::new("实习学生家长调查", "Guardians during an internship");
    Questionnaire { title, lists: vec![satisfaction(), yes_no()], questions }
}

fn satisfaction() -> ChoiceList {
    choices(
        "satisfaction",
        &[
            ("very_satisfied", "很满意", "very satisfied"),
            ("satisfied", "满意", "satisfied"),
            ("dissatisfied", "不满意", "dissatisfied"),
            ("very_dissatisfied", "很不满意", "very dissatisfied"),
            ("cannot_say", "无法评估", "cannot say"),
        ],
    )
}

fn yes_no() -> ChoiceList {
    choices("yes_no", &[("yes", "是", "yes"), ("no", "否", "no")])
}

fn is(status: &str) -> Condition {
    Condition::is("status", status)
}

fn choice(name: &str, zh: &str, en: &str) -> Choice {
    Choice { name: name.to_owned(), label: Words::new(zh, en) }
}

fn choices(name: &str, of: &[(&str, &str, &str)]) -> ChoiceList {
    ChoiceList { name: name.to_owned(), choices: of.iter().map(|(name, zh, en)| choice(name, zh, en)).collect() }
}

/// A vocabulary of statements as a list of choices.
fn list<T: Term>(name: &str) -> ChoiceList {
    let choices = T::ENTRIES.iter().map(|of| choice(of.code, of.zh, &of.value.en())).collect();
    ChoiceList { name: name.to_owned(), choices }
}

fn question(name: &str, kind: QuestionKind, zh: &str, en: &str) -> Question {
    let (label, relevant, constraint) = (Words::new(zh, en), None, None);
    Question { name: name.to_owned(), kind, label, required: false, relevant, constraint }
}

fn note(name: &str, zh: &str, en: &str) -> Question {
    question(name, QuestionKind::Note, zh, en)
}

fn text(name: &str, zh: &str, en: &str) -> Question {
    question(name, QuestionKind::Text, zh, en)
}

fn day(name: &str, zh: &str, en: &str) -> Question {
    question(name, QuestionKind::Date, zh, en)
}

fn integer(name: &str, zh: &str, en: &str) -> Question {
    question(name, QuestionKind::Integer, zh, en)
}

fn one(name: &str, list: &str, zh: &str, en: &str) -> Question {
    question(name, QuestionKind::SelectOne(list.to_owned()), zh, en)
}

fn many(name: &str, list: &str, zh: &str, en: &str) -> Question {
    question(name, QuestionKind::SelectMultiple(list.to_owned()), zh, en)
}

fn required(question: Question) -> Question {
    Question { required: true, ..question }
}

fn when(condition: Condition, question: Question) -> Question {
    Question { relevant: Some(condition), ..question }
}

fn within(most: i64, question: Question) -> Question {
    Question { constraint: Some(Condition::between(0, most)), ..question }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use strum::VariantArray as _;

    use super::*;
    use crate::domain::survey::answers::{AnswerRefusal, Answered};
    use crate::domain::survey::destination::{AnsweredDestination, destination};

    const ON: Date = date(2023, 7, 1);

    #[test]
    fn the_questionnaires_that_come_along_are_as_they_have_to_be() {
        for which in BuiltIn::VARIANTS {
            assert_eq!(built_in(*which).check(), Ok(()), "{which:?}");
        }
    }

    fn answer(questionnaire: &Questionnaire, said: &[(&str, &str)]) -> Result<Answered, AnswerRefusal> {
        let said = said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        questionnaire.answered(&said)
    }

    #[test]
    fn a_complete_answer_states_a_destination() {
        let form = built_in(BuiltIn::HalfYear);
        let rest = [("satisfaction", "满意"), ("contact_again", "yes")];
        let stated = |said: &[(&str, &str)]| {
            let answered = answer(&form, &[said, &rest].concat()).unwrap();
            assert_eq!(answered.missing, Vec::<String>::new(), "{said:?}");
            destination(&answered, ON)
        };
        let job = [
            ("status", "enterprise"),
            ("start", "2022-09-01"),
            ("place", "local"),
            ("match", "full"),
            ("employer", "甲厂"),
        ];
        let Some(AnsweredDestination::Destination { from, employer, on_specialty, .. }) = stated(&job) else {
            panic!()
        };
        assert_eq!(
            (from, employer.as_deref(), on_specialty.as_deref()),
            (date(2022, 9, 1), Some("甲厂"), Some("full"))
        );
        let Some(AnsweredDestination::Destination { from, .. }) = stated(&[("status", "seeking")]) else { panic!() };
        assert_eq!(from, ON);
        let study = [
            ("status", "study"),
            ("college", "某学院"),
            ("study_channel", "vocational_exam"),
            ("study_level", "junior_college"),
            ("registered", "2022-09-10"),
        ];
        let (college, channel, level) = ("某学院".to_owned(), StudyChannel::VocationalExam, StudyLevel::JuniorCollege);
        let registered = date(2022, 9, 10);
        assert_eq!(stated(&study), Some(AnsweredDestination::Study { college, channel, level, registered }));
        assert_eq!(destination(&answer(&form, &[("satisfaction", "满意")]).unwrap(), ON), None);
    }
}
