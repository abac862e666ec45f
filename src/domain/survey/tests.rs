//! Rules of the survey stream, of questionnaires and of answers.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::answers::{AnswerRefusal, Answered};
use super::condition::Condition;
use super::questionnaire::{
    CHOICES_MAX, Choice, ChoiceList, LABEL_LEN_MAX, Part, Place, QUESTIONS_MAX, Question, QuestionKind,
    QuestionnaireFault, Words,
};
use super::schedule::MessageKind;
use super::*;

const ON: Date = date(2023, 7, 1);
const LAST: Date = date(2023, 7, 31);
const OFFICER: StaffId = StaffId(Uuid::from_u128(1));
const PRINCIPAL: StaffId = StaffId(Uuid::from_u128(2));

fn school() -> SchoolCode {
    SchoolCode::parse("33070001").unwrap()
}

fn listed(count: u128) -> ListedClass {
    let graduates = (0..count).map(|number| StudentId(Uuid::from_u128(number + 9))).collect();
    ListedClass { class: ClassName::parse("1班").unwrap(), specialty: None, graduates }
}

fn facts(by: Option<StaffId>) -> SurveyFacts {
    SurveyFacts { by, today: ON, school: school(), listed: None, graduates: vec![listed(2)] }
}

fn knowing(facts: SurveyFacts) -> TestFramework<Survey> {
    TestFramework::with(facts)
}

fn given(events: Vec<SurveyEvent>) -> AggregateTestExecutor<Survey> {
    knowing(facts(Some(OFFICER))).given(events)
}

fn half_year() -> Box<Questionnaire> {
    Box::new(of_questions(["q", "r", "s", "t"].map(|name| question(name, QuestionKind::Text)).to_vec()))
}

fn draft() -> SurveyCommand {
    SurveyCommand::Draft { year: 2022, wave: Wave::HalfYear, questionnaire: half_year(), effective_on: ON }
}

fn drafted() -> Vec<SurveyEvent> {
    vec![
        SurveyEvent::SurveyDrafted { school: school(), year: 2022, wave: Wave::HalfYear, effective_on: ON },
        SurveyEvent::QuestionnaireDrafted { questionnaire: half_year(), by: Some(OFFICER), effective_on: ON },
    ]
}

fn approved() -> Vec<SurveyEvent> {
    let approved = SurveyEvent::QuestionnaireApproved { version: 1, by: PRINCIPAL, effective_on: ON };
    [drafted(), vec![approved]].concat()
}

fn days() -> Schedule {
    Schedule { opens_on: ON, closes_on: LAST, reminders: vec![date(2023, 7, 10)], calls_max: 3 }
}

fn schedule(schedule: Schedule) -> SurveyCommand {
    SurveyCommand::Schedule { schedule, effective_on: ON }
}

fn scheduled(schedule: Schedule) -> Vec<SurveyEvent> {
    [approved(), vec![SurveyEvent::SurveyScheduled { schedule, effective_on: ON }]].concat()
}

fn opened() -> Vec<SurveyEvent> {
    let opened = SurveyEvent::SurveyOpened { effective_on: ON };
    [scheduled(days()), vec![opened, SurveyEvent::ClassListed { listed: listed(2), effective_on: ON }]].concat()
}

fn step(step: SurveyStep) -> SurveyCommand {
    SurveyCommand::Move { step, reason: None, effective_on: ON }
}

fn moved(step: SurveyStep) -> SurveyEvent {
    SurveyEvent::SurveyMoved { step, reason: None, effective_on: ON }
}

fn undo(version: u64) -> SurveyCommand {
    SurveyCommand::Undo { version, reason: UndoReason::EntryError, effective_on: ON }
}

