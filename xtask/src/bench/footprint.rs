//! How large the binary is, how fast it starts, and what it needs when it has nothing to do.
//!
//! The server runs on a fresh SQLite file in a temporary folder, with no Slack and no Jira.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Measured;
use crate::process::Owned;
use crate::workspace;

const MEGABYTE: f64 = 1024.0 * 1024.0;
const START_DEADLINE: Duration = Duration::from_secs(20);
const SETTLING_TIME: Duration = Duration::from_secs(3);

fn binary() -> PathBuf {
    workspace::target().join("release/maro")
}

/// The size of the stripped release binary.
pub(crate) fn binary_size() -> anyhow::Result<Measured> {
    let size = std::fs::metadata(binary())
        .context("there is no release build")?
        .len();
    let kilobytes = u32::try_from(size / 1024).unwrap_or(u32::MAX);
    Ok(Measured {
        what: "release binary",
        value: f64::from(kilobytes) / 1024.0,
        limit: 40.0,
        unit: "MB",
    })
}

/// The time from start to the first 200, and the memory after a few idle seconds.
///
/// The first start creates the database, so the second one is measured.
pub(crate) fn start_and_memory() -> anyhow::Result<(Measured, Measured)> {
    let data = tempfile::tempdir()?;
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    drop(start(data.path(), address)?);
    let (server, elapsed) = start(data.path(), address)?;
    std::thread::sleep(SETTLING_TIME);
    let memory = resident_bytes(server.0.id())?;
    Ok((
        Measured {
            what: "start to first 200",
            value: elapsed.as_secs_f64() * 1000.0,
            limit: 300.0,
            unit: "ms",
        },
        Measured {
            what: "idle memory",
            value: memory / MEGABYTE,
            limit: 40.0,
            unit: "MB",
        },
    ))
}

fn start(data: &std::path::Path, address: SocketAddr) -> anyhow::Result<(Owned, Duration)> {
    let mut command = Command::new(binary());
    command
        .arg("serve")
        .env("MARO_BIND", address.to_string())
        .env("MARO_DATA_DIR", data)
        .env_remove("MARO_DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut server = Owned(
        command
            .spawn()
            .context("the release build does not start")?,
    );
    while started.elapsed() < START_DEADLINE {
        if answers(address) {
            return Ok((server, started.elapsed()));
        }
        if let Some(status) = server.0.try_wait()? {
            bail!("maro serve ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    bail!("maro serve does not answer after {START_DEADLINE:?}")
}

fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn resident_bytes(process_id: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process_id}/status"))
        .context("memory is read from /proc, which this system does not have")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|text| text.split_whitespace().next()?.parse::<u32>().ok());
    kilobytes
        .map(|kilobytes| f64::from(kilobytes) * 1024.0)
        .context("no VmRSS in /proc")
}
