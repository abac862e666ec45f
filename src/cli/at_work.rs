//! Questions about placements: what waits, who is at work where and how many, who stands behind a count, how far a class's
//! packets are.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;

use gradtrail::app::at_work::Asked;
use gradtrail::app::report::KnownAt;
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term;
use gradtrail::projections::placement_register::counts::{Counts, Dimension, During, Measure, Opened};
use gradtrail::projections::placement_register::queue::List;
use gradtrail::text::names;

use super::records::{class_name, school_code, term};
use super::whom::day;
use super::{Failure, Session, screen};

/// Which placements, on which day, as known when.
#[derive(Args)]
pub struct Which {
    /// 哪一天的情况；不填为今天
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<Date>,
    /// 截至日志的这个位置、日期（当天结束时）或时刻（RFC 3339）所知；不填为现在
    #[arg(long, value_name = "POSITION|DAY|INSTANT")]
    known_at: Option<KnownAt>,
    /// 只看一所学校
    #[arg(long, value_name = "CODE", value_parser = school_code)]
    school: Option<SchoolCode>,
    /// 只看一个班级
    #[arg(long, value_name = "CLASS", value_parser = class_name)]
    class: Option<ClassName>,
}

impl Which {
    pub fn asked(&self, session: &Session) -> Asked {
        Asked {
            on: self.on.unwrap_or_else(|| session.app.today()),
            known_at: self.known_at.unwrap_or(KnownAt::Head),
            school: self.school.clone(),
            class: self.class.clone(),
        }
    }
}

/// 今日待办：每项的人数；写出一项的名称则列出其中每个人
#[derive(Args)]
#[command(
    after_help = "例：\n  gradtrail queue\n  gradtrail queue unsigned --school 33071001\n  gradtrail queue --on 2026-09-01"
)]
pub struct Queue {
    /// not-placed（毕业班由 gradtrail season plan 写明；没有写明的学校只看已有人落实的班级）、unsigned、unamended、awaiting-approval、not-arrived
    #[arg(value_parser = term::<List>)]
    list: Option<List>,
    #[command(flatten)]
    which: Which,
}

impl Queue {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        let asked = self.which.asked(session);
        let Some(list) = self.list else {
            for (list, count) in session.app.queue(&session.caller, &asked).await? {
                screen::line(&format!("{count:>6}  {}（{}）", list.zh(), list.code()))?;
            }
            return Ok(());
        };
        let waiting = session.app.waiting(&session.caller, &asked, list).await?;
        screen::line(&format!("{}：{} 人", list.zh(), waiting.len()))?;
        for named in waiting {
            let first_day = named.of.first_day.map(|day| day.to_string()).unwrap_or_default();
            let placement = named.of.placement.map(|placement| placement.0.to_string()).unwrap_or_default();
            line(&[&named.of.school, &named.of.class, &named.name, &first_day, &placement])?;
        }
        Ok(())
    }
}

/// 谁在哪里实习；--by 则为按一个分组的人数，--year 则为一年中实习过的
#[derive(Args)]
#[command(after_help = "例：
  gradtrail at-work --on 2026-11-02 --school 33071001
  gradtrail at-work --by employer
  gradtrail at-work --by ownership --open 国有企业 --count signed      打开一个数字：每个人、由哪些事件决定
  gradtrail at-work --on 2026-11-02 --known-at 4120
  gradtrail at-work --year 2026                                    年度报告：这一年在岗过的，按各个分组
  gradtrail at-work --school-year 2026 --by region                 2026 年 9 月至 2027 年 8 月

单位一律按合并后的单位计；列出每个人时，合并前登记的单位也写明。")]
pub struct AtWork {
    #[command(flatten)]
    which: Which,
    /// all, school, class, specialty, kind, source, site-kind, region, employer, ownership, industry, size,
    /// on-specialty, agreement, ended-by
    #[arg(long, value_parser = term::<Dimension>, value_name = "DIMENSION")]
    by: Option<Dimension>,
    /// 这一年（1 月至 12 月）在岗过的，每项实习按其中最后一天的情况
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["on", "school_year"])]
    year: Option<i16>,
    /// 这一学年（9 月至次年 8 月）在岗过的
    #[arg(long, value_name = "YEAR", conflicts_with = "on")]
    school_year: Option<i16>,
    /// 打开分组中的这一项：代码或名称
    #[arg(long, value_name = "PART", requires = "by")]
    open: Option<String>,
    /// 打开的是哪一列：placements、persons、level-0、level-1、level-2、not-judged、signed、late、ended-by-student、
    /// ended-by-host、ended-by-school
    #[arg(long, value_parser = term::<Measure>, value_name = "COUNT", default_value = "placements", requires = "open")]
    count: Measure,
}

/// What an annual report breaks the year's internships down by.
const ANNUAL: [Dimension; 10] = [
    Dimension::All,
    Dimension::Kind,
    Dimension::Source,
    Dimension::Region,
    Dimension::SiteKind,
    Dimension::Ownership,
    Dimension::Industry,
    Dimension::Size,
    Dimension::OnSpecialty,
    Dimension::EndedBy,
];

