//! What the simulated MCP servers remember: sessions, quirks, settings, calls.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Profile;
use super::quirks::Quirks;
use super::session::Sessions;

/// How many calls are kept.
const KEPT: usize = 500;

/// Switches of the MCP servers; `POST /admin/mcp/settings` merges into them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct McpSettings {
    /// Tools per page of `tools/list`.
    pub(crate) page_size: usize,
    /// Whether answers are plain JSON instead of an event stream of one event.
    pub(crate) json_answers: bool,
    /// Names of tools that are not offered and cannot be called.
    pub(crate) missing_tools: Vec<String>,
    /// Tools of the second hosted version that are reached by `execute…` only.
    pub(crate) unlisted_tools: Vec<String>,
    /// Arguments that are called otherwise: tool, then old name, then new name.
    pub(crate) renamed_arguments: BTreeMap<String, BTreeMap<String, String>>,
    /// What mcp-atlassian itself is signed in with; without it each request must bring its own.
    pub(crate) server_credential: ServerCredential,
    /// Whether API tokens have the scopes of the hosted server; without them it offers two tools.
    pub(crate) token_has_scopes: bool,
}

/// What mcp-atlassian was started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServerCredential {
    /// Nothing.
    None,
    /// The API token of the Cloud site.
    Cloud,
    /// The personal token of the Data Center product.
    DataCenter,
}

impl Default for McpSettings {
    fn default() -> Self {
        let unlisted = [
            "lookupJiraAccountId",
            "listJiraIssueComments",
            "getJiraCurrentUser",
            "listJiraProjectIssueTypesMetadata",
        ];
        Self {
            page_size: 10,
            json_answers: false,
            missing_tools: Vec::new(),
            unlisted_tools: unlisted.map(str::to_owned).to_vec(),
            renamed_arguments: BTreeMap::new(),
            server_credential: ServerCredential::None,
            token_has_scopes: true,
        }
    }
}

/// One call of a tool.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Call {
    pub(super) at: DateTime<Utc>,
    pub(super) profile: Profile,
    pub(super) tool: String,
    /// Whether the result was an error; none while it runs or when it never came.
    pub(super) is_error: Option<bool>,
    pub(super) quirk: Option<String>,
}

/// Everything that the servers remember.
#[derive(Debug, Default)]
pub(crate) struct McpState {
    pub(super) settings: McpSettings,
    pub(super) sessions: Sessions,
    pub(super) quirks: Quirks,
    pub(super) calls: VecDeque<(u64, Call)>,
    /// How often each tool was called, by `profile tool`.
    pub(super) counts: BTreeMap<String, u64>,
    last_call: u64,
}

impl McpState {
    /// Notes a call that begins, and gives it a number.
    pub(super) fn begin_call(&mut self, call: Call) -> u64 {
        let name = serde_json::to_value(call.profile).unwrap_or_default();
        let name = format!("{} {}", name.as_str().unwrap_or_default(), call.tool);
        *self.counts.entry(name).or_default() += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.last_call += 1;
        self.calls.push_back((self.last_call, call));
        self.last_call
    }

    /// Notes how a call ended.
    pub(super) fn end_call(&mut self, number: u64, is_error: bool) {
        let call = self.calls.iter_mut().find(|(known, _)| *known == number);
        if let Some((_, call)) = call {
            call.is_error = Some(is_error);
        }
    }
}
