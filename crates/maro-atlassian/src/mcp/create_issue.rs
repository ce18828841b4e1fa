//! Creating an issue through an MCP server: one call, and the truth about its outcome.
//!
//! The body is the approved one, as it would go to REST, with its description as Markdown. Before the
//! call the account is read by REST, so that wrong credentials and a Jira that is down are met while
//! nothing is at stake; afterwards the issue is read back, because servers drop fields silently.

use std::time::Duration;

use maro_core::operations::MARKER_PREFIX;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use super::differences::{FIELDS, differences};
use super::profile::{Profile, Tool};
use super::tools::Offer;
use super::{McpClient, object};
use crate::rest::{CreateError, CreatedIssue, Issue, JiraError, Refusal, UnknownReason};

/// How much of the time of a create is kept for reading back.
const READ_BACK_SHARE: u32 = 6;

impl McpClient {
    /// Creates an issue from a complete JSON body, the same that REST takes but for its description.
    ///
    /// Within `deadline` the issue is also read back; what does not match is told with it.
    #[tracing::instrument(name = "mcp.create_issue", skip_all)]
    pub async fn create_issue(
        &self,
        body: &[u8],
        deadline: Duration,
    ) -> Result<CreatedIssue, CreateError> {
        let end = Instant::now() + deadline;
        let call_end = end - deadline / READ_BACK_SHARE;
        let fields = fields_of(body)?;
        self.probe_jira(call_end).await?;
        let profile = self.profile();
        let answer = self
            .call(Tool::CreateIssue, call_end, |offer| {
                arguments(profile, offer, &fields)
            })
            .await
            .map_err(super::failure::CallError::of_create)?;
        let created = named_issue(&answer, &fields)?;
        self.read_back(created, &fields, end).await
    }

    /// A small real call with the same account. It finds out what a failed create could not prove.
    async fn probe_jira(&self, deadline: Instant) -> Result<(), CreateError> {
        let Some(rest) = &self.rest else {
            return Ok(());
        };
        let not_ready =
            |what: String, retry_after| Err(CreateError::NotReady { what, retry_after });
        match timeout_at(deadline, rest.myself()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(JiraError::Unauthorized(said))) => Err(CreateError::Unauthorized(said)),
            Ok(Err(JiraError::Expired)) => Err(CreateError::Expired),
            Ok(Err(JiraError::RateLimited(limit))) => Err(CreateError::RateLimited(limit)),
            Ok(Err(err)) => not_ready(err.to_string(), err.retry_after()),
            Err(_) => not_ready("Jira did not answer in time".into(), None),
        }
    }

    /// Reads the new issue and compares it with what was sent.
    async fn read_back(
        &self,
        created: Named,
        sent: &Map<String, Value>,
        end: Instant,
    ) -> Result<CreatedIssue, CreateError> {
        let found = self.read_again(&created.key, FIELDS, end).await;
        match (found, created.id) {
            (Some(issue), id) => confirmed(issue, id.as_deref(), sent),
            (None, Some(id)) => Ok(CreatedIssue {
                id,
                key: parsed(&created.key)?,
                differences: vec![
                    "The new issue could not be read back, so nobody has checked that every field arrived."
                        .into(),
                ],
            }),
            // A key alone is no proof, and the ledger needs the id: the marker will find it.
            (None, None) => Err(unreadable()),
        }
    }
}

impl McpClient {
    /// Reads an issue that was just written, by REST where there is some.
    pub(super) async fn read_again(
        &self,
        key: &str,
        fields: &[&str],
        end: Instant,
    ) -> Option<Issue> {
        let Some(rest) = &self.rest else {
            return self.issue_until(key, fields, end).await.ok();
        };
        let read = rest.issue(key, fields, &[]);
        timeout_at(end, read).await.ok().and_then(Result::ok)
    }
}

/// The issue as the answer names it.
struct Named {
    id: Option<String>,
    key: String,
}

