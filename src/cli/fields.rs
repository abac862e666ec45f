//! The fields of a placement on the command line.

use clap::Args;
use jiff::civil::Date;

use gradtrail::app::season::fields::Fields;
use gradtrail::domain::ids::OccupationCode;
use gradtrail::domain::placement::arrangement::PayUnit;
use gradtrail::domain::placement::codes::{HostSource, InternshipKind, Region, SiteKind};
use gradtrail::domain::terms::Match;

use super::records::term;
use super::whom::day;

/// What is arranged as a whole.
#[derive(Args)]
pub struct FieldArgs {
    /// 实习类别：岗位实习、认识实习
    #[arg(long, value_parser = term::<InternshipKind>)]
    kind: Option<InternshipKind>,
    /// 首日
    #[arg(long, value_parser = day)]
    first_day: Option<Date>,
    /// 末日
    #[arg(long, value_parser = day)]
    last_day: Option<Date>,
    /// 专业对口程度：非常对口、基本对口、不对口
    #[arg(long, value_parser = term::<Match>)]
    on_specialty: Option<Match>,
    /// 学生自己寻找的单位：学生和监护人书面申请的日期
    #[arg(long, value_parser = day)]
    applied_on: Option<Date>,
    #[command(flatten)]
    host: HostFields,
    #[command(flatten)]
    site: SiteFields,
    #[command(flatten)]
    mentors: MentorFields,
    #[command(flatten)]
    pay: PayFields,
}

#[derive(Args)]
pub struct HostFields {
    /// 实习单位：编号、信用代码或名称
    #[arg(long)]
    host: Option<String>,
    /// 单位来源：学校合作企业、他人介绍、自己寻找
    #[arg(long, value_parser = term::<HostSource>)]
    source: Option<HostSource>,
}

#[derive(Args)]
pub struct SiteFields {
    /// 实习地址（加密保存）
    #[arg(long)]
    address: Option<String>,
    /// 岗位（加密保存）
    #[arg(long)]
    post: Option<String>,
    /// 场所类型：私营、国有、合资……
    #[arg(long, value_parser = term::<SiteKind>)]
    site_kind: Option<SiteKind>,
    /// 实习去向：本市、省内、省外、国外
    #[arg(long, value_parser = term::<Region>)]
    region: Option<Region>,
    /// 职业代码，如 4-12-01
    #[arg(long, value_parser = occupation)]
    occupation: Option<OccupationCode>,
}

#[derive(Args)]
pub struct MentorFields {
    /// 单位指导人员的姓名（加密保存）
    #[arg(long)]
    mentor: Option<String>,
    /// 单位指导人员的电话（加密保存）
    #[arg(long)]
    mentor_phone: Option<String>,
    /// 学校指导教师：人员编号或姓名（见 gradtrail staff list）
    #[arg(long)]
    teacher: Option<String>,
}

#[derive(Args)]
pub struct PayFields {
    /// 报酬：元数，税前
    #[arg(long, value_name = "元")]
    pay: Option<u32>,
    /// 报酬单位：月、天
    #[arg(long, value_parser = term::<PayUnit>)]
    pay_unit: Option<PayUnit>,
}

fn occupation(text: &str) -> Result<OccupationCode, String> {
    OccupationCode::parse(text).map_err(|error| error.to_string())
}

impl FieldArgs {
    pub fn fields(self) -> Fields {
        let Self { kind, first_day, last_day, on_specialty, applied_on, host, site, mentors, pay } = self;
        let whole = Fields { kind, first_day, last_day, on_specialty, applied_on, ..Fields::default() };
        let of_host = host.fields().over(&site.fields());
        whole.over(&of_host).over(&mentors.fields()).over(&pay.fields())
    }
}

impl HostFields {
    pub fn fields(self) -> Fields {
        Fields { host: self.host, source: self.source, ..Fields::default() }
    }
}

impl SiteFields {
    pub fn fields(self) -> Fields {
        let Self { address, post, site_kind, region, occupation } = self;
        Fields { address, post, site_kind, region, occupation, ..Fields::default() }
    }
}

impl MentorFields {
    pub fn fields(self) -> Fields {
        let Self { mentor, mentor_phone, teacher } = self;
        Fields { mentor, mentor_phone, teacher, ..Fields::default() }
    }
}

impl PayFields {
    pub fn fields(self) -> Fields {
        Fields { pay_yuan: self.pay, pay_unit: self.pay_unit, ..Fields::default() }
    }
}
