//! Who waits, who is at work and how many, and the papers of a class, as they are printed.

use gradtrail::app::at_work::{AtWorkReply, CountedPart, Hosted, QueueReply, WithName};
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term;
use gradtrail::projections::placement_register::counts::{
    During, Measure, PlacementBehind, PlacementCounts, PlacementDimension,
};
use gradtrail::projections::placement_register::packet_grid::Packet;
use gradtrail::projections::placement_register::who_is_where::AtWork;

use super::line;
use crate::cli::{CliError, screen};

pub fn queue(reply: &QueueReply) -> Result<(), CliError> {
    match reply {
        QueueReply::Counts(counts) => counts
            .iter()
            .try_for_each(|(list, count)| screen::line(&format!("{count:>6}  {}（{}）", list.zh(), list.code()))),
        QueueReply::Waiting { list, waiting } => {
            screen::line(&format!("{}：{} 人", list.zh(), waiting.len()))?;
            for named in waiting {
                let first_day = named.of.first_day.map(|day| day.to_string()).unwrap_or_default();
                let placement = named.of.placement.map(|placement| placement.0.to_string()).unwrap_or_default();
                line(&[&named.of.school, &named.of.class, &named.name, &first_day, &placement])?;
            }
            Ok(())
        }
    }
}

pub fn at_work(reply: &AtWorkReply) -> Result<(), CliError> {
    match reply {
        AtWorkReply::List { on, at_work } => {
            screen::line(&format!("{on}：{} 人", at_work.len()))?;
            at_work.iter().try_for_each(who)
        }
        AtWorkReply::Counts { during, tables } => {
            if let (During::Period(period), [_, _, ..]) = (during, tables.as_slice()) {
                screen::line(&format!("{}至{} 在岗过的实习", period.first_day, period.last_day))?;
            }
            tables.iter().try_for_each(|(by, parts)| count(*by, parts))
        }
        AtWorkReply::Opened { by, part, measure, behind } => {
            screen::line(&format!("{}「{part}」{}：{}", by.zh(), measure.zh(), behind.len()))?;
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
            behind.iter().try_for_each(opened)
        }
    }
}

fn who(hosted: &Hosted<AtWork>) -> Result<(), CliError> {
    let of = &hosted.named.of;
    let days = format!("{}至{}", of.period.first_day, of.period.last_day);
    let agreement = of.agreement.map_or("无协议", Term::zh);
    let unit =
        if of.unit == of.host { hosted.unit.clone() } else { format!("{}（登记为{}）", hosted.unit, hosted.host) };
    line(&[&of.school, &of.class, &hosted.named.name, &unit, of.kind.zh(), of.shown.zh(), &days, agreement])
}

fn opened(hosted: &Hosted<PlacementBehind>) -> Result<(), CliError> {
    let of = &hosted.named.of;
    let positions = [Some(of.place_position), Some(of.stage_position), of.agreement_position, of.end_position];
    let positions = positions.map(|position| position.map(|position| position.to_string()).unwrap_or_default());
    let placement = of.placement.0.to_string();
    let who = [&of.school, &of.class, &hosted.named.name, &hosted.unit, &hosted.host, &placement];
    line(&who.into_iter().chain(&positions).map(String::as_str).collect::<Vec<_>>())
}

/// A table of one dimension; the whole is its last line.
fn count(by: PlacementDimension, parts: &[CountedPart]) -> Result<(), CliError> {
    let measures = Measure::ENTRIES.iter().map(|entry| entry.zh);
    line(&std::iter::once(by.zh()).chain(measures).collect::<Vec<_>>())?;
    let mut whole = PlacementCounts::default();
    for part in parts {
        whole.add(&part.counts);
        if by != PlacementDimension::All {
            counts_line(&part.name, &part.counts)?;
        }
    }
    counts_line("合计", &whole)
}

fn counts_line(part: &str, counts: &PlacementCounts) -> Result<(), CliError> {
    let numbers: Vec<String> = Measure::ENTRIES.iter().map(|entry| counts.of(entry.value).to_string()).collect();
    line(&std::iter::once(part).chain(numbers.iter().map(String::as_str)).collect::<Vec<_>>())
}

pub fn grid(packets: &[WithName<Packet>]) -> Result<(), CliError> {
    let documents = DocumentKind::ENTRIES.iter().map(|entry| entry.zh);
    line(&std::iter::once("姓名").chain(documents).collect::<Vec<_>>())?;
    for named in packets {
        let states = named.of.documents.iter().map(|(_, state)| state.zh());
        line(&std::iter::once(named.name.as_str()).chain(states).collect::<Vec<_>>())?;
    }
    Ok(())
}
