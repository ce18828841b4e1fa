//! The databases of a run, and how fast each commits one row at a time: the limits.
//!
//! Every row goes into Maro's own table, so the limit, Maro and the ceiling meet the same index.
//! The limit's rows are done, so they spare the index of open rows that Maro has to keep.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::process::{self, Cleanup};
use crate::test::postgres::{Cluster, find_binaries};

const COLUMNS: &str =
    "(id, kind, state, attempts, owner, lease_epoch, next_at, received_at, payload)";
const OPEN: &str = "SELECT count(*) FROM inbox WHERE state = 'open' AND state <> 'done'";
const UNSENT: &str = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')";

/// One row per commit, as fast as SQLite's own library does it from one process.
const ONE_ROW_PER_COMMIT: &str = "
import os, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute('PRAGMA journal_mode = WAL')
connection.execute('PRAGMA synchronous = FULL')
now, payload = '2030-01-01T00:00:00+00:00', 'x' * 700
count, started = 0, time.monotonic()
while time.monotonic() - started < float(sys.argv[2]):
    identity = 'slack:T0BENCH01:command:' + os.urandom(16).hex()
    connection.execute('INSERT INTO inbox ' + sys.argv[3] + ' VALUES (?,?,?,?,?,?,?,?,?)',
        (identity, 'slack_command', 'done', 1, 'limit', 1, now, now, payload))
    count += 1
print(count / (time.monotonic() - started))
";

const ASK: &str = "
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
for row in connection.execute(sys.argv[2]):
    print(row[0])
";

/// A database with Maro's tables.
pub(super) enum Database {
    Postgres { cluster: Cluster, data: TempDir },
    Sqlite { data: TempDir },
}

impl Database {
    pub(super) fn postgres(cleanup: &Cleanup) -> anyhow::Result<Self> {
        Ok(Self::Postgres {
            cluster: Cluster::start(cleanup)?,
            data: folder(cleanup)?,
        })
    }

