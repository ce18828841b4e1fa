//! The configuration file. Unknown keys are refused, so that a typing error is not silent.
//! Secrets have no place in it; they come from the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use maro_core::approvals::PolicyRules;
use maro_core::sync::{FromJira, ToJira};
use serde::Deserialize;
use url::Url;

use super::runners::RunnerLines;

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "the keys are what operators write"
)]
pub(super) struct File {
    pub(super) bind: Option<SocketAddr>,
    pub(super) public_url: Option<Url>,
    pub(super) data_dir: Option<PathBuf>,
    pub(super) database_url: Option<String>,
    pub(super) max_connections: Option<u32>,
    pub(super) secret_key_file: Option<PathBuf>,
    pub(super) commands: Option<Vec<String>>,
    pub(super) rules_file: Option<PathBuf>,
    pub(super) log: Option<String>,
    pub(super) log_json: bool,
    pub(super) jira: Jira,
    pub(super) approval: PolicyRules,
    pub(super) ledger: Ledger,
    pub(super) mcp: Mcp,
    pub(super) runners: Vec<RunnerLines>,
    pub(super) sync: Sync,
    pub(super) keep: Keep,
}

/// `[keep]`: how long findings are kept, in days.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Keep {
    pub(super) runs_days: Option<u16>,
    pub(super) settled_defects_days: Option<u16>,
}

/// `[sync]`: what statuses of defects and of their issues mean for each other, and how often they may
/// change.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sync {
    pub(super) from_jira: FromJira,
    pub(super) to_jira: ToJira,
    pub(super) most_flips: Option<u32>,
    pub(super) flips_minutes: Option<u32>,
}

/// `[mcp]`: how long calls of an MCP server's tools may take, in milliseconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Mcp {
    pub(super) read_ms: Option<u64>,
    pub(super) write_ms: Option<u64>,
}

/// `[jira]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Jira {
    pub(super) url: Option<Url>,
    pub(super) username: Option<String>,
    pub(super) default_project: Option<String>,
    pub(super) default_issue_type: Option<String>,
}

/// `[ledger]`: pauses, leases and time-outs, in milliseconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys name their unit")]
pub(super) struct Ledger {
    pub(super) search_after_ms: Option<Vec<u64>>,
    pub(super) watch_every_ms: Option<u64>,
    pub(super) first_deferral_ms: Option<u64>,
    pub(super) limit_pause_ms: Option<u64>,
    pub(super) send_deadline_ms: Option<u64>,
    pub(super) lease_ms: Option<u64>,
    pub(super) work_lease_ms: Option<u64>,
    pub(super) poll_ms: Option<u64>,
    pub(super) probe_ms: Option<u64>,
    pub(super) jira_poll_ms: Option<u64>,
}

impl File {
    /// Reads and checks the file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("could not read the configuration {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in the configuration {}", path.display()))
    }
}
