//! The threads of a process, and its memory.

use std::num::NonZero;

use mimalloc::MiMalloc;

/// SQLite's too: a group is decided on one thread, bound on a second and written on a third, and the system's allocator
/// spent two fifths of an import on memory that another thread gives back. Without huge pages, which double what is used.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// A runtime that leaves one core to the database: SQLite works on a thread of this process, PostgreSQL in processes of
/// its own. On two cores a second thread of ours would mostly wake the first one, and keep the database waiting.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores.saturating_sub(1).max(1)).enable_all().build()
}
