//! Why a row that can be read is not recorded, or is to be looked at though it is.

use serde_json::Value;

use super::row::listed;
use super::{Refusal, RefusalKind, Sentence, english, say, values_of};
use crate::app::import::row_refusal::RowRefusal;
use crate::domain::terms::Term;

impl Refusal for RowRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotOnRoster
            | Self::FormerUnknown
            | Self::SchoolUnknown { .. }
            | Self::UnitUnknown { .. }
            | Self::TeacherUnknown
            | Self::ClassUnknown => RefusalKind::NotFound,
            Self::StaffOfBureau | Self::SchoolsAreTheCitys => RefusalKind::NotAllowed,
            Self::SchoolUnnamed
            | Self::SchoolsDiffer
            | Self::OtherSchool { .. }
            | Self::NameDiffers { .. }
            | Self::TeacherAmbiguous
            | Self::StaffAmbiguous
            | Self::StaffNameDiffers { .. }
            | Self::SiteOfNewHost
            | Self::EndIsLastDay
            | Self::EndsAfterLastDay { .. }
            | Self::VersionUnclear { .. } => RefusalKind::Invalid,
            Self::PersonErased
            | Self::LoginTaken
            | Self::StaffAlike
            | Self::StaffDisabled { .. }
            | Self::HeldByLeaving { .. }
            | Self::MovesCohort { .. }
            | Self::StillAtWork { .. }
            | Self::BeganBeforeGraduation { .. }
            | Self::SameFromOtherDay { .. }
            | Self::OtherNumber { .. }
            | Self::NumberTaken
            | Self::EarlierThanKnown { .. }
            | Self::NoLongerSo
            | Self::NothingWithdrawn
            | Self::Withdrawn
            | Self::RowsContradict { .. }
            | Self::SatBefore { .. }
            | Self::UnitClosed { .. }
            | Self::UnitMerged { .. }
            | Self::UnitAlike { .. }
            | Self::UnitNameDiffers { .. }
            | Self::HostRefused
            | Self::HostNotDecided
            | Self::NothingToChange { .. }
            | Self::NotArrivedYet { .. }
            | Self::SaidAlready { .. }
            | Self::DraftIncomplete { .. }
            | Self::DiffersSubmitted { .. }
            | Self::DiffersApproved { .. }
            | Self::FixedOnceApproved { .. }
            | Self::ArrivalWaits { .. }
            | Self::ArrivedAlready { .. }
            | Self::EndedAlready { .. }
            | Self::DocumentState { .. }
            | Self::AmendmentRecalled { .. }
            | Self::TerminatedAlready { .. }
            | Self::ChangedSincePrinted { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::PersonErased => say(
                "该证件号码对应的学生已匿名化，不能再登记个人信息；其统计结果保留",
                "The student with this document number was erased, and no personal data are recorded any more; the counts remain",
            ),
            Self::NotOnRoster => say(
                "不在本校毕业生名册中；请先导入名册，或核对证件号码和学校",
                "Not on this school's roster; import the roster first, or check document number and school",
            ),
            Self::NameDiffers { on_roster, at } => {
                let only = at.map_or((String::new(), String::new()), |at| {
                    (format!("，只有第 {at} 个字不同"), format!(", only character {at} differs"))
                });
                say(
                    format!("姓名与名册不符（名册为「{on_roster}」{}）；请核对姓名和证件号码", only.0),
                    format!("The name is not the roster's (\"{on_roster}\"{}); check name and document number", only.1),
                )
            }
            Self::SchoolUnnamed => say(
                "没有指明学校；请在文件中加「学校代码」列，或写明学校代码",
                "No school is named; add a column \"学校代码\" to the file, or name the school's code",
            ),
            Self::SchoolUnknown { by_code, wanted } => {
                let (zh, en) = if *by_code { ("代码", "code") } else { ("名称", "name") };
                say(
                    format!("没有{zh}为「{wanted}」的学校；请先导入学校名单，或核对学校{zh}"),
                    format!(
                        "There is no school of the {en} \"{wanted}\"; import the list of schools first, or check the {en}"
                    ),
                )
            }
            Self::SchoolsDiffer => say(
                "学校代码与学校名称不是同一所学校；请核对两者",
                "The code and the name are of two schools; check both",
            ),
            Self::OtherSchool { school, only } => say(
                format!("这一行属于学校 {school}，而本次只导入学校 {only}"),
                format!("The row is of school \"{school}\", while only school {only} is imported"),
            ),
            Self::StaffOfBureau => say(
                "市局的账号不在学校的名单里，由市局用「人员」办理开立",
                "The bureau's accounts are in no school's list; the bureau opens them one by one (staff add)",
            ),
            Self::ClassUnknown => say(
                "本校没有学生在这个班；请核对班级名称（一个账号只管一个班），或先导入名册",
                "No student of the school is in this class; check its name (an account has one class), or import the roster first",
            ),
            Self::LoginTaken => say(
                "登录名已被其他学校的账号使用；请核对，一人只在一所学校有账号",
                "Another school's account signs in with it; check it, for somebody has an account at one school",
            ),
            Self::StaffNameDiffers { registered } => say(
                format!("这个登录名是「{registered}」的；请核对姓名和登录名，改名请先办理更名"),
                format!(
                    "\"{registered}\" signs in with it; check both, and correct a name first where it is wrong (staff rename)"
                ),
            ),
            Self::StaffAmbiguous => say(
                "本校有几名教职工叫这个名字；请填登录名",
                "Several of the school's staff have this name; fill in what the one meant signs in with",
            ),
            Self::StaffAlike => say(
                "本校已有同名的教职工，登录名不同：已另开账号，请核对是否同一人",
                "Somebody of the same name is on the school's staff and signs in otherwise: another account was opened; check it",
            ),
            Self::StaffDisabled { since, reason } => say(
                format!("账号自 {since} 起停用（{}），名单不恢复；要恢复请办理启用", reason.zh()),
                format!(
                    "Disabled since {} ({}), which a list does not take back; enable the account first (staff enable)",
                    english(*since),
                    reason.en()
                ),
            ),
            Self::SchoolsAreTheCitys => say(
                "学校名单由市局导入；请交市局，或去掉这个文件",
                "The bureau imports the list of schools; hand it in there, or leave out this file",
            ),
            Self::HeldByLeaving { standing, since } => say(
                format!(
                    "该生已于 {since} 登记为「{}」：这一行已记下，暂不生效，也不改动学籍；如原登记有误，请在「操作」栏写「更正」",
                    standing.zh()
                ),
                format!(
                    "Since {} the student's standing is \"{}\": the row was recorded, does not stand, and changes nothing; if \
                     that is wrong, write \"更正\" (correction) in the column \"操作\"",
                    english(*since),
                    standing.en()
                ),
            ),
            Self::MovesCohort { from, to } => {
                let zh = |year: &Option<i16>| year.map_or("非毕业生".to_owned(), |year| format!("{year} 届"));
                let en = |year: &Option<i16>| year.map_or("no graduates".to_owned(), |year| format!("those of {year}"));
                say(
                    format!("这一行把该生从{}改为{}：已登记，两届的数字都会变，请核对", zh(from), zh(to)),
                    format!(
                        "The row moves the student from {} to {}: recorded, and the figures of both change; check it",
                        en(from),
                        en(to)
                    ),
                )
            }
            Self::StillAtWork { last_day } => say(
                format!("该生仍在实习，到 {last_day} 为止：已记录，请中止或结束实习"),
                format!("The student is at work until {}: recorded, suspend or end the stay", english(*last_day)),
            ),
            Self::BeganBeforeGraduation { graduated_on } => say(
                format!("开始日期早于毕业日期 {graduated_on}（V2）：已记录，请核对是否实习"),
                format!(
                    "It began before the graduation on {} (V2): recorded, check whether it was an internship",
                    english(*graduated_on)
                ),
            ),
            Self::OtherNumber { registered } => say(
                format!(
                    "学号和姓名与证件号码为 {registered} 的学生相同，没有另登记一人；如是更正证件号码，请填「原证件号码」"
                ),
                format!(
                    "Student number and name are those of the student with the document number {registered}, and nobody else \
                     was registered; if the number is corrected, fill in the former document number"
                ),
            ),
            Self::FormerUnknown => say(
                "本校没有登记过这个原证件号码，请核对",
                "Nobody is registered at the school under this former document number; check it",
            ),
            Self::NumberTaken => say(
                "这个证件号码已是另一名学生的，不能更正为它；请核对两者",
                "The document number is another student's already; check both",
            ),
            Self::SameFromOtherDay { known } => say(
                format!(
                    "同一单位（院校）已登记有 {known} 的一条，这一行作为另一条登记；如原来的日期有误，请在「操作」栏写「更正」"
                ),
                format!(
                    "The same employer or college is on record from {}, and this row was recorded as another; if that day is \
                     wrong, write \"更正\" (correction) in the column \"操作\"",
                    english(*known)
                ),
            ),
            Self::EarlierThanKnown { later } => say(
                format!("此前已登记有 {later} 开始的去向：这一行作为更早的经历登记，到那一天为止"),
                format!(
                    "Something that begins on {} is on record: this row was recorded as history, up to that day",
                    english(*later)
                ),
            ),
            Self::NoLongerSo => say(
                "此后有别的名单改动或撤销了它，这一行所说的已不作数；要重新申报，请重新申报整份文件",
                "Another list said otherwise or withdrew it since, and the row is no longer so; to say it again, say the whole \
                 file anew",
            ),
            Self::NothingWithdrawn => say(
                "没有找到要撤销的记录，已记为撤销；同一来源、同一天、同一单位（院校）才是同一条，请核对日期和名称",
                "There was nothing to withdraw, and it counts as withdrawn; it is the same only with the same source, day, and \
                 employer or college: check day and name",
            ),
            Self::Withdrawn => say(
                "这条记录此前已撤销：这一行已记下，暂不生效；要让它生效，请在「操作」栏写「恢复」",
                "This was withdrawn: the row was recorded and does not stand; to make it stand, write \"恢复\" (restore) in \
                 the column \"操作\"",
            ),
            Self::RowsContradict { on, others } => {
                let rows: Vec<String> = others.iter().map(ToString::to_string).collect();
                say(
                    format!(
                        "与第 {} 行说的是同一件事（{on}）而内容不同，都没有登记；请只留一行，或改正日期、单位",
                        rows.join("、")
                    ),
                    format!(
                        "Row {} says something else of the same (of {}), and none was recorded; keep one, or mend day or \
                         employer",
                        rows.join(", "),
                        english(*on)
                    ),
                )
            }
            Self::SatBefore { reached } => say(
                format!("此前登记为参考（{}）；如登记有误，请在「操作」栏写「撤销」", reached.zh()),
                format!(
                    "It was recorded before that the exam was sat ({}); if that is wrong, write \"撤销\" (withdraw) in the column \"操作\"",
                    reached.en()
                ),
            ),
            Self::UnitUnknown { by_code } => {
                let (zh, en) = if *by_code {
                    ("统一社会信用代码（和名称）", "credit code (and name)")
                } else {
                    ("名称", "name")
                };
                say(
                    format!("没有登记这个{zh}的单位；请先导入「实习单位」文件，或核对单位"),
                    format!(
                        "No employer of this {en} is registered; import the file of hosts first, or check which is meant"
                    ),
                )
            }
            Self::UnitClosed { since } => say(
                format!("该单位已于 {since} 注销；请核对单位"),
                format!("The employer closed on {}; check which is meant", english(*since)),
            ),
            Self::UnitMerged { into } => say(
                format!("该单位已并入「{into}」；请改填合并后的单位"),
                format!("The employer was merged into \"{into}\"; name that one"),
            ),
            Self::UnitAlike { other } => say(
                format!("与已登记的单位「{other}」名称相近：已另行登记；如是同一单位，请合并"),
                format!(
                    "The name is like that of the registered employer \"{other}\": registered apart; merge them if they are one"
                ),
            ),
            Self::UnitNameDiffers { registered } => say(
                format!("这个信用代码登记的单位是「{registered}」：以登记的为准，名称有变请更正"),
                format!(
                    "The employer registered under this credit code is \"{registered}\", which counts; correct the name if it changed"
                ),
            ),
            Self::HostRefused => say(
                "本校没有通过这个单位；要重新提出请先提出，再导入",
                "The school refused this host; to try again propose it first, then import",
            ),
            Self::HostNotDecided => say(
                "单位待核，还没有登记合作协议；核定后请把同一文件再导入一次",
                "The host is not accepted yet, so no framework agreement was recorded; import the same file again once it is",
            ),
            Self::TeacherAmbiguous => say(
                "本校不止一人叫这个名字；请填人员编号",
                "Several of the school's staff have this name; write the id of the one who is meant",
            ),
            Self::TeacherUnknown => say(
                "本校没有这个姓名或编号的人员；请核对，或先登记人员",
                "None of the school's staff has this name or id; check it, or register the person first",
            ),
            Self::NothingToChange { first_day } => say(
                format!("没有该生 {first_day} 开始的实习安排，不能变更；请先导入原来的安排"),
                format!(
                    "No placement of the student begins on {}, so there is nothing to change; import it as it was first",
                    english(*first_day)
                ),
            ),
            Self::NotArrivedYet { status } => say(
                format!("该实习还是「{}」，到岗后才能登记变更；改原来的安排请不填变更日期", status.zh()),
                format!(
                    "The placement is \"{}\", and changes are recorded after the arrival; to mend the arrangement itself leave out the day of the change",
                    status.en()
                ),
            ),
            Self::SaidAlready { status } => say(
                format!("该生这一天开始的实习安排「{}」，内容相同，不再登记", status.zh()),
                format!(
                    "The same placement of the student from this day on is \"{}\"; it is not recorded again",
                    status.en()
                ),
            ),
            Self::DraftIncomplete { missing } => {
                let names: Vec<&str> = missing.iter().map(|field| field.zh()).collect();
                let en: Vec<String> = missing.iter().map(|field| field.en()).collect();
                say(
                    format!("尚缺：{}；已存为草稿，没有提交，补齐后请再导入", names.join("、")),
                    format!(
                        "Still missing: {}; kept as a draft and not submitted, complete it and import again",
                        en.join(", ")
                    ),
                )
            }
            Self::DiffersSubmitted { status, columns } => {
                let (zh, en) = listed(columns);
                say(
                    format!("与「{}」的安排不同：{zh}；请先退回，再导入", status.zh()),
                    format!("It differs from what is \"{}\" in {en}; return that first, then import", status.en()),
                )
            }
            Self::DiffersApproved { status, columns } => {
                let (zh, en) = listed(columns);
                say(
                    format!("与「{}」的安排不同：{zh}；如是变更，请填变更日期和变更原因", status.zh()),
                    format!(
                        "It differs from what is \"{}\" in {en}; if it is a change, write its day and reason",
                        status.en()
                    ),
                )
            }
            Self::FixedOnceApproved { column } => say(
                format!("「{}」批准后不能变更；请填与原来相同的内容或不填", column.title()),
                format!("\"{}\" does not change once approved; write the same as before, or nothing", column.title()),
            ),
            Self::SiteOfNewHost => say(
                "变更单位还要填新单位的实习地址、岗位、实习场所类型和实习去向",
                "A change of host also needs the new place, post, kind of workplace and region",
            ),
            Self::ArrivalWaits { has_ended } => {
                let (zh, en) = if *has_ended { ("和提前终止", " and the early end") } else { ("", "") };
                say(
                    format!("尚未批准，还没有登记到岗{zh}；批准后请把同一文件再导入一次"),
                    format!(
                        "It is not approved yet, so the arrival{en} was not recorded; import the same file again after the approval"
                    ),
                )
            }
            Self::ArrivedAlready { on } => say(
                format!("已登记 {on} 到岗；有误请先撤销，再导入"),
                format!("The arrival is recorded on {}; if that is wrong, undo it first, then import", english(*on)),
            ),
            Self::EndedAlready { on } => say(
                format!("已登记自 {on} 起提前终止，与本行不同；有误请先撤销，再导入"),
                format!(
                    "An early end is recorded from {} on, unlike in this row; if that is wrong, undo it first, then import",
                    english(*on)
                ),
            ),
            Self::EndIsLastDay => say(
                "实际结束日期就是实习的结束日期，不是提前终止，没有登记",
                "The actual end is the last day, which is no early end; not recorded",
            ),
            Self::EndsAfterLastDay { last_day } => say(
                format!("实际结束日期晚于实习的结束日期 {last_day}；延长请填变更日期和新的结束日期"),
                format!(
                    "The actual end is after the last day, {}; to extend the stay write the day of the change and the new last day",
                    english(*last_day)
                ),
            ),
            Self::DocumentState { kind, state } => say(
                format!("{}「{}」；重新签署请另行登记", kind.zh(), state.zh()),
                format!("The {} is \"{}\"; record a new signing on its own", kind.en(), state.en()),
            ),
            Self::AmendmentRecalled { version } => say(
                format!("补充协议第 {version} 版已撤回或作废；请在「协议版本」写明签的是第几版"),
                format!(
                    "Version {version} of the amendment was recalled or voided; write in \"协议版本\" which version was signed"
                ),
            ),
            Self::VersionUnclear { version } => say(
                format!("协议现在是第 {version} 版（前面的已撤回）；请在「协议版本」写明签的是第几版"),
                format!(
                    "The agreement is at version {version}, those before were recalled; write in \"协议版本\" which version was signed"
                ),
            ),
            Self::TerminatedAlready { on } => say(
                format!("已登记协议自 {on} 起解除，与本行不同；有误请先撤销，再导入"),
                format!(
                    "The agreement is recorded as ended from {} on, unlike in this row; if that is wrong, undo it first, then import",
                    english(*on)
                ),
            ),
            Self::ChangedSincePrinted { kind } => say(
                format!("{}打印之后内容或模板有变；请重新打印，或用打印时的模板", kind.zh()),
                format!(
                    "Contents or template of the {} changed since it was printed; print it again, or use the template of then",
                    kind.en()
                ),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("files").filter(|_| self.kind() == RefusalKind::Invalid)
    }
}