#[test]
fn a_campaign_is_drafted_approved_by_another_scheduled_and_opened_for_those_who_graduated() {
    given(vec![]).when(draft()).then_expect_events(drafted());
    given(drafted()).when(draft()).then_expect_events(vec![]);
    let approve = || SurveyCommand::Approve { effective_on: ON };
    given(drafted()).when(approve()).then_expect_error(SurveyRefusal::ApproverDrafted);
    knowing(facts(None)).given(drafted()).when(approve()).then_expect_error(SurveyRefusal::NobodyApproves);
    knowing(facts(Some(PRINCIPAL))).given(drafted()).when(approve()).then_expect_events(approved()[2..].to_vec());
    given(approved()).when(schedule(days())).then_expect_events(scheduled(days())[3..].to_vec());
    let open = || SurveyCommand::Open { effective_on: ON };
    given(scheduled(days())).when(open()).then_expect_events(opened()[4..].to_vec());
    given(opened()).when(open()).then_expect_events(vec![]);
    let nobody = SurveyFacts { graduates: vec![], ..facts(Some(OFFICER)) };
    let refusal = SurveyRefusal::NobodyGraduated { year: 2022 };
    knowing(nobody).given(scheduled(days())).when(open()).then_expect_error(refusal);
    let later = Schedule { opens_on: LAST, reminders: vec![], ..days() };
    given(scheduled(later)).when(open()).then_expect_error(SurveyRefusal::OpensLater { on: LAST });
    given(drafted()).when(open()).then_expect_error(SurveyRefusal::WrongStage(SurveyStage::Draft));
    given(vec![]).when(open()).then_expect_error(SurveyRefusal::NotDrafted);
    let elsewhere = SurveyFacts { listed: Some(SurveyId(Uuid::from_u128(7))), ..facts(Some(OFFICER)) };
    knowing(elsewhere).given(vec![]).when(draft()).then_expect_error(SurveyRefusal::DraftedElsewhere { year: 2022 });
}

#[test]
fn an_approved_questionnaire_is_locked_and_a_new_version_of_an_open_one_is_asked_once_it_is_approved() {
    let mut other = *half_year();
    other.questions.truncate(3);
    let other = Box::new(other);
    let change =
        |questionnaire| SurveyCommand::Draft { year: 2022, wave: Wave::HalfYear, questionnaire, effective_on: ON };
    let locked = SurveyRefusal::QuestionnaireLocked(SurveyStage::Approved);
    given(approved()).when(change(other.clone())).then_expect_error(locked);
    let second =
        SurveyEvent::QuestionnaireDrafted { questionnaire: other.clone(), by: Some(OFFICER), effective_on: ON };
    given(opened()).when(change(other)).then_expect_events(vec![second.clone()]);
    let mut survey = Survey::default();
    [opened(), vec![second.clone()]].concat().into_iter().for_each(|event| survey.apply(event));
    assert_eq!(survey.campaign().asked().map(|(version, _)| version), Some(1));
    survey.apply(SurveyEvent::QuestionnaireApproved { version: 2, by: PRINCIPAL, effective_on: ON });
    assert_eq!(survey.campaign().asked().map(|(version, of)| (version, of.questions.len())), Some((2, 3)));
    let closed = [opened(), vec![moved(SurveyStep::Close), second]].concat();
    let approve = SurveyCommand::Approve { effective_on: ON };
    knowing(facts(Some(PRINCIPAL))).given(closed).when(approve).then_expect_error(SurveyRefusal::NothingToApprove);
}

#[test]
fn days_are_in_order_and_nobody_gets_more_than_four_messages() {
    let refused = |of: Schedule, refusal| given(approved()).when(schedule(of)).then_expect_error(refusal);
    let (opens_on, closes_on, day) = (ON, LAST, |day| date(2023, 7, day));
    let turned = Schedule { opens_on: closes_on, closes_on: opens_on, ..days() };
    refused(turned, SurveyRefusal::EndsBeforeStart { opens_on: closes_on, closes_on: opens_on });
    let past = Schedule { opens_on: date(2023, 6, 1), ..days() };
    refused(past, SurveyRefusal::SchedulePast { on: date(2023, 6, 1), today: ON });
    let outside = Schedule { reminders: vec![ON], ..days() };
    refused(outside, SurveyRefusal::ReminderOutside(ON));
    let many = Schedule { reminders: [3, 5, 7, 9].map(day).to_vec(), ..days() };
    refused(many, SurveyRefusal::TooManyReminders { most: 3 });
    refused(Schedule { calls_max: 0, ..days() }, SurveyRefusal::Calls { most: CALLS_MAX });
    let due = |on| days().due(on);
    assert_eq!(due(date(2023, 6, 30)), None);
    assert_eq!(due(day(9)), Some((1, MessageKind::Invitation)));
    assert_eq!(due(day(10)), Some((2, MessageKind::Reminder)));
    assert_eq!(due(date(2023, 8, 1)), None);
}

