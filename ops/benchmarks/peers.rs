//! Runs the stand-alone package of the peers, built by `ops/bench`, and reads its answers.

use std::process::Command;

use serde::Deserialize;

use crate::Fault;

#[derive(Deserialize)]
struct Answer {
    per_second: f64,
}

/// Commands per second of a peer; `store` is `sqlite` or the address of a PostgreSQL server.
pub fn commands(program: &str, store: &str, clients: usize, pool: u32, seconds: f64) -> Result<f64, Fault> {
    let output = Command::new(program)
        .args(["--store", store, "--clients", &clients.to_string(), "--pool", &pool.to_string()])
        .args(["--seconds", &seconds.to_string()])
        .output()
        .map_err(|error| format!("{program}: {error}; run ops/bench, which builds it"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice::<Answer>(&output.stdout)?.per_second)
}
