//! Faults: what goes wrong with requests to the simulated APIs.
//!
//! A rule names requests by target, method and path and says what happens to
//! them, how often. Rules come as JSON from `POST /admin/faults` or as one
//! line of text from the command line (`FaultRule: FromStr`):
//!
//! ```text
//! target:METHOD:path:action[:key=value]…
//! jira:POST:/rest/api/3/issue$:drop-after:times=1
//! slack:*:chat.postMessage:status:status=429:retry-after=2
//! jira:GET:/search/jql:delay:ms=500:skip=1
//! atlassian:POST:/oauth/token$:drop-after:times=1
//! ```
//!
//! * `target` is `slack`, `jira`, `confluence`, `mcp`, `atlassian` or `*`; `METHOD` may be `*`. What
//!   comes through the gateway is a request to `atlassian` and then one to the product.
//! * `path` is a part of the path without the `/jira`, `/wiki`, `/atlassian` or `/slack/api` before
//!   it; a `$` at its end anchors it, `*` means any. `/slack/socket`, `/slack/oauth/…` and
//!   `/slack/services/…` stay whole.
//! * `times` is how many requests it hits (absent: all of them), `skip` how many it lets
//!   through before.
//! * Actions: `status` (`status`, `retry-after` = seconds or `date+SECONDS`, `reason` =
//!   the `RateLimit-Reason`, `body`), `delay` (`ms`),
//!   `hang`, `drop-before`, `drop-after`, `truncate`, `cut-off`, `html` (`status`), `late` (`ms`),
//!   `late-answer` (`ms`).

mod layer;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::layer::apply;

/// Which simulated API a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The Slack Web API.
    Slack,
    /// The Jira REST API, on every road that leads there.
    Jira,
    /// Atlassian's accounts and gateway: `/authorize`, `/oauth/token`, `/ex/…`.
    Atlassian,
    /// The Confluence REST API.
    Confluence,
    /// The MCP servers; what they ask of Jira and Confluence is theirs.
    Mcp,
    /// All of them.
    #[serde(rename = "*")]
    Any,
}

impl Target {
    /// How rules, the log and the counts call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Jira => "jira",
            Self::Atlassian => "atlassian",
            Self::Confluence => "confluence",
            Self::Mcp => "mcp",
            Self::Any => "*",
        }
    }
}

/// What happens to a request that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Answers with a status; the handler never runs.
    Status {
        /// The status code.
        status: u16,
        /// The `Retry-After` header, if any.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
        /// The `RateLimit-Reason` header of Jira Cloud, if any, with the counters that come along.
        #[serde(default)]
        reason: Option<String>,
        /// The body, if another than the usual one.
        #[serde(default)]
        body: Option<String>,
    },
    /// Waits, then runs the handler.
    Delay {
        /// How long.
        ms: u64,
    },
    /// Never answers and never runs the handler.
    Hang,
    /// Closes the connection; the handler never runs.
    DropBefore,
    /// Runs the handler, then closes the connection without an answer.
    DropAfter,
    /// Runs the handler and answers with the first half of its body, as if it were whole.
    Truncate,
    /// Runs the handler, sends half of the body and closes the connection.
    CutOff,
    /// Answers with an HTML page, as a proxy in between would; the handler never runs.
    Html {
        /// The status code; 502 unless told.
        #[serde(default = "bad_gateway")]
        status: u16,
    },
    /// Closes the connection now and runs the handler later.
    Late {
        /// How much later.
        ms: u64,
    },
    /// Runs the handler now and answers later.
    LateAnswer {
        /// How much later.
        ms: u64,
    },
}

/// The value of a `Retry-After` header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub enum RetryAfter {
    /// In so many seconds.
    Seconds(u32),
    /// At the HTTP date that is so many seconds away.
    Date(u32),
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// Which API.
    pub target: Target,
    /// Which HTTP method; any if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// A part of the path; `$` at its end anchors it; empty means any.
    #[serde(default)]
    pub path: String,
    /// How many more requests it hits; absent means all of them.
    #[serde(default)]
    pub times: Option<u32>,
    /// How many requests it lets through before it hits.
    #[serde(default)]
    pub skip: u32,
    /// What happens.
    #[serde(flatten)]
    pub action: Action,
}

/// Why a rule cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct FaultRuleError(String);

impl std::fmt::Display for FaultRuleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultRuleError {}

/// The rules in force, oldest first.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
}

impl Faults {
    /// Adds a rule behind the others.
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    /// Removes all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Takes what happens to this request from the first rule that names it.
    fn take(&mut self, target: Target, method: &str, path: &str) -> Option<Action> {
        for rule in &mut self.rules {
            if rule.times == Some(0) || !rule.names(target, method, path) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            rule.times = rule.times.map(|left| left - 1);
            return Some(rule.action.clone());
        }
        None
    }
}