#[test]
fn a_campaign_goes_through_its_stages_and_a_step_is_taken_back() {
    use SurveyStage as Stage;
    use SurveyStep::{Archive, Cancel, Close, CodingDone, Lock, Pause, Phone, Resume};
    let mut survey = Survey::default();
    opened().into_iter().for_each(|event| survey.apply(event));
    let way = [(Pause, Stage::Paused), (Resume, Stage::Open), (Phone, Stage::PhoneFollowUp), (Pause, Stage::Paused)];
    let back = [(Resume, Stage::PhoneFollowUp), (Close, Stage::Closed), (CodingDone, Stage::CodingDone)];
    for (taken, stage) in way.into_iter().chain(back).chain([(Lock, Stage::Locked), (Archive, Stage::Archived)]) {
        let events = decide(&survey, step(taken), &facts(Some(OFFICER))).unwrap();
        events.into_iter().for_each(|event| survey.apply(event));
        assert_eq!(survey.campaign().stage(), Some(stage));
    }
    given(opened()).when(step(Cancel)).then_expect_error(SurveyRefusal::ReasonMissing);
    given(opened()).when(step(Lock)).then_expect_error(SurveyRefusal::WrongStage(Stage::Open));
    let closed = [opened(), vec![moved(Close)]].concat();
    let undone = SurveyEvent::Undone { version: 7, reason: UndoReason::EntryError, effective_on: ON };
    given(closed.clone()).when(undo(7)).then_expect_events(vec![undone]);
    given(closed.clone()).when(undo(4)).then_expect_error(SurveyRefusal::LaterStands { version: 4, latest: 7 });
    given(closed.clone()).when(undo(1)).then_expect_error(SurveyRefusal::CannotUndo { version: 1 });
    given(closed).when(undo(9)).then_expect_error(SurveyRefusal::NothingToUndo { version: 9 });
}

fn question(name: &str, kind: QuestionKind) -> Question {
    let (label, name) = (Words::new("题", "question"), name.to_owned());
    Question { name, kind, label, required: false, relevant: None, constraint: None }
}

fn of_questions(questions: Vec<Question>) -> Questionnaire {
    let choice = |name: &str| Choice { name: name.to_owned(), label: Words::new("选项", "choice") };
    let lists = vec![ChoiceList { name: "ab".to_owned(), choices: vec![choice("a"), choice("b")] }];
    Questionnaire { title: Words::new("卷", "form"), lists, questions }
}

#[test]
fn a_questionnaire_with_a_fault_is_refused_where_it_is() {
    let one = |name: &str| question(name, QuestionKind::SelectOne("ab".to_owned()));
    let at = |place, fault, questions| assert_eq!(of_questions(questions).check(), Err((place, fault)));
    let of = |index, part| Place::Question(index, part);
    let when =
        |text: &str, question: Question| Question { relevant: Some(Condition::parse(text).unwrap()), ..question };
    at(Place::Title, QuestionnaireFault::NoQuestions, vec![]);
    let many = (0..=QUESTIONS_MAX).map(|number| one(&format!("q{number}"))).collect();
    at(Place::Title, QuestionnaireFault::TooMany { questions: QUESTIONS_MAX, choices: CHOICES_MAX }, many);
    at(of(0, Part::Name), QuestionnaireFault::NotAName("1 b".to_owned()), vec![one("1 b")]);
    at(of(1, Part::Name), QuestionnaireFault::NameTwice("q".to_owned()), vec![one("q"), one("q")]);
    let lost = question("q", QuestionKind::SelectOne("nowhere".to_owned()));
    at(of(0, Part::Type), QuestionnaireFault::ListMissing("nowhere".to_owned()), vec![lost]);
    let in_one_language = Question { label: Words::new("题", " "), ..one("q") };
    at(of(0, Part::En), QuestionnaireFault::TranslationMissing, vec![in_one_language]);
    let long = Question { label: Words::new("题".repeat(LABEL_LEN_MAX + 1), "q"), ..one("q") };
    at(of(0, Part::Zh), QuestionnaireFault::LabelTooLong { most: LABEL_LEN_MAX }, vec![long]);
    let (ahead, r) = (QuestionnaireFault::ForwardReference, "r".to_owned());
    at(of(0, Part::Relevant), ahead(r.clone()), vec![when("${r}='a'", one("q")), when("${q}='a'", one("r"))]);
    at(of(0, Part::Relevant), ahead("q".to_owned()), vec![when("${q}='a'", one("q"))]);
    at(of(0, Part::Relevant), QuestionnaireFault::UnknownQuestion(r), vec![when("${r}='a'", one("q"))]);
    let no_c = QuestionnaireFault::NoSuchChoice("c".to_owned());
    at(of(1, Part::Relevant), no_c, vec![one("q"), when("selected(${q}, 'c')", one("r"))]);
    let mut twice = of_questions(vec![one("q")]);
    let again = twice.lists[0].choices[0].clone();
    twice.lists[0].choices.push(again);
    let fault = QuestionnaireFault::ChoiceTwice("a".to_owned());
    assert_eq!(twice.check(), Err((Place::Choice(0, 2, Part::Name), fault)));
}

