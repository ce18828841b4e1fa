//! How large the binary is, how fast it starts, and what it needs when it has nothing to do.

use std::time::Duration;

use anyhow::Context;

use super::children::{Announced, Maro, Place, maro_binary};
use super::database::Database;
use super::table::{Table, median};
use crate::deps;
use crate::summary::Counts;

const LARGEST_BINARY: f64 = 40.0;
const MOST_MEMORY: f64 = 45.0;
const SLOWEST_START: f64 = 300.0;
const SETTLING_TIME: Duration = Duration::from_secs(10);

/// How many crates the default build compiles.
pub(super) fn crates(table: &mut Table) -> anyhow::Result<Counts> {
    let count = |crates: usize| u32::try_from(crates).map(f64::from);
    let (crates, limit) = (count(deps::count()?)?, count(deps::LIMIT)?);
    Ok(table.at_most("crates with default features", crates, limit, "crates"))
}

/// The size of the stripped release binary.
pub(super) fn binary_size(table: &mut Table) -> anyhow::Result<Counts> {
    let size = std::fs::metadata(maro_binary())
        .context("there is no release build")?
        .len();
    let megabytes = f64::from(u32::try_from(size / 1024)?) / 1024.0;
    Ok(table.at_most("release binary", megabytes, LARGEST_BINARY, "MB"))
}

/// The time from start to the first 200, and the memory some idle seconds after it.
///
/// The first start creates the tables, so it is not counted.
pub(super) fn start_and_memory(
    table: &mut Table,
    database: &Database,
    starts: u32,
) -> anyhow::Result<Counts> {
    let sink = Announced::sink()?;
    let place = Place {
        database_url: &database.url(),
        data: database.data(),
        slack: Some(format!("http://{}/", sink.address()?)),
        jira: None,
        more: Vec::new(),
    };
    let mut maro = Maro::serve(&place)?;
    let mut times = Vec::new();
    for _ in 0..starts {
        drop(maro);
        maro = Maro::serve(&place)?;
        times.push(maro.started_in.as_secs_f64() * 1000.0);
    }
    std::thread::sleep(SETTLING_TIME);
    let memory = maro.resident_megabytes()?;
    let name = database.name();
    let start = table.at_most(
        &format!("{name}: start to first 200, median of {starts}"),
        median(times),
        SLOWEST_START,
        "ms",
    );
    let memory = table.at_most(&format!("{name}: idle memory"), memory, MOST_MEMORY, "MB");
    Ok(Counts {
        passed: start.passed + memory.passed,
        failed: start.failed + memory.failed,
        skipped: 0,
    })
}