impl FaultRule {
    /// Reads a rule from JSON: an object, or the text form as a string.
    pub fn from_json(value: Value) -> Result<Self, FaultRuleError> {
        match value {
            Value::String(spec) => spec.parse(),
            Value::Object(mut fields) => {
                if let Some(Value::String(action)) = fields.get_mut("action") {
                    *action = action.replace('-', "_");
                }
                serde_json::from_value(Value::Object(fields))
                    .map_err(|err| FaultRuleError(format!("not a fault rule: {err}")))
            }
            _ => Err(FaultRuleError(
                "a fault rule is an object or a string".into(),
            )),
        }
    }

    fn names(&self, target: Target, method: &str, path: &str) -> bool {
        let of_target = self.target == Target::Any || self.target == target;
        let of_method = self
            .method
            .as_deref()
            .is_none_or(|m| m.eq_ignore_ascii_case(method));
        let of_path = match self.path.strip_suffix('$') {
            Some(end) => path.ends_with(end),
            None => path.contains(&self.path),
        };
        of_target && of_method && of_path
    }
}

impl FromStr for FaultRule {
    type Err = FaultRuleError;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        let mut parts = spec.split(':');
        let mut next = |what: &str| {
            parts.next().filter(|part| !part.is_empty()).ok_or_else(|| {
                FaultRuleError(format!(
                    "fault `{spec}` has no {what}; write target:METHOD:path:action[:key=value]"
                ))
            })
        };
        let mut fields = Map::new();
        fields.insert("target".into(), next("target")?.into());
        let method = next("method")?;
        if method != "*" {
            fields.insert("method".into(), method.into());
        }
        let path = next("path")?;
        fields.insert("path".into(), if path == "*" { "" } else { path }.into());
        fields.insert("action".into(), next("action")?.into());
        for part in parts {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| FaultRuleError(format!("`{part}` in a fault is not key=value")))?;
            let value = value
                .parse::<u32>()
                .map_or_else(|_| value.into(), Value::from);
            fields.insert(key.replace('-', "_"), value);
        }
        Self::from_json(Value::Object(fields))
    }
}

impl TryFrom<Value> for RetryAfter {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let (dated, seconds) = text
            .strip_prefix("date+")
            .map_or((false, text.as_str()), |rest| (true, rest));
        let seconds = seconds
            .parse()
            .map_err(|_| "retry_after is a number of seconds or date+SECONDS".to_owned())?;
        Ok(if dated {
            Self::Date(seconds)
        } else {
            Self::Seconds(seconds)
        })
    }
}

impl From<RetryAfter> for String {
    fn from(value: RetryAfter) -> Self {
        match value {
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::Date(seconds) => format!("date+{seconds}"),
        }
    }
}

fn bad_gateway() -> u16 {
    502
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_from_text() {
        let rule: FaultRule = "jira:POST:/rest/api/3/issue$:drop-after:times=1"
            .parse()
            .unwrap();

        assert_eq!(rule.target, Target::Jira);
        assert_eq!(rule.method.as_deref(), Some("POST"));
        assert_eq!(rule.times, Some(1));
        assert_eq!(rule.action, Action::DropAfter);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for (text, want) in [
            ("retry-after=2", Some(RetryAfter::Seconds(2))),
            ("retry-after=date+30", Some(RetryAfter::Date(30))),
            ("times=1", None),
        ] {
            let rule: FaultRule = format!("slack:*:*:status:status=429:{text}")
                .parse()
                .unwrap();
            let Action::Status { retry_after, .. } = rule.action else {
                panic!("{rule:?}")
            };
            assert_eq!(retry_after, want, "{text}");
        }
    }

    #[test]
    fn a_bad_rule_says_what_is_wrong() {
        let missing = "jira:POST".parse::<FaultRule>().unwrap_err();
        let unknown = "jira:POST:*:explode".parse::<FaultRule>().unwrap_err();

        assert!(missing.to_string().contains("has no path"), "{missing}");
        assert!(unknown.to_string().contains("explode"), "{unknown}");
    }

    #[test]
    fn a_rule_skips_then_hits_then_is_spent() {
        let mut faults = Faults::default();
        faults.add("jira:POST:/issue$:hang:times=1:skip=1".parse().unwrap());
        let mut ask = |path| faults.take(Target::Jira, "POST", path);

        assert_eq!(ask("/rest/api/3/issue/createmeta"), None, "another path");
        assert_eq!(ask("/rest/api/3/issue"), None, "skipped");
        assert_eq!(ask("/rest/api/3/issue"), Some(Action::Hang));
        assert_eq!(ask("/rest/api/3/issue"), None, "spent");
    }
}
