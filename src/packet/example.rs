//! A filled packet for the tests beside the texts.

use jiff::civil::date;
use uuid::Uuid;

use super::document::{DocumentIdentity, Salt};
use super::particulars::{Guardian, Mentor, PacketParticulars, PartyDetails, PrintedTerms, StudentDetails};
use crate::domain::ids::StudentId;
use crate::domain::placement::arrangement::{Pay, PayUnit};

pub fn identity() -> DocumentIdentity {
    DocumentIdentity { student: StudentId(Uuid::from_u128(7)), version: 1, salt: Salt([5; 32]) }
}

fn said(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Nothing is left to be filled in by hand.
pub fn particulars() -> PacketParticulars {
    let school = PartyDetails {
        name: said("第一职业技术学校"),
        credit_code: said("12330700000000001X"),
        representative: said("赵校长"),
        address: said("某市学院路1号"),
        contact: said("钱老师"),
        phone: said("0579-80000001"),
    };
    let employer = PartyDetails {
        name: said("东方汽车服务有限公司"),
        credit_code: said("91330700MA00000019"),
        representative: said("孙经理"),
        address: said("某市工业路88号"),
        contact: said("李主管"),
        phone: said("0579-80000002"),
    };
    let student = StudentDetails {
        name: said("周小明"),
        document_number: said("330702200809011234"),
        student_number: said("2024010203"),
        specialty: said("汽车运用与维修"),
        class: said("高三汽修2班"),
        home_address: said("某县某镇某村3组"),
        phone: said("13900000001"),
    };
    let guardian = Guardian {
        name: said("周大明"),
        relation: said("父亲"),
        document_number: said("330702198001011234"),
        phone: said("13900000002"),
    };
    let terms = PrintedTerms {
        kind: said("岗位实习"),
        post: said("汽车维修辅助"),
        place: said("某市工业路88号一车间"),
        content: said("跟随指导人员进行车辆保养、检测和常见故障排除"),
        conditions: said("提供工位、检测设备和安全通道"),
        first_day: Some(date(2026, 9, 1)),
        last_day: Some(date(2027, 2, 28)),
        working_time: said("标准工时，每日不超过8小时"),
        rest: said("每周休息两日，法定节假日休息"),
        meals: said("单位提供午餐"),
        lodging: said("单位提供集体宿舍"),
        pay: Some(Pay { yuan: 2400, per: PayUnit::Month }),
        pay_method: said("银行转账至学生本人账户"),
        pay_day: said("每月15日"),
        protection: said("工作服、防砸鞋、护目镜、防护手套"),
        insurer: said("某某财产保险"),
        policy_number: said("PZ202600001"),
        premium_payer: said("学校"),
        assessment: said("学校和单位共同考核，过程占六成、结果占四成"),
        absence_days: Some(3),
        breach: said("按责任大小承担相应损失"),
        other: said("无"),
        teacher: Mentor { name: said("吴老师"), phone: said("13900000003") },
        mentor: Mentor { name: said("郑师傅"), phone: said("13900000004") },
    };
    PacketParticulars { agreement_number: said("XY-2026-0001"), school, employer, student, guardian, terms }
}
