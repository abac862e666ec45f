//! Our own program as a process: its wall clock and its memory, seen from outside.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Fault;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_gradtrail");

/// How long a command took, and the most memory it held.
pub struct Ran {
    pub seconds: f64,
    pub peak_mb: f64,
}

pub fn start(data_dir: &Path, arguments: &[String]) -> Result<Child, Fault> {
    let mut command = Command::new(PROGRAM);
    command.arg("--data-dir").arg(data_dir).args(arguments);
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// Runs a command to its end.
pub fn run(data_dir: &Path, arguments: &[String]) -> Result<Ran, Fault> {
    let started = Instant::now();
    let mut child = start(data_dir, arguments)?;
    let mut peak_mb: f64 = 0.0;
    let status = loop {
        if let Ok(mb) = memory_mb(child.id(), "VmHWM:") {
            peak_mb = peak_mb.max(mb);
        }
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    if status.success() {
        Ok(Ran { seconds: started.elapsed().as_secs_f64(), peak_mb })
    } else {
        Err(format!("gradtrail {arguments:?} ended with {status}").into())
    }
}

/// The seconds of processors that a process took so far.
pub fn processor_s(process: u32) -> Result<f64, Fault> {
    // The kernel counts in hundredths of a second, whatever its own clock does.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // After the name, which may hold anything, the times are the 12th and 13th field.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
    let times: Vec<f64> = fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(times.iter().sum::<f64>() / TICKS)
}

/// A field of the kernel's account of a process, in MB: `VmHWM:` the most it held, `VmRSS:` what it holds.
pub fn memory_mb(process: u32, field: &str) -> Result<f64, Fault> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(field)).ok_or("no such field")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("no value")?.parse()?;
    Ok(kilobytes / 1024.0)
}
