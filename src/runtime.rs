//! The threads of a process.

use std::num::NonZero;

/// A runtime that leaves one core to the database: SQLite works on a thread of this process, PostgreSQL in processes of
/// its own. On two cores a second thread of ours would mostly wake the first one, and keep the database waiting.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores.saturating_sub(1).max(1)).enable_all().build()
}