    pub(super) fn sqlite(cleanup: &Cleanup) -> anyhow::Result<Self> {
        if process::find("python3").is_none() {
            bail!("python3 is not installed; it makes the commits that Maro is compared with");
        }
        Ok(Self::Sqlite {
            data: folder(cleanup)?,
        })
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Postgres { .. } => "PostgreSQL",
            Self::Sqlite { .. } => "SQLite",
        }
    }

    /// How many times one row per commit a server must reach that shares commits.
    pub(super) fn least_ratio(&self) -> f64 {
        match self {
            Self::Postgres { .. } => 1.0,
            Self::Sqlite { .. } => 2.0,
        }
    }

    pub(super) fn limit_name(&self) -> &'static str {
        match self {
            Self::Postgres { .. } => "pgbench, 32 clients",
            Self::Sqlite { .. } => "one row per commit",
        }
    }

    pub(super) fn data(&self) -> &Path {
        match self {
            Self::Postgres { data, .. } | Self::Sqlite { data } => data.path(),
        }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Postgres { cluster, .. } => cluster.url().to_owned(),
            Self::Sqlite { .. } => format!("sqlite://{}", self.file().display()),
        }
    }

    fn file(&self) -> PathBuf {
        self.data().join("maro.db")
    }

    /// Commits of one row per second.
    pub(super) fn limit(&self, seconds: u32) -> anyhow::Result<f64> {
        match self {
            Self::Postgres { cluster, data } => pgbench(cluster.url(), data.path(), seconds),
            Self::Sqlite { .. } => {
                let mut command = Command::new("python3");
                command.args(["-c", ONE_ROW_PER_COMMIT]).arg(self.file());
                command.args([&seconds.to_string(), COLUMNS]);
                Ok(process::output(&mut command)?.trim().parse()?)
            }
        }
    }

    /// Deliveries that are not settled, and messages that are not sent.
    pub(super) fn backlog(&self) -> anyhow::Result<(u64, u64)> {
        Ok((
            self.ask(OPEN)?.trim().parse()?,
            self.ask(UNSENT)?.trim().parse()?,
        ))
    }

    /// Moves what was written to its place, so that a measurement does not pay for the one before.
    pub(super) fn settle(&self) -> anyhow::Result<()> {
        let settle = match self {
            Self::Postgres { .. } => "CHECKPOINT",
            Self::Sqlite { .. } => "PRAGMA wal_checkpoint(PASSIVE)",
        };
        self.ask(settle).map(drop)
    }

    /// Adds rows that are done, their ids spread over the whole index.
    pub(super) fn fill(&self, rows: u64) -> anyhow::Result<()> {
        let values = "'slack_command', 'done', 1, 'fill', 1";
        let id = format!("'slack:T0BENCH01:command:' || {}", self.hex_of_row(rows));
        let fill = match self {
            Self::Postgres { .. } => format!(
                "INSERT INTO inbox {COLUMNS} SELECT {id}, {values}, now(), now(), ''
                 FROM generate_series(1, {rows}) AS i; VACUUM ANALYZE inbox"
            ),
            Self::Sqlite { .. } => format!(
                "WITH RECURSIVE counter (i) AS
                    (SELECT 1 UNION ALL SELECT i + 1 FROM counter WHERE i < {rows})
                 INSERT INTO inbox {COLUMNS} SELECT {id}, {values},
                 '2030-01-01T00:00:00+00:00', '2030-01-01T00:00:00+00:00', '' FROM counter"
            ),
        };
        self.ask(&fill).map(drop)
    }

    /// 32 hexadecimal digits that grow with the row: the index is built in order, and quickly.
    fn hex_of_row(&self, rows: u64) -> String {
        let step = u64::from(u32::MAX) / rows.max(1);
        match self {
            Self::Postgres { .. } => {
                format!("lpad(to_hex(i::bigint * {step}), 8, '0') || left(md5(i::text), 24)")
            }
            Self::Sqlite { .. } => {
                format!("printf('%08x', i * {step}) || lower(hex(randomblob(12)))")
            }
        }
    }

    /// Runs statements, and gives what they print.
    pub(super) fn ask(&self, sql: &str) -> anyhow::Result<String> {
        match self {
            Self::Postgres { cluster, .. } => {
                let mut command = Command::new(binaries()?.join("psql"));
                command.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", cluster.url()]);
                for statement in sql.split(';') {
                    command.args(["-c", statement]);
                }
                process::output(&mut command)
            }
            Self::Sqlite { .. } => {
                let mut command = Command::new("python3");
                process::output(command.args(["-c", ASK]).arg(self.file()).arg(sql))
            }
        }
    }
}

fn folder(cleanup: &Cleanup) -> anyhow::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("maro-bench-").tempdir()?;
    let path = folder.path().to_owned();
    cleanup.add(move || {
        let _ = std::fs::remove_dir_all(&path);
    });
    Ok(folder)
}

fn binaries() -> anyhow::Result<PathBuf> {
    find_binaries().context("PostgreSQL 15 or newer is not installed")
}

/// Prepared statements, so that the limit is not the parser's. A colon would begin a variable.
fn pgbench(url: &str, folder: &Path, seconds: u32) -> anyhow::Result<f64> {
    let script = folder.join("pgbench.sql");
    std::fs::write(
        &script,
        format!(
            "INSERT INTO inbox {COLUMNS} VALUES (E'slack\\072T0BENCH01\\072command\\072' \
             || md5(random()::text || clock_timestamp()::text), 'slack_command', 'done', 1, \
             'limit', 1, now(), now(), repeat('x', 700));\n"
        ),
    )?;
    let mut command = Command::new(binaries()?.join("pgbench"));
    command.args(["-n", "-M", "prepared", "-c", "32", "-j", "2", "-T"]);
    command
        .arg(seconds.to_string())
        .arg("-f")
        .arg(&script)
        .arg(url);
    let text = process::output(&mut command)?;
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
    rate.and_then(|rate| rate.split(' ').next()?.parse().ok())
        .with_context(|| format!("pgbench named no rate: {text}"))
}
