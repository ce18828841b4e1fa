//! Quirks: what MCP servers get wrong by themselves, each seen in the field.
//!
//! A quirk names calls by server and tool and says what happens to them, how
//! often. Instead of a tool it can name `initialize` or `tools/list`. Faults of
//! the connection are rules of `crate::faults` with the target `mcp`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Profile;

/// One quirk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Quirk {
    /// Which server; any if absent.
    #[serde(default)]
    profile: Option<Profile>,
    /// Which tool; any if absent.
    #[serde(default)]
    tool: Option<String>,
    /// How many more calls it hits; absent means all of them.
    #[serde(default)]
    times: Option<u32>,
    /// How many calls it lets through before it hits.
    #[serde(default)]
    skip: u32,
    /// What happens.
    #[serde(flatten)]
    pub(super) kind: Kind,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "quirk", rename_all = "snake_case")]
pub(super) enum Kind {
    /// `isError` is false, with `{"error": text}` inside; nothing was done.
    ErrorInside {
        #[serde(default = "refused")]
        text: String,
    },
    /// `isError` is false, with an empty list inside; nothing was done.
    EmptyList,
    /// `isError` is false, and the text is no JSON; the work was done.
    NotJson {
        #[serde(default = "done")]
        text: String,
    },
    /// `isError` is true with this text; nothing was done.
    ErrorText { text: String },
    /// Waits, then works.
    Slow { ms: u64 },
    /// Works, then answers late.
    LateAnswer { ms: u64 },
    /// Never answers and does nothing.
    Hang,
    /// Works and never answers.
    HangAfter,
    /// Works twice and tells of the first.
    Double,
    /// Works, and then the look at the result fails: `isError` is true.
    FollowUpFails,
    /// Leaves these fields out without a word.
    DropFields { fields: Vec<String> },
    /// Wraps the result in `{"data": …}`.
    WrapData,
    /// An error of the protocol instead of a result.
    RpcError {
        #[serde(default = "internal")]
        code: i64,
        #[serde(default = "refused")]
        message: String,
    },
    /// A status of HTTP; nothing was done.
    Status {
        status: u16,
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// A 200 with a sign-in page; nothing was done.
    Html,
    /// The session is forgotten: 404.
    LostSession,
}

fn refused() -> String {
    "Authentication failed".to_owned()
}

fn done() -> String {
    "Issue created successfully. Have a nice day!".to_owned()
}

fn internal() -> i64 {
    -32_603
}

/// The quirks in force, oldest first.
#[derive(Debug, Default, Serialize)]
pub(super) struct Quirks(pub(super) Vec<Quirk>);

impl Quirks {
    /// Takes what happens to this call from the first quirk that names it.
    pub(super) fn take(&mut self, profile: Profile, tool: &str) -> Option<Kind> {
        for quirk in &mut self.0 {
            let named = quirk.profile.is_none_or(|one| one == profile)
                && quirk.tool.as_ref().map_or_else(
                    || !matches!(tool, "initialize" | "tools/list"),
                    |one| one == tool,
                );
            if !named || quirk.times == Some(0) {
                continue;
            }
            if quirk.skip > 0 {
                quirk.skip -= 1;
                continue;
            }
            quirk.times = quirk.times.map(|left| left - 1);
            return Some(quirk.kind.clone());
        }
        None
    }
}

/// Takes fields out of the arguments, also out of those that are JSON in a string.
pub(super) fn drop_fields(arguments: &mut Map<String, Value>, fields: &[String]) {
    for name in fields {
        arguments.remove(name);
    }
    for nested in ["additional_fields", "fields"] {
        match arguments.get_mut(nested) {
            Some(Value::Object(object)) => {
                object.retain(|name, _| !fields.contains(name));
            }
            Some(Value::String(text)) => {
                if let Ok(Value::Object(mut object)) = serde_json::from_str(text) {
                    object.retain(|name, _| !fields.contains(name));
                    *text = json!(object).to_string();
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quirk_hits_the_calls_it_names_so_often() {
        let quirk = json!({"tool": "jira_search", "times": 1, "skip": 1, "quirk": "empty_list"});
        let mut quirks = Quirks(vec![serde_json::from_value(quirk).unwrap()]);
        let mut take = |tool| quirks.take(Profile::Sooperset, tool);

        assert_eq!(take("jira_get_issue"), None);
        assert_eq!(take("jira_search"), None, "skipped");
        assert_eq!(take("jira_search"), Some(Kind::EmptyList));
        assert_eq!(take("jira_search"), None, "spent");
    }

    #[test]
    fn dropped_fields_go_from_strings_and_objects() {
        let text = r#"{"labels":["a"],"priority":{"name":"High"}}"#;
        let mut arguments = Map::new();
        arguments.insert("additional_fields".into(), json!(text));
        arguments.insert("fields".into(), json!({"labels": [], "summary": "x"}));

        drop_fields(&mut arguments, &["labels".to_owned()]);

        assert_eq!(
            arguments["additional_fields"],
            r#"{"priority":{"name":"High"}}"#
        );
        assert_eq!(arguments["fields"], json!({"summary": "x"}));
    }
}