impl AtWork {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        let asked = self.which.asked(session);
        let during = self.during()?;
        match (self.by, &self.open, during) {
            (Some(by), Some(part), _) => self.open(session, &asked, during, by, part).await,
            (Some(by), None, _) => count(session, &asked, during, by).await,
            (None, _, During::Period(period)) => {
                screen::line(&format!("{}至{} 在岗过的实习", period.first_day, period.last_day))?;
                for by in ANNUAL {
                    count(session, &asked, during, by).await?;
                }
                Ok(())
            }
            (None, _, During::Day) => list(session, &asked).await,
        }
    }

    fn during(&self) -> Result<During, Failure> {
        let (year, month, months) = match (self.year, self.school_year) {
            (Some(year), _) => (year, 1, 12),
            (None, Some(year)) => (year, 9, 12),
            (None, None) => return Ok(During::Day),
        };
        let first_day = Date::new(year, month, 1).map_err(|_| format!("「{year}」不是年份，请写成 2026 这样"))?;
        let last_day = first_day.checked_add(months.months()).and_then(|day| day.yesterday());
        let last_day = last_day.map_err(|_| format!("「{year}」太晚，请核对年份"))?;
        Ok(During::Period(Period { first_day, last_day }))
    }

    async fn open(
        &self,
        session: &Session,
        asked: &Asked,
        during: During,
        by: Dimension,
        part: &str,
    ) -> Result<(), Failure> {
        let parts = session.app.count_at_work(&session.caller, asked, during, by).await?;
        let known = parts.iter().find(|known| known.key == part || names::key(&known.name) == names::key(part));
        if parts.is_empty() {
            return Err(format!("没有人在岗，没有可打开的「{part}」；请核对日期和 --known-at").into());
        }
        let Some(known) = known else {
            let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
            return Err(format!("{}分组中没有「{part}」；有的是：{}", by.zh(), names.join("、")).into());
        };
        let opened = Opened { by, part: known.key.clone(), measure: self.count };
        let behind = session.app.behind(&session.caller, asked, during, &opened).await?;
        screen::line(&format!("{}「{}」{}：{}", by.zh(), known.name, self.count.zh(), behind.len()))?;
        line(&[
            "学校",
            "班级",
            "姓名",
            "单位",
            "登记的单位",
            "实习编号",
            "地点事件",
            "状态事件",
            "协议事件",
            "终止事件",
        ])?;
        for hosted in behind {
            let of = &hosted.named.of;
            let positions = [Some(of.place_position), Some(of.stage_position), of.agreement_position, of.end_position];
            let positions = positions.map(|position| position.map(|position| position.to_string()).unwrap_or_default());
            let placement = of.placement.0.to_string();
            let who = [&of.school, &of.class, &hosted.named.name, &hosted.unit, &hosted.host, &placement];
            line(&who.into_iter().chain(&positions).map(String::as_str).collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// A table of one dimension; the whole is its last line.
async fn count(session: &Session, asked: &Asked, during: During, by: Dimension) -> Result<(), Failure> {
    let measures = Measure::ENTRIES.iter().map(|entry| entry.zh);
    line(&std::iter::once(by.zh()).chain(measures).collect::<Vec<_>>())?;
    let mut whole = Counts::default();
    for part in session.app.count_at_work(&session.caller, asked, during, by).await? {
        whole.add(&part.counts);
        if by != Dimension::All {
            counts_line(&part.name, &part.counts)?;
        }
    }
    counts_line("合计", &whole)
}

async fn list(session: &Session, asked: &Asked) -> Result<(), Failure> {
    let at_work = session.app.at_work(&session.caller, asked).await?;
    screen::line(&format!("{}：{} 人", asked.on, at_work.len()))?;
    for hosted in at_work {
        let of = &hosted.named.of;
        let days = format!("{}至{}", of.period.first_day, of.period.last_day);
        let agreement = of.agreement.map_or("无协议", Term::zh);
        let unit =
            if of.unit == of.host { hosted.unit } else { format!("{}（登记为{}）", hosted.unit, hosted.host) };
        line(&[&of.school, &of.class, &hosted.named.name, &unit, of.kind.zh(), of.shown.zh(), &days, agreement])?;
    }
    Ok(())
}

/// 一个班的材料：每名学生每份材料到了哪一步
#[derive(Args)]
#[command(after_help = "例：\n  gradtrail grid --school 33071001 --class 高三汽修2班")]
pub struct Grid {
    #[command(flatten)]
    which: Which,
}

impl Grid {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        let packets = session.app.packet_grid(&session.caller, &self.which.asked(session)).await?;
        let documents = DocumentKind::ENTRIES.iter().map(|entry| entry.zh);
        line(&std::iter::once("姓名").chain(documents).collect::<Vec<_>>())?;
        for named in packets {
            let states = named.of.documents.iter().map(|(_, state)| state.zh());
            line(&std::iter::once(named.name.as_str()).chain(states).collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

fn counts_line(part: &str, counts: &Counts) -> Result<(), Failure> {
    let numbers: Vec<String> = Measure::ENTRIES.iter().map(|entry| counts.of(entry.value).to_string()).collect();
    line(&std::iter::once(part).chain(numbers.iter().map(String::as_str)).collect::<Vec<_>>())
}

/// Columns between tabs, as a spreadsheet takes them.
pub fn line(columns: &[&str]) -> Result<(), Failure> {
    screen::line(&columns.join("\t"))
}