fn named_issue(answer: &Value, sent: &Map<String, Value>) -> Result<Named, CreateError> {
    let issue = answer.get("issue").unwrap_or(answer);
    let key = issue["key"].as_str().unwrap_or_default();
    let project = sent["project"]["key"].as_str().unwrap_or_default();
    if parsed(key)?.project() != project {
        return Err(unreadable());
    }
    let id = match &issue["id"] {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    };
    let is_id = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    Ok(Named {
        id: id.filter(is_id),
        key: key.to_owned(),
    })
}

/// Accepts the issue that was read back, unless it cannot be the one that was just made.
fn confirmed(
    issue: Issue,
    id: Option<&str>,
    sent: &Map<String, Value>,
) -> Result<CreatedIssue, CreateError> {
    let differences = differences(sent, &issue);
    let marked = issue.labels.iter().any(|l| l.starts_with(MARKER_PREFIX));
    let same_summary = sent["summary"].as_str() == Some(issue.summary.as_str());
    let same_id = id.is_none_or(|id| id == issue.id);
    if !same_id || !(marked || same_summary) {
        return Err(unreadable());
    }
    Ok(CreatedIssue {
        id: issue.id,
        key: issue.key,
        differences,
    })
}

fn parsed(key: &str) -> Result<maro_core::issue_key::IssueKey, CreateError> {
    key.parse().map_err(|_| unreadable())
}

fn unreadable() -> CreateError {
    CreateError::unknown(UnknownReason::UnreadableAnswer)
}

