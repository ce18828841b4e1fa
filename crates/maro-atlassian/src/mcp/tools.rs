//! The tools that a server offers, checked against what Maro needs, at every connection.
//!
//! A token without the right scopes connects without complaint and offers almost no tools, and a
//! newer server may want an argument that Maro does not know. Both must show before a create fails.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::health::McpGap;
use super::profile::{Profile, Tool};

/// The tool that carries out others, where a server lists only some of them.
const EXECUTE_READ: [&str; 2] = ["executeRead", "execute"];
const EXECUTE_WRITE: [&str; 2] = ["executeWrite", "execute"];

/// A tool that can be called.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// The name to call.
    pub(super) name: String,
    /// The name to hand to the tool that executes others, when it goes through one.
    pub(super) inner: Option<&'static str>,
    /// The arguments it takes; nothing is known when it goes through another one.
    takes: Option<BTreeSet<String>>,
}

impl Offer {
    /// Whether the tool takes an argument. Unknown counts as no: a server refuses what it does not know.
    pub(super) fn takes(&self, argument: &str) -> bool {
        self.takes
            .as_ref()
            .is_some_and(|takes| takes.contains(argument))
    }
}

/// What a server offers and what is missing.
#[derive(Debug, Clone, Default)]
pub(super) struct Tools {
    offers: BTreeMap<Tool, Offer>,
    gaps: BTreeMap<Tool, String>,
    listed: usize,
}

impl Tools {
    /// Checks a list of tools: names with their input schemas.
    pub(super) fn check<'a>(
        profile: Profile,
        listed: impl Iterator<Item = (&'a str, &'a Map<String, Value>)>,
    ) -> Self {
        let listed: BTreeMap<&str, &Map<String, Value>> = listed.collect();
        let mut tools = Self {
            listed: listed.len(),
            ..Self::default()
        };
        for tool in Tool::ALL {
            match offer(profile, tool, &listed) {
                Ok(offer) => drop(tools.offers.insert(tool, offer)),
                Err(gap) => drop(tools.gaps.insert(tool, gap)),
            }
        }
        tools
    }

    /// The tool, or what is wrong with it.
    pub(super) fn find(&self, tool: Tool) -> Result<&Offer, String> {
        self.offers.get(&tool).ok_or_else(|| {
            let gap = self.gaps.get(&tool).map_or("it is missing", String::as_str);
            format!(
                "the MCP server is connected but cannot {}: {gap}",
                tool.purpose()
            )
        })
    }

    /// What cannot be asked for; first what the main job needs.
    pub(super) fn gaps(&self) -> Vec<McpGap> {
        let mut gaps: Vec<McpGap> = self
            .gaps
            .iter()
            .map(|(tool, gap)| McpGap {
                sentence: format!("cannot {}: {gap}", tool.purpose()),
                is_essential: tool.is_essential(),
            })
            .collect();
        gaps.sort_by_key(|gap| !gap.is_essential);
        gaps
    }

    /// What is wrong with the tools that the main job needs, in one sentence.
    pub(super) fn complaint(&self) -> Option<String> {
        if self.listed == 0 {
            return Some("connected, but no tool is offered (is the token's scope enough?)".into());
        }
        let gaps = self.gaps().into_iter().filter(|gap| gap.is_essential);
        let gaps: Vec<String> = gaps.map(|gap| gap.sentence).collect();
        (!gaps.is_empty()).then(|| format!("connected, but {}", gaps.join("; ")))
    }
}

fn offer(
    profile: Profile,
    tool: Tool,
    listed: &BTreeMap<&str, &Map<String, Value>>,
) -> Result<Offer, String> {
    let form = profile.form(tool);
    let Some(schema) = listed.get(form.name) else {
        return through_another(profile, tool, form.name, listed)
            .ok_or_else(|| format!("the tool {} is missing (scope?)", form.name));
    };
    let takes: BTreeSet<String> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
        .cloned()
        .collect();
    let required = schema.get("required").and_then(Value::as_array);
    let unknown = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find(|name| !form.always.contains(name));
    if let Some(name) = unknown {
        return Err(format!("the tool {} now requires {name:?}", form.name));
    }
    if let Some(name) = form.always.iter().find(|name| !takes.contains(**name)) {
        return Err(format!(
            "the tool {} does not take {name:?} any more",
            form.name
        ));
    }
    Ok(Offer {
        name: form.name.to_owned(),
        inner: None,
        takes: Some(takes),
    })
}

/// The second version lists its most used tools and carries out the others by a tool of their own.
fn through_another(
    profile: Profile,
    tool: Tool,
    name: &'static str,
    listed: &BTreeMap<&str, &Map<String, Value>>,
) -> Option<Offer> {
    if profile != Profile::RovoV2 {
        return None;
    }
    let reads = matches!(
        tool,
        Tool::Issue | Tool::Search | Tool::Transitions | Tool::Page | Tool::SearchPages
    );
    let names = if reads { EXECUTE_READ } else { EXECUTE_WRITE };
    let through = names.into_iter().find(|name| listed.contains_key(name))?;
    Some(Offer {
        name: through.to_owned(),
        inner: Some(name),
        takes: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(profile: Profile, tools: &Value) -> Tools {
        let listed = tools
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, schema)| (name.as_str(), schema.as_object().unwrap()));
        Tools::check(profile, listed)
    }

    fn create(required: &[&str], properties: &[&str]) -> Value {
        let properties: Map<String, Value> = properties
            .iter()
            .map(|name| ((*name).to_owned(), json!({})))
            .collect();
        json!({"jira_create_issue": {"required": required, "properties": properties},
               "jira_get_issue": {"required": ["issue_key"], "properties": {"issue_key": {}, "fields": {}}}})
    }

    const ALL: [&str; 5] = [
        "project_key",
        "summary",
        "issue_type",
        "additional_fields",
        "description",
    ];

    #[test]
    fn a_complete_server_has_nothing_to_complain_about() {
        let tools = check(
            Profile::Sooperset,
            &create(&["project_key", "summary"], &ALL),
        );
        assert_eq!(tools.complaint(), None);
        assert!(tools.find(Tool::CreateIssue).unwrap().takes("description"));
        assert!(tools.find(Tool::AddComment).is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let cases = [
            (
                json!({}),
                "connected, but no tool is offered (is the token's scope enough?)",
            ),
            (
                json!({"jira_get_issue": {"properties": {"issue_key": {}, "fields": {}}}}),
                "connected, but cannot create issues: the tool jira_create_issue is missing (scope?)",
            ),
            (
                create(&["project_key", "reporter"], &ALL),
                "connected, but cannot create issues: the tool jira_create_issue now requires \"reporter\"",
            ),
            (
                create(&[], &ALL[..3]),
                "connected, but cannot create issues: the tool jira_create_issue does not take \"additional_fields\" any more",
            ),
        ];
        for (listed, complaint) in cases {
            let tools = check(Profile::Sooperset, &listed);
            assert_eq!(tools.complaint().as_deref(), Some(complaint));
        }
    }

    #[test]
    fn the_second_version_reaches_unlisted_tools_through_another() {
        let tools = check(
            Profile::RovoV2,
            &json!({"executeRead": {}, "executeWrite": {}}),
        );
        let issue = tools.find(Tool::Issue).unwrap();
        assert_eq!(
            (issue.name.as_str(), issue.inner),
            ("executeRead", Some("getJiraIssue"))
        );
        assert_eq!(tools.find(Tool::CreateIssue).unwrap().name, "executeWrite");
    }
}
