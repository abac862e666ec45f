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
    pub const ALL: [Self; 17] = [
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
        };
        Lesson { title, what, figure }
    }
}
