//! Questions about placements: what waits, who is at work where, how far a class's packets are.

use clap::Args;
use jiff::civil::Date;

use gradtrail::app::at_work::Asked;
use gradtrail::app::report::KnownAt;
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term;
use gradtrail::projections::placement_register::counts::{Counts, Dimension};
use gradtrail::projections::placement_register::queue::List;

use super::figures::known_at;
use super::records::{class_name, school_code, term};
use super::{Failure, Session, screen};

/// Which placements, on which day, as known when.
#[derive(Args)]
pub struct Which {
    /// 哪一天的情况；不填为今天
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// 截至日志的这个位置或时刻（RFC 3339）所知；不填为现在
    #[arg(long, value_name = "POSITION|INSTANT", value_parser = known_at)]
    known_at: Option<KnownAt>,
    /// 只看一所学校
    #[arg(long, value_name = "CODE", value_parser = school_code)]
    school: Option<SchoolCode>,
    /// 只看一个班级
    #[arg(long, value_name = "CLASS", value_parser = class_name)]
    class: Option<ClassName>,
}

impl Which {
    fn asked(&self, session: &Session) -> Asked {
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
    /// not-placed（只看已有人落实的班级）、unsigned、unamended、awaiting-approval、not-arrived
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

/// 谁在哪里实习；--by 则为按一个分组的人数
#[derive(Args)]
#[command(
    after_help = "例：\n  gradtrail at-work --on 2026-11-02 --school 33071001\n  gradtrail at-work --by employer\n  gradtrail at-work --on 2026-11-02 --known-at 4120"
)]
pub struct AtWork {
    #[command(flatten)]
    which: Which,
    /// all, school, class, specialty, kind, source, site-kind, region, employer, on-specialty, agreement
    #[arg(long, value_parser = term::<Dimension>, value_name = "DIMENSION")]
    by: Option<Dimension>,
}

impl AtWork {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        let asked = self.which.asked(session);
        if let Some(by) = self.by {
            line(&[by.zh(), "在岗", "不对口", "基本对口", "非常对口", "未判定", "协议已生效", "补登"])?;
            let mut whole = Counts::default();
            for (part, counts) in session.app.count_at_work(&session.caller, &asked, by).await? {
                whole.add(&counts);
                counts_line(&part, &counts)?;
            }
            return counts_line("合计", &whole);
        }
        let placed = session.app.at_work(&session.caller, &asked).await?;
        screen::line(&format!("{}：{} 人", asked.on, placed.len()))?;
        for (named, host) in placed {
            let of = &named.of;
            let days = format!("{}至{}", of.period.first_day, of.period.last_day);
            let agreement = of.agreement.map_or("无协议", Term::zh);
            line(&[&of.school, &of.class, &named.name, &host, of.kind.zh(), of.shown.zh(), &days, agreement])?;
        }
        Ok(())
    }
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
    let [none, near, full] = counts.levels;
    let numbers = [counts.placed, none, near, full, counts.not_judged, counts.signed, counts.registered_late];
    let numbers = numbers.map(|number| number.to_string());
    line(&std::iter::once(part).chain(numbers.iter().map(String::as_str)).collect::<Vec<_>>())
}

/// Columns between tabs, as a spreadsheet takes them.
fn line(columns: &[&str]) -> Result<(), Failure> {
    screen::line(&columns.join("\t"))
}
