//! The traps of the sample city: what each is, and which published count is wrong when it is ignored.

/// One kind of trap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trap {
    StudentWithdrew,
    TransferredOut,
    CompletedOnly,
    OnLeave,
    AdmittedNotRegistered,
    LeftCollege,
    JobEnded,
    JobAfterCutOff,
    JobAndCollege,
    JobChanged,
    StatementWithdrawn,
    InternshipOnly,
    MatchWhileStudying,
    TwoSchools,
    Namesakes,
    EmployerWithoutCode,
    AbsentFromExam,
    EndsOnCutOff,
    StudiedAgain,
    TwoSittings,
    ListCorrected,
    OlderRoster,
    NumberChanged,
    NoCitizenNumber,
    CollegeSaysLeft,
    CollegeSaysRegistered,
}

/// What people read about a trap.
pub struct Lesson {
    pub title: &'static str,
    /// What the files show and how it is to be counted.
    pub what: &'static str,
    /// The count that goes wrong, and how.
    pub figure: &'static str,
}

impl Trap {
    pub const ALL: [Self; 26] = [
        Self::StudentWithdrew,
        Self::TransferredOut,
        Self::CompletedOnly,
        Self::OnLeave,
        Self::AdmittedNotRegistered,
        Self::LeftCollege,
        Self::JobEnded,
        Self::JobAfterCutOff,
        Self::JobAndCollege,
        Self::JobChanged,
        Self::StatementWithdrawn,
        Self::InternshipOnly,
        Self::MatchWhileStudying,
        Self::TwoSchools,
        Self::Namesakes,
        Self::EmployerWithoutCode,
        Self::AbsentFromExam,
        Self::EndsOnCutOff,
        Self::StudiedAgain,
        Self::TwoSittings,
        Self::ListCorrected,
        Self::OlderRoster,
        Self::NumberChanged,
        Self::NoCitizenNumber,
        Self::CollegeSaysLeft,
        Self::CollegeSaysRegistered,
    ];

