//! What is wrong with a name, a code or a number that cannot be read.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::domain::identity::IdentityFault;
use crate::domain::ids::{CitizenIdFault, InvalidName};
use crate::domain::terms::Term as _;

impl Refusal for InvalidName {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::SchoolCode(given) => say(
                format!("学校代码「{given}」应为 4 至 10 位数字或大写字母"),
                format!("The code of a school has 4 to 10 digits or capital letters, unlike \"{given}\""),
            ),
            Self::SpecialtyCode(given) => say(
                format!("专业代码「{given}」应为 6 位数字，且前两位是 61 至 79 的专业大类"),
                format!(
                    "The code of a specialty has 6 digits, of which the first two name a class from 61 to 79, unlike \
                     \"{given}\""
                ),
            ),
            Self::ClassName => say(
                "班级名称应为 1 至 40 个字，且不含连续 8 位以上的数字",
                "The name of a class has 1 to 40 characters and fewer than 8 digits in a row",
            ),
            Self::Occupation(given) => say(
                format!("职业代码「{given}」应为 4-07、4-07-03 或 4-07-03-02 这样的形式"),
                format!("The code of an occupation looks like 4-07, 4-07-03 or 4-07-03-02, unlike \"{given}\""),
            ),
            Self::CreditCode => say(
                "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）",
                "A unified social credit code has 18 digits or capital letters without I, O, S, V and Z",
            ),
            Self::FileHash => say(
                "文件的校验值应为 64 位十六进制数（SHA-256）",
                "The checksum of a file has 64 hexadecimal digits (SHA-256)",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::SchoolCode(_) => Some("school"),
            Self::SpecialtyCode(_) => Some("specialty"),
            Self::ClassName => Some("class"),
            Self::Occupation(_) => Some("occupation"),
            Self::CreditCode => Some("credit_code"),
            Self::FileHash => Some("document"),
        }
    }
}

impl Refusal for CitizenIdFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Shape => say(
                "证件号码应为 18 位（前 17 位数字，末位数字或 X）",
                "A citizen ID number has 18 places: 17 digits, then a digit or X",
            ),
            Self::BirthDate => {
                say("证件号码中的出生日期不存在", "The day of birth in the citizen ID number does not exist")
            }
            Self::CheckDigit => say(
                "证件号码校验位不符，请核对是否录错",
                "The check digit of the citizen ID number does not fit; check it for a slip",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("document_number")
    }
}

impl Refusal for IdentityFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Shape { kind } => say(
                format!("{}的号码应为 5 至 30 位字母和数字，请核对", kind.zh()),
                format!("The number of a {} has 5 to 30 letters and digits; check it", kind.en()),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("document_number")
    }
}
