//! What an operator configures, already read and checked. Reading it is the `maro` binary's work.

mod integrations;
mod runners;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use maro_core::approvals::PolicyRules;
use maro_core::operations::Schedule;
use maro_core::sync::SyncRules;
use secrecy::SecretString;
use url::Url;

use crate::secrets::KeyRing;

pub use integrations::{
    AtlassianLogin, AtlassianSettings, ConfluenceSettings, JiraSettings, McpLogin, McpPlace,
    McpSettings, OAuthAppSettings, SlackSettings, StartValues,
};
pub use runners::{Runner, RunnerWay};

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach this Maro; used in links.
    pub public_url: Option<Url>,
    /// The slash commands that are ours, with their slash. The first is the one we teach.
    pub commands: Vec<String>,
    /// What the environment and the file say about connections; what is stored stands over it.
    pub start: StartValues,
    /// Who may approve what.
    pub approval: PolicyRules,
    /// When to look for evidence and when to ask a person.
    pub schedule: Schedule,
    /// What statuses of defects and of their issues mean for each other.
    pub sync: SyncRules,
    /// Time-outs and leases.
    pub timings: Timings,
    /// How long findings are kept.
    pub retention: Retention,
    /// A bearer token with every scope, from the environment.
    pub api_token: Option<SecretString>,
    /// The keys that seal, and the one that markers are made with.
    pub keys: KeyRing,
    /// The file that the keys stand in, when they do not come from the environment.
    pub key_file: Option<PathBuf>,
    /// The file of rules that are only read elsewhere.
    pub rules_file: Option<PathBuf>,
    /// What an MCP server that runs as our child gets.
    pub mcp_host: McpHost,
    /// The suites that people may start from Slack.
    pub runners: Vec<Runner>,
    /// What runners that are called by HTTP sign with, as we do.
    pub runner_secret: Option<SecretString>,
}

/// What an MCP server that runs as our child gets from this machine, and how long its calls may take.
#[derive(Debug, Clone, Default)]
pub struct McpHost {
    /// Its home and working directory.
    pub home: PathBuf,
    /// Its environment, beside the accounts that it is given.
    pub environment: BTreeMap<String, String>,
    /// How long a call that changes nothing may take, if not as usual.
    pub read_limit: Option<Duration>,
    /// How long a call that changes something may take, if not as usual.
    pub write_limit: Option<Duration>,
}

/// How long findings are kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Runs with their failures, since they were reported.
    pub runs: TimeDelta,
    /// Defects that are settled, since they were, and what happened to any defect.
    pub settled_defects: TimeDelta,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            runs: TimeDelta::days(180),
            settled_defects: TimeDelta::days(365),
        }
    }
}

/// Time-outs and leases.
#[derive(Debug, Clone)]
pub struct Timings {
    /// Total time of one create, shorter than `lease`.
    pub send_deadline: Duration,
    /// How long a claimed operation is ours.
    pub lease: Duration,
    /// How long a claimed delivery or message is ours.
    pub work_lease: Duration,
    /// How often the queues are looked at without a wake-up.
    pub poll: Duration,
    /// How often every connection gets a small real call.
    pub probe: Duration,
    /// How often Jira is asked what changed, when no webhook tells.
    pub jira_poll: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            send_deadline: Duration::from_secs(20),
            lease: Duration::from_secs(40),
            work_lease: Duration::from_mins(1),
            poll: Duration::from_secs(1),
            probe: Duration::from_mins(2),
            jira_poll: Duration::from_mins(1),
        }
    }
}

impl Settings {
    /// The command that help texts teach.
    #[must_use]
    pub fn command(&self) -> &str {
        self.commands.first().map_or("/maro", String::as_str)
    }

    /// The link to a page of this Maro, when it knows where people reach it.
    #[must_use]
    pub fn page_url(&self, path: &str) -> Option<Url> {
        self.public_url
            .as_ref()
            .and_then(|url| url.join(path.trim_start_matches('/')).ok())
    }
}
