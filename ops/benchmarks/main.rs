//! The benchmarks behind the floors of the README: run them through `ops/bench`, which builds the peers, too.
//!
//! Every number of commands, bulk, rebuild and city is the median of the rounds; ours and the peer's take turns within a
//! round, so that a machine whose speed drifts moves both. Those of a season are medians of many questions of one round.

mod bulk;
mod city;
mod commands;
mod http_commands;
mod pages;
mod peers;
mod place;
mod preview;
mod process;
mod season;
mod season_import;
mod server;
mod table;
mod workload;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use bulk::Layout;
use city::{City, Served};
use place::{Engine, Place, server};
use table::{Against, Line, median};

/// What went wrong, in a sentence.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
struct Arguments {
    /// One round, short measurements, ten cities instead of a hundred: under 3 minutes
    #[arg(long)]
    quick: bool,
    /// As little as shows that everything measured still works: its numbers mean nothing
    #[arg(long, conflicts_with = "quick")]
    smoke: bool,
    /// Writes the lines as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The built program of the peers
    #[arg(long, value_name = "PROGRAM")]
    peers: String,
    /// Only lines whose name begins so
    #[arg(long, value_name = "PREFIX", default_value = "")]
    only: String,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much is measured.
struct Scale {
    rounds: usize,
    time: Duration,
    graduates: usize,
    /// How many cities' figures are asked for at once, by steps.
    cities: &'static [usize],
    /// Schools of the sample city.
    schools: usize,
    /// Rows of the list that is previewed.
    preview: usize,
    /// Final classes of 45.
    classes: usize,
}

impl Scale {
    fn of(arguments: &Arguments) -> Self {
        let whole = Self {
            rounds: 3,
            time: Duration::from_secs(3),
            graduates: 18_000,
            cities: &[10, 100],
            schools: usize::MAX,
            preview: 1_400,
            classes: 400,
        };
        if arguments.smoke {
            let time = Duration::from_millis(200);
            Self { rounds: 1, time, graduates: 300, cities: &[2], schools: 2, preview: 140, classes: 8 }
        } else if arguments.quick {
            let time = Duration::from_secs(1);
            Self { rounds: 1, time, graduates: 3_000, cities: &[10], classes: 40, ..whole }
        } else {
            whole
        }
    }
}

fn main() -> Result<(), Fault> {
    // As the program runs.
    gradtrail::runtime::runtime()?.block_on(measure(Arguments::parse()))
}

async fn measure(arguments: Arguments) -> Result<(), Fault> {
    let scale = Scale::of(&arguments);
    let wanted = |name: &str| name.starts_with(&arguments.only) || arguments.only.starts_with(name);
    let mut lines = vec![];
    for engine in Engine::BOTH {
        if wanted(&format!("{}.commands", engine.name())) {
            lines.extend(commands_lines(engine, &scale, &arguments.peers).await?);
        }
        if wanted(&format!("{}.bulk", engine.name())) || wanted(&format!("{}.rebuild", engine.name())) {
            lines.extend(bulk_lines(engine, &scale).await?);
        }
    }
    if wanted("http.commands") || wanted("http.memory") {
        lines.extend(http_commands::sqlite_lines(&scale, &arguments.peers).await?);
    }
    if wanted("http.two_servers") {
        lines.push(http_commands::two_servers_line(&scale).await?);
    }
    if wanted("city") {
        lines.extend(city_lines(&scale).await?);
    }
    if wanted("pages") {
        lines.extend(pages::lines(&scale).await?);
    }
    if wanted("season") {
        lines.extend(season::lines(scale.classes).await?);
        lines.push(season_import::line(scale.classes / 4).await?);
    }
    lines.retain(|line| line.name.starts_with(&arguments.only));
    table::print(&lines);
    if let Some(file) = &arguments.json {
        std::fs::write(file, serde_json::to_string_pretty(&lines)?)?;
    }
    Ok(())
}

/// Durable commands per second beside the peer's, by clients.
async fn commands_lines(engine: Engine, scale: &Scale, program: &str) -> Result<Vec<Line>, Fault> {
    const CLIENTS: [usize; 3] = [1, 16, 64];
    let (store, floors) = match engine {
        Engine::Sqlite => ("sqlite".to_owned(), [1.3, 6.0, 10.0]),
        Engine::Postgres => (server()?, [1.8, 4.0, 6.0]),
    };
    let seconds = scale.time.as_secs_f64();
    let mut ours = [vec![], vec![], vec![]];
    // Of each round: with 1 client, with 16, and its best.
    let mut theirs = [vec![], vec![], vec![]];
    for _ in 0..scale.rounds {
        for (index, clients) in CLIENTS.into_iter().enumerate() {
            let place = Place::new(engine).await?;
            let pace = commands::measure(place.open().await?, clients, scale.time).await?;
            println!(
                "{} {clients} clients: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms",
                engine.name(),
                pace.per_second,
                pace.p50_ms,
                pace.p99_ms
            );
            ours[index].push(pace.per_second);
        }
        let alone = peers::commands(program, &store, 1, 10, seconds)?;
        let pooled = peers::commands(program, &store, 16, 10, seconds)?;
        let single = peers::commands(program, &store, 16, 1, seconds)?;
        let sixteen = pooled.max(single);
        println!("peer on {}: 1 client {alone:.0}/s, 16 clients {sixteen:.0}/s", engine.name());
        let best = match engine {
            // More clients only queue for SQLite's one writer.
            Engine::Sqlite => alone.max(sixteen),
            Engine::Postgres => sixteen.max(peers::commands(program, &store, 64, 20, seconds)?),
        };
        theirs[0].push(alone);
        theirs[1].push(sixteen);
        theirs[2].push(best);
    }
    let [alone, sixteen, best] = theirs.map(median);
    let against = match engine {
        Engine::Sqlite => [best, best, best],
        Engine::Postgres => [alone, sixteen, best],
    };
    let lines = ours.into_iter().zip(CLIENTS).zip(against.into_iter().zip(floors));
    Ok(lines
        .map(|((ours, clients), (peer, floor))| {
            let name = format!("{}.commands.{clients}", engine.name());
            Line::new(name, median(ours), "commands/s", Against::Peer(peer), floor)
        })
        .collect())
}

/// Bulk and rebuild beside the bare insert of the same event rows.
async fn bulk_lines(engine: Engine, scale: &Scale) -> Result<Vec<Line>, Fault> {
    let mut lines = vec![];
    for (layout, name, rebuild_floor) in [(Layout::Adjacent, "adjacent", 0.5), (Layout::Spread, "spread", 0.3)] {
        let (mut recorded, mut rebuilt, mut bare) = (vec![], vec![], vec![]);
        for round in 0..scale.rounds {
            let place = Place::new(engine).await?;
            let app = place.open().await?;
            recorded.push(bulk::record(&app, scale.graduates, layout).await?);
            bare.push(bulk::bare_insert(&app, &place).await?);
            rebuilt.push(bulk::rebuild_all(&app).await?);
            if round == 0 {
                for (model, seconds) in bulk::rebuild_each(&app).await? {
                    println!("{} rebuild of {model} alone, {name}: {seconds:.2} s", engine.name());
                }
            }
        }
        let bare = median(bare);
        let floor = match engine {
            Engine::Sqlite => 0.33,
            Engine::Postgres => 0.28,
        };
        if layout == Layout::Adjacent {
            let name = format!("{}.bulk", engine.name());
            lines.push(Line::new(name, median(recorded), "events/s", Against::Peer(bare), floor));
        } else {
            println!("{} bulk, spread: {:.0} events/s", engine.name(), median(recorded));
        }
        let name = format!("{}.rebuild.{name}", engine.name());
        lines.push(Line::new(name, median(rebuilt), "events/s", Against::Peer(bare), rebuild_floor));
    }
    Ok(lines)
}

/// The sample city: wall clock, memory, size, figures, pages.
async fn city_lines(scale: &Scale) -> Result<Vec<Line>, Fault> {
    let city = City::write(scale.schools)?;
    let (mut seconds, mut through, mut again, mut importing, mut reports) = (vec![], vec![], vec![], vec![], vec![]);
    let mut served = vec![];
    let mut of_many: Vec<Vec<f64>> = scale.cities.iter().map(|_| vec![]).collect();
    for _ in 0..scale.rounds {
        let ran = city.import()?;
        println!("{}", city.imported().await?);
        seconds.push(ran.seconds);
        importing.push(ran.peak_mb);
        through.push(city.import_through_server().await?);
        reports.push(city.report_ms().await?);
        served.push(city.serve(scale.time).await?);
        for (cities, milliseconds) in scale.cities.iter().zip(&mut of_many) {
            milliseconds.push(city.report_of_many_ms(*cities).await?);
        }
        again.push(city.import_again()?.seconds);
    }
    let seconds = median(seconds);
    let of_served = |value: fn(&Served) -> f64| median(served.iter().map(value).collect());
    let (page, figures) = (of_served(|of| of.page.per_second), of_served(|of| of.figures.per_second));
    let unchanged = of_served(|of| of.unchanged.per_second);
    let mut lines = vec![
        Line::new("city.import", seconds, "s", Against::AtMost, 6.0),
        Line::new("city.import.again", median(again), "s", Against::AtMost, 2.0),
        Line::new("city.import.http", median(through), "s", Against::PeerOfLess(seconds), 0.77),
        preview::line(scale.preview, scale.rounds).await?,
        Line::new("city.report", median(reports), "ms", Against::AtMost, 30.0),
        Line::new("city.ready", of_served(|of| of.ready_s), "s", Against::AtMost, 2.0),
        Line::new("city.memory.serving", of_served(|of| of.memory_mb), "MB", Against::AtMost, 150.0),
        Line::new("city.memory.importing", median(importing), "MB", Against::AtMost, 300.0),
        Line::new("city.bytes_per_event", city.bytes_per_event().await?, "bytes", Against::AtMost, 800.0),
        Line::new("city.http.16", page, "requests/s", Against::AtLeast, 500.0),
        Line::new("city.http.16.p99", of_served(|of| of.page.p99_ms), "ms", Against::AtMost, 50.0),
        Line::new("city.figures.64", figures, "requests/s", Against::AtLeast, 5_000.0),
        Line::new("city.figures.64.p99", of_served(|of| of.figures.p99_ms), "ms", Against::AtMost, 20.0),
        Line::new("city.unchanged.64", unchanged, "requests/s", Against::AtLeast, 5_000.0),
        Line::new("city.unchanged.64.p99", of_served(|of| of.unchanged.p99_ms), "ms", Against::AtMost, 20.0),
    ];
    for (cities, milliseconds) in scale.cities.iter().zip(of_many) {
        let floor = if *cities > 10 { 600.0 } else { 100.0 };
        lines.push(Line::new(format!("city.report.{cities}x"), median(milliseconds), "ms", Against::AtMost, floor));
    }
    Ok(lines)
}
