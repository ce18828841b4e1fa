//! What was asked of the simulated APIs, for tests that count requests.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many requests are kept in full; the counts keep going.
const KEPT: usize = 2_000;

/// One request to the simulated Slack or Jira.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LoggedRequest {
    pub(crate) at: DateTime<Utc>,
    pub(crate) target: &'static str,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The status that was sent, or `None` when the client got no answer.
    pub(crate) status: Option<u16>,
    /// The fault that was applied, if any.
    pub(crate) fault: Option<String>,
}

/// Requests in order of their end, and how many there were of each kind.
#[derive(Debug, Default, Serialize)]
pub(crate) struct RequestLog {
    /// Requests per `target METHOD path`, counted when they arrive.
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) requests: VecDeque<LoggedRequest>,
}

impl RequestLog {
    /// Counts a request that arrived.
    pub(crate) fn arrived(&mut self, target: &str, method: &str, path: &str) {
        *self
            .counts
            .entry(format!("{target} {method} {path}"))
            .or_default() += 1;
    }

    /// Keeps a request that ended.
    pub(crate) fn ended(&mut self, request: LoggedRequest) {
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }
}
