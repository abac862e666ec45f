//! The table of floors: what was reached, against what, and whether the floor holds.

use serde::Serialize;

/// How a number is compared.
#[derive(Debug, Clone, Copy)]
pub enum Against {
    /// A peer, or a bare limit of the same database, measured in this run; more is better.
    Peer(f64),
    /// The same where less is better.
    PeerOfLess(f64),
    /// The floor itself; more is better.
    AtLeast,
    /// The floor itself; less is better.
    AtMost,
}

/// One line, as `--json` writes it.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub name: String,
    pub ours: f64,
    pub peer: Option<f64>,
    pub unit: &'static str,
    /// With a peer ours / peer where more is better, peer / ours where less is; without one the same with the floor.
    pub ratio: f64,
    pub floor: f64,
    pub holds: bool,
}

impl Line {
    pub fn new(name: impl Into<String>, ours: f64, unit: &'static str, against: Against, floor: f64) -> Self {
        let (peer, ratio, needed) = match against {
            Against::Peer(peer) => (Some(peer), ours / peer, floor),
            Against::PeerOfLess(peer) => (Some(peer), peer / ours, floor),
            Against::AtLeast => (None, ours / floor, 1.0),
            Against::AtMost => (None, floor / ours, 1.0),
        };
        Self { name: name.into(), ours, peer, unit, ratio, floor, holds: ratio >= needed }
    }
}

/// The lines as text, aligned.
pub fn print(lines: &[Line]) {
    println!("{:<34} {:>12} {:>12} {:<12} {:>7} {:>7}  holds", "what", "ours", "against", "unit", "ratio", "floor");
    for line in lines {
        let peer = line.peer.map_or_else(|| "-".to_owned(), number);
        println!(
            "{:<34} {:>12} {:>12} {:<12} {:>7.2} {:>7}  {}",
            line.name,
            number(line.ours),
            peer,
            line.unit,
            line.ratio,
            line.floor,
            if line.holds { "yes" } else { "NO" }
        );
    }
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// The middle of an odd number of measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