/// The fields of the body; refuses what this road cannot carry.
fn fields_of(body: &[u8]) -> Result<Map<String, Value>, CreateError> {
    let refused = |text: &str| {
        Err(CreateError::Rejected(Refusal {
            status: 400,
            messages: vec![text.to_owned()],
            ..Refusal::default()
        }))
    };
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(fields) = body["fields"].as_object() else {
        return refused("The request has no fields.");
    };
    if fields
        .get("description")
        .is_some_and(|text| !text.is_string())
    {
        return refused("The draft was written for another road to Jira.");
    }
    let marked = fields["labels"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .any(|label| label.starts_with(MARKER_PREFIX));
    if !marked {
        return refused(
            "This issue type takes no labels, and through an MCP server Maro could not find its issue again without one.",
        );
    }
    Ok(fields.clone())
}

fn arguments(profile: Profile, offer: &Offer, fields: &Map<String, Value>) -> Map<String, Value> {
    let text = |name: &str, inner: &str| match fields.get(name) {
        Some(Value::String(text)) => json!(text),
        Some(value) => value[inner].clone(),
        None => Value::Null,
    };
    let names = match profile {
        Profile::Sooperset => ["project_key", "issue_type"],
        Profile::RovoV1 => ["projectKey", "issueTypeName"],
        Profile::RovoV2 => ["projectKey", "issueType"],
    };
    let mut arguments = object([
        (names[0], text("project", "key")),
        (names[1], text("issuetype", "name")),
        ("summary", text("summary", "")),
    ]);
    if fields.contains_key("description") {
        arguments.insert("description".into(), text("description", ""));
        if offer.takes("contentFormat") {
            arguments.insert("contentFormat".into(), json!("markdown"));
        }
    }
    let more = more_fields(profile, offer, fields, &mut arguments);
    match profile {
        // It takes the other fields as JSON in a string.
        Profile::Sooperset => {
            arguments.insert(
                "additional_fields".into(),
                json!(Value::Object(more).to_string()),
            );
        }
        _ if more.is_empty() => {}
        _ => drop(arguments.insert("additional_fields".into(), Value::Object(more))),
    }
    arguments
}

/// The fields without an argument of their own; those that have one are put there.
fn more_fields(
    profile: Profile,
    offer: &Offer,
    fields: &Map<String, Value>,
    arguments: &mut Map<String, Value>,
) -> Map<String, Value> {
    const OWN: [&str; 4] = ["project", "issuetype", "summary", "description"];
    let hosted = profile != Profile::Sooperset;
    let mut more = Map::new();
    for (name, value) in fields
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
    {
        match name.as_str() {
            "parent" if hosted => drop(arguments.insert(name.clone(), value["key"].clone())),
            // A text there, an object everywhere else.
            "parent" => drop(more.insert(name.clone(), value["key"].clone())),
            "priority" if hosted && offer.takes("priority") => {
                arguments.insert(name.clone(), value["name"].clone());
            }
            "labels" if hosted && offer.takes("labels") => {
                arguments.insert(name.clone(), value.clone());
            }
            _ => drop(more.insert(name.clone(), value.clone())),
        }
    }
    more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::tools::Tools;

    fn offer(profile: Profile, name: &str, takes: &[&str]) -> Offer {
        let properties: Map<String, Value> = takes
            .iter()
            .map(|name| ((*name).to_owned(), json!({})))
            .collect();
        let schema = object([("properties", Value::Object(properties))]);
        let tools = Tools::check(profile, [(name, &schema)].into_iter());
        tools.find(Tool::CreateIssue).unwrap().clone()
    }

    fn body() -> Value {
        json!({"fields": {"project": {"key": "SCRUM"}, "issuetype": {"name": "Bug"}, "summary": "S",
            "description": "## Problem", "priority": {"name": "High"}, "parent": {"key": "SCRUM-1"},
            "labels": ["a", "maro-x"]}, "properties": [{"key": "maro.operation", "value": 1}]})
    }

    fn fields() -> Map<String, Value> {
        fields_of(body().to_string().as_bytes()).unwrap()
    }

    #[test]
    fn each_server_gets_its_own_arguments() {
        let sooperset = offer(
            Profile::Sooperset,
            "jira_create_issue",
            &["project_key", "summary", "issue_type", "additional_fields"],
        );
        let built = arguments(Profile::Sooperset, &sooperset, &fields());
        assert_eq!(
            built["additional_fields"],
            r#"{"labels":["a","maro-x"],"parent":"SCRUM-1","priority":{"name":"High"}}"#
        );
        assert_eq!(
            (&built["issue_type"], &built["project_key"]),
            (&json!("Bug"), &json!("SCRUM"))
        );

        let v1 = offer(
            Profile::RovoV1,
            "createJiraIssue",
            &[
                "cloudId",
                "projectKey",
                "issueTypeName",
                "summary",
                "contentFormat",
            ],
        );
        let built = arguments(Profile::RovoV1, &v1, &fields());
        assert_eq!(
            built["additional_fields"],
            json!({"labels": ["a", "maro-x"], "priority": {"name": "High"}})
        );
        assert_eq!(
            (&built["parent"], &built["contentFormat"]),
            (&json!("SCRUM-1"), &json!("markdown"))
        );

        let v2 = offer(
            Profile::RovoV2,
            "createJiraIssue",
            &["cloudId", "projectKey", "issueType", "summary", "priority"],
        );
        let built = arguments(Profile::RovoV2, &v2, &fields());
        assert_eq!(
            (&built["priority"], &built["issueType"]),
            (&json!("High"), &json!("Bug"))
        );
        assert_eq!(
            built["additional_fields"],
            json!({"labels": ["a", "maro-x"]})
        );
    }

    #[test]
    fn what_this_road_cannot_carry_is_refused() {
        let mut adf = body();
        adf["fields"]["description"] = json!({"type": "doc"});
        let mut unmarked = body();
        unmarked["fields"]["labels"] = json!(["a"]);
        for body in [adf, unmarked, json!({})] {
            let refused = fields_of(body.to_string().as_bytes());
            assert!(matches!(refused, Err(CreateError::Rejected(_))), "{body}");
        }
    }

    #[test]
    fn an_answer_that_names_no_issue_of_the_project_proves_nothing() {
        for answer in [
            json!({}),
            json!([]),
            json!({"key": "OPS-1", "id": "1"}),
            json!({"key": 7}),
        ] {
            assert!(named_issue(&answer, &fields()).is_err(), "{answer}");
        }
        let named =
            named_issue(&json!({"issue": {"id": 10, "key": "SCRUM-2"}}), &fields()).unwrap();
        assert_eq!(
            (named.id.as_deref(), named.key.as_str()),
            (Some("10"), "SCRUM-2")
        );
    }
}
