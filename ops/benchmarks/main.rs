//! The benchmarks behind the floors of the README: run them through `ops/bench`.

mod bulk;
mod commands;
mod place;
mod workload;

use place::{Engine, Place};
use std::time::Duration;

/// What went wrong, in a sentence.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let args: Vec<String> = std::env::args().collect();
    for engine in Engine::BOTH.into_iter().filter(|e| args.contains(&e.name().to_owned())) {
        if args.contains(&"commands".to_owned()) {
            for clients in [1, 16, 64] {
                let place = Place::new(engine).await?;
                let app = place.open().await?;
                let pace = commands::measure(app, clients, Duration::from_secs(2)).await?;
                println!("{} {clients}: {pace:?}", engine.name());
            }
        }
        if args.contains(&"bulk".to_owned()) {
            for layout in [bulk::Layout::Adjacent, bulk::Layout::Spread] {
                let place = Place::new(engine).await?;
                let app = place.open().await?;
                let bulk = bulk::record(&app, 8_000, layout).await?;
                for task in std::fs::read_dir("/proc/self/task")? {
                    let p = task?.path();
                    let st = std::fs::read_to_string(p.join("stat"))?;
                    let f: Vec<&str> = st.rsplit(')').next().unwrap_or("").split_whitespace().collect();
                    let c: u64 = f[11].parse::<u64>()? + f[12].parse::<u64>()?;
                    if c > 5 {
                        println!("   {} {} ms", std::fs::read_to_string(p.join("comm"))?.trim(), c * 10);
                    }
                }
                if args.contains(&"only".to_owned()) {
                    println!("{bulk}");
                    continue;
                }
                let bare = bulk::bare_insert(&app, &place).await?;
                let rebuilt = bulk::rebuild(&app).await?;
                let total: f64 = rebuilt.iter().map(|(_, s)| s).sum();
                println!(
                    "{} {layout:?} bulk {bulk:.0} bare {bare:.0} ratio {:.2} rebuild {:.2} {rebuilt:?}",
                    engine.name(),
                    bulk / bare,
                    48_000.0 / total / bare
                );
            }
        }
    }
    Ok(())
}