    pub fn lesson(self) -> Lesson {
        let (title, what, figure) = match self {
            Self::StudentWithdrew => (
                "在册而退学",
                "名册上有其人，学籍状态为退学，不是毕业生。",
                "graduates：按名册行数计数会偏多，所有以毕业生为分母的比率偏低。",
            ),
            Self::TransferredOut => {
                ("在册而转出", "名册上有其人，学籍已转往他校，不是本校毕业生。", "graduates：按名册行数计数会偏多。")
            }
            Self::CompletedOnly => (
                "结业而非毕业",
                "只领取结业证书，不计入毕业生。",
                "graduates：把结业日期当作毕业日期会使毕业生数偏多。",
            ),
            Self::OnLeave => ("在册而休学", "休学中，未毕业。", "graduates：按名册行数计数会偏多。"),
            Self::AdmittedNotRegistered => (
                "录取未报到",
                "升学名单中有录取学校，报到日期为空；录取不等于升学。",
                "further_study、employed：按录取计数会偏多，not_employed 偏少。",
            ),
            Self::LeftCollege => (
                "报到后离校",
                "已报到，但在统计日（2022-12-31）以前离校，统计日已不在读。",
                "further_study、employed：不看离校日期会偏多。",
            ),
            Self::JobEnded => (
                "统计日前已离职",
                "就业记录有结束日期，且在统计日以前。",
                "direct_employment：不看结束日期会偏多；无第二行者应计入 unknown。",
            ),
            Self::JobAfterCutOff => (
                "统计日后才就业",
                "就业开始日期在 2023 年，统计日尚未就业。",
                "direct_employment：不看开始日期会偏多，seeking 等偏少。",
            ),
            Self::JobAndCollege => (
                "既有工作又已升学",
                "毕业去向表有工作，升学名单已报到；升学优先，并列为冲突待核。",
                "direct_employment 偏多；两处都计则 employed 大于毕业生的应有之数。",
            ),
            Self::JobChanged => (
                "换过工作",
                "同一人两行就业，就业类型不同；统计日以后开始的一行为准。",
                "employed_by_organisation、self_employed、otherwise_employed：取前一行或两行都计都会错。",
            ),
            Self::StatementWithdrawn => {
                ("已撤销的去向", "状态为撤销，视同从未成立。", "direct_employment：不看状态会偏多。")
            }
            Self::InternshipOnly => {
                ("只有实习证明", "佐证材料只有实习证明，不能作为就业依据。", "direct_employment：计入会偏多。")
            }
            Self::MatchWhileStudying => (
                "升学者的对口判断",
                "去向表中有工作且判断为对口，但本人已升学，不属直接就业。",
                "on_specialty：不限定直接就业会偏多。",
            ),
            Self::TwoSchools => (
                "一人两校毕业",
                "同一证件号码在两所学校都毕业，两校各计一次，并列出供核对。",
                "graduates：按证件号码去重会偏少。",
            ),
            Self::Namesakes => (
                "同名同日生",
                "同校两人姓名、性别、出生日期都相同，证件号码不同，去向不同。",
                "graduates、further_study、direct_employment：按姓名和生日合并会偏少。",
            ),
            Self::EmployerWithoutCode => (
                "用人单位无信用代码",
                "就业真实，统一社会信用代码一格为空；应照计，列出补填。",
                "employed_by_organisation：丢弃该行会偏少，unknown 偏多。",
            ),
            Self::AbsentFromExam => {
                ("报名而未参加考试", "在职教高考名单中，「参考」为否。", "exam_sat：按名单行数计数会偏多。")
            }
            Self::EndsOnCutOff => (
                "统计日当天才结束",
                "结束日期就是统计日（2022-12-31）。结束日期是最后一天，当天仍在岗，照计。",
                "direct_employment：用「结束日期晚于统计日」筛选会偏少，unknown 偏多。",
            ),
            Self::StudiedAgain => (
                "离校后又报到",
                "升学名单中同一学校两行：先报到、离校，后来又报到。两行是两段学业，统计日看后一段，在读，计一次。",
                "further_study：只取前一行会偏少；按行数计数会偏多。",
            ),
            Self::TwoSittings => (
                "一项考试考两次",
                "职教高考名单中两行：1 月未上线，6 月上线。两次都记录，取最好的一次，人数计一次。",
                "exam_qualified：只取前一行会偏少；exam_sat：按名单行数计数会偏多。",
            ),
            Self::ListCorrected => (
                "又报一次的更正表",
                "学校把毕业去向表整张又报一次，多数行与前一张相同，少数行改了就业类型、用人单位，或用「更正」加「原日期」改了开始日期。\
                 相同的行只是再次确认，改过的行取代前一张的行。",
                "employed_by_organisation、direct_employment：只看前一张会偏多；两张都计，每人会重复一次。",
            ),
            Self::OlderRoster => (
                "毕业后才报来的旧名册",
                "秋季名册上写的是 2021 年的在籍、休学，在毕业生名册之后才报来。它只补记当时的状态，此人照旧毕业；\
                 没有日期的「在籍」退回（见末表）。",
                "graduates：以最后报来的名册为准会偏少，去向也随之丢失。",
            ),
            Self::NumberChanged => (
                "换了证件号码",
                "后来的名册写了新号码和「原证件号码」。是同一个人：前一张去向表用原号码，更正表用新号码，都记在他名下；\
                 只写新号码、没有「原证件号码」的行退回（见末表）。",
                "graduates：按证件号码计数，每人会多出一个毕业生，employed 也随之偏多。",
            ),
            Self::NoCitizenNumber => (
                "没有居民身份证",
                "名册上是护照、通行证或校内编号；校内编号的人，去向表和升学名单只写学号和姓名。照样认得出，照计。",
                "graduates：只收 18 位号码会偏少；去向和升学按证件号码匹配不到，unknown 偏多。",
            ),
            Self::CollegeSaysLeft => (
                "学校说在读，高校说已离校",
                "学校的升学名单已报到，没有离校日期；高校的名单写明已离校，后来的工作在毕业去向表里。\
                 同一所高校的学业以高校为准（L3），计直接就业，不算冲突。",
                "further_study：只看学校的名单会偏多，direct_employment 偏少。",
            ),
            Self::CollegeSaysRegistered => (
                "学校说就业，高校说已报到",
                "毕业去向表有工作，升学名单没有此人；高校的名单写明已报到。升学优先，计升学；工作与升学并存，列为冲突待核。",
                "further_study：只看学校的名单会偏少，direct_employment 偏多；两处都计，employed 多计一次。",
            ),
        };
        Lesson { title, what, figure }
    }
}