fn answer(questionnaire: &Questionnaire, said: &[(&str, &str)]) -> Result<Answered, AnswerRefusal> {
    let said = said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    questionnaire.answered(&said)
}

#[test]
fn an_answer_is_held_against_its_questionnaire_and_what_is_written_freely_is_apart() {
    let form = of_questions(vec![
        question("q", QuestionKind::SelectOne("ab".to_owned())),
        question("many", QuestionKind::SelectMultiple("ab".to_owned())),
        Question { relevant: Some(Condition::is("q", "a")), required: true, ..question("n", QuestionKind::Integer) },
        Question { constraint: Some(Condition::between(0, 5)), ..question("d", QuestionKind::Decimal) },
        question("day", QuestionKind::Date),
        question("words", QuestionKind::Text),
    ]);
    let said = [("q", "a"), ("many", "b, a"), ("n", "7"), ("d", "4.5"), ("day", "2023年7月1日"), ("words", "很好")];
    let answered = answer(&form, &said).unwrap();
    let coded = |name: &str| answered.coded.get(name).map(|values| values.join("+"));
    assert_eq!(
        ["q", "many", "n", "d", "day", "words"].map(coded),
        [Some("a".to_owned()), Some("a+b".to_owned()), None, None, None, None]
    );
    // A number or day that no known name has may say who somebody is.
    let sealed = |name: &str| answered.words.get(name).map(String::as_str);
    assert_eq!(
        ["q", "n", "d", "day", "words"].map(sealed),
        [None, Some("7"), Some("4.5"), Some("2023-07-01"), Some("很好")]
    );
    assert_eq!(answered.missing, Vec::<String>::new());
    assert_eq!(answer(&form, &[("q", "a")]).unwrap().missing, ["n"]);
    assert_eq!(answer(&form, &[("q", "b")]).unwrap().missing, Vec::<String>::new());
    let refused = |said: &[(&str, &str)]| answer(&form, said).unwrap_err();
    assert_eq!(refused(&[]), AnswerRefusal::Nothing);
    assert_eq!(refused(&[("x", "1")]), AnswerRefusal::NoSuchQuestion("x".to_owned()));
    assert_eq!(refused(&[("q", "b"), ("n", "1")]), AnswerRefusal::NotAsked("n".to_owned()));
    let choices = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(refused(&[("q", "c")]), AnswerRefusal::NoSuchChoice { question: "q".to_owned(), choices });
    assert_eq!(refused(&[("q", "a"), ("n", "many")]), AnswerRefusal::NotANumber("n".to_owned()));
    assert_eq!(refused(&[("day", "soon")]), AnswerRefusal::NotADay("day".to_owned()));
    let long = "长".repeat(501);
    assert_eq!(refused(&[("words", &long)]), AnswerRefusal::TooLong { question: "words".to_owned(), most: 500 });
    let rule = ". >= 0 and . <= 5".to_owned();
    assert_eq!(refused(&[("d", "6")]), AnswerRefusal::NotAllowed { question: "d".to_owned(), rule });
}
