//! The tools of Atlassian's hosted server, in its two versions.
//!
//! Names and arguments follow Atlassian's repository and listings that users
//! published; results are the REST APIs' own JSON. The second version
//! renamed tools (old names cannot be called), lists the most used ones and
//! carries out the others through `discover` and `execute…`.
//!
//! Nobody published whether the second version takes `labels` in
//! `additional_fields`, which it documents for custom fields. Here it does; what
//! has an argument of its own is refused there.

mod arguments;
mod confluence;
mod jira;
mod lists;
mod site;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::auth::Credentials;
use super::backend::{Answer, Road};
use super::catalogue::Outcome;
use super::http::Asked;
use super::schema::{Flaw, Tool};
use super::state::McpSettings;
use super::{Profile, Server};
use crate::state::lock;
use arguments::Arguments;

/// What a token without scopes is offered.
pub(super) const UNSCOPED: [&str; 2] = ["getAccessibleAtlassianResources", "atlassianUserInfo"];

/// The tools of the first version.
pub(super) fn version_1() -> &'static [Tool] {
    lists::VERSION_1
}

/// The tools of the second version, or those it lists by default with the ones that run the others.
pub(super) fn version_2(settings: &McpSettings, flat: bool) -> Vec<Tool> {
    let listed =
        |tool: &&Tool| flat || !settings.unlisted_tools.iter().any(|name| name == tool.name);
    let mut tools: Vec<Tool> = lists::VERSION_2.iter().filter(listed).copied().collect();
    if !flat {
        tools.extend_from_slice(lists::EXECUTORS);
    }
    tools
}

/// What a tool returns: a value, or words.
type Done = Result<Value, String>;

/// Runs a tool of the first version.
pub(super) async fn call(
    server: &Server,
    credentials: &Credentials,
    name: &str,
    given: &Map<String, Value>,
) -> Outcome {
    finish(run(server, credentials, name, Arguments(given)).await)
}

/// Runs a tool of the second version.
pub(super) async fn call_v2(
    server: &Server,
    asked: &Asked,
    name: &str,
    given: &Map<String, Value>,
) -> Outcome {
    let credentials = &asked.credentials;
    match name {
        "discover" => finish(Ok(discover(given))),
        "executeRead" | "executeWrite" | "executeDestructive" => {
            let (tool, inputs) = match inner(server, name, given) {
                Ok(inner) => inner,
                Err(outcome) => return outcome,
            };
            finish(run(server, credentials, tool, Arguments(&inputs)).await)
        }
        _ => finish(run(server, credentials, name, Arguments(given)).await),
    }
}

fn finish(done: Done) -> Outcome {
    match done {
        Ok(value) => Outcome::Value(value),
        Err(text) => Outcome::Error(json!({"error": true, "message": text}).to_string()),
    }
}

/// Tools whose name or purpose has a word of the question.
fn discover(given: &Map<String, Value>) -> Value {
    let wanted = given["query"].as_str().unwrap_or_default().to_lowercase();
    let fits = |tool: &&Tool| {
        let about = format!("{} {}", tool.name, tool.about).to_lowercase();
        wanted.split_whitespace().any(|word| about.contains(word))
    };
    let tools: Vec<Value> = lists::VERSION_2
        .iter()
        .filter(fits)
        .map(|tool| tool.shown(false, str::to_owned))
        .collect();
    json!({"tools": tools})
}

/// The tool that an executor is asked for, with its arguments.
fn inner(
    server: &Server,
    executor: &str,
    given: &Map<String, Value>,
) -> Result<(&'static str, Map<String, Value>), Outcome> {
    let name = given["name"].as_str().unwrap_or_default();
    let missing = lock(&server.world.mcp).settings.missing_tools.clone();
    let tool = lists::VERSION_2
        .iter()
        .find(|tool| tool.name == name && !missing.iter().any(|one| one == name))
        .ok_or_else(|| Outcome::Error(format!("MCP error -32602: Tool {name} not found")))?;
    if tool.reads != (executor == "executeRead") {
        return Err(finish(Err(format!(
            "{name} cannot be run with {executor}."
        ))));
    }
    let mut inputs = given
        .get("inputs")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let takes_site = tool.arguments.iter().any(|one| one.name == "cloudId");
    if let Some(site) = given.get("cloudId").filter(|_| takes_site) {
        inputs.insert("cloudId".to_owned(), site.clone());
    }
    let flaws = tool.flaws(&inputs, str::to_owned);
    if flaws.is_empty() {
        Ok((tool.name, inputs))
    } else {
        Err(Outcome::Error(complaint(name, &flaws)))
    }
}

async fn run(server: &Server, credentials: &Credentials, name: &str, given: Arguments<'_>) -> Done {
    match name {
        "getAccessibleAtlassianResources" => return site::resources(server, credentials).await,
        "atlassianUserInfo" => return site::user(server, credentials).await,
        "getContentFormatGuide" => return Ok(confluence::format_guide()),
        _ => {}
    }
    let road = &site::road(server, credentials, given.must("cloudId")).await?;
    let v2 = server.profile == Profile::RovoV2;
    match name {
        "createJiraIssue" => jira::create(road, given, v2).await,
        "editJiraIssue" => jira::edit(road, given).await,
        "getJiraIssue" => jira::issue(road, given, v2).await,
        "searchJiraIssuesUsingJql" => jira::search(road, given).await,
        "addCommentToJiraIssue" | "addOrEditJiraIssueComment" => jira::comment(road, given).await,
        "listJiraIssueComments" => jira::comments(road, given).await,
        "getTransitionsForJiraIssue" | "listJiraIssueTransitions" => {
            jira::transitions(road, given).await
        }
        "transitionJiraIssue" => jira::transition(road, given).await,
        "getVisibleJiraProjects" | "listJiraProjects" => jira::projects(road, given).await,
        "getJiraProjectIssueTypesMetadata" | "listJiraProjectIssueTypesMetadata" => {
            jira::issue_types(road, given).await
        }
        "lookupJiraAccountId" => jira::accounts(road, given).await,
        "getJiraCurrentUser" => jira::myself(road).await,
        "getConfluencePage" => confluence::page(road, given, "pageId").await,
        "getConfluenceContent" => confluence::page(road, given, "content_id").await,
        "createConfluencePage" | "createConfluenceContent" => confluence::create(road, given).await,
        "updateConfluencePage" => confluence::update(road, given, "pageId").await,
        "updateConfluenceContent" => confluence::update(road, given, "content_id").await,
        "searchConfluenceUsingCql" | "searchConfluence" => confluence::search(road, given).await,
        "getConfluenceSpaces" | "listConfluenceSpaces" => confluence::spaces(road, given).await,
        other => Err(format!("Tool {other} not found")),
    }
}

/// What the server says about arguments.
pub(super) fn complaint(tool: &str, flaws: &[Flaw]) -> String {
    let listed: Vec<Value> = flaws
        .iter()
        .map(|flaw| match flaw {
            Flaw::Missing(name) => json!({
                "code": "invalid_type", "path": [name], "message": "Required",
            }),
            Flaw::Wrong(name, expected) => json!({
                "code": "invalid_type", "expected": expected, "path": [name],
                "message": format!("Expected {expected}"),
            }),
            Flaw::Unknown(name) => json!({
                "code": "unrecognized_keys", "keys": [name], "path": [],
                "message": format!("Unrecognized key(s) in object: '{name}'"),
            }),
        })
        .collect();
    format!(
        "MCP error -32602: Input validation error: Invalid arguments for tool {tool}: {}",
        Value::Array(listed)
    )
}

/// The JSON of a success, or what the product said.
fn answered(answer: &Answer) -> Done {
    if let Some(value) = answer.value() {
        return Ok(value);
    }
    let Some(status) = answer.status() else {
        return Err("The request could not be completed.".to_owned());
    };
    let body = answer.json().unwrap_or_default();
    Err(match status {
        StatusCode::UNAUTHORIZED => body["message"]
            .as_str()
            .unwrap_or("Unauthorized")
            .to_owned(),
        StatusCode::TOO_MANY_REQUESTS => "Rate limit exceeded. Please try again later.".to_owned(),
        _ => words(&body).unwrap_or_else(|| format!("Request failed with status {status}")),
    })
}

fn words(body: &Value) -> Option<String> {
    let listed = body["errorMessages"].as_array().into_iter().flatten();
    let fields = body["errors"].as_object().into_iter().flatten();
    let titles = body["errors"].as_array().into_iter().flatten();
    let mut all: Vec<String> = listed
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .chain(fields.map(|(name, text)| format!("{name}: {}", text.as_str().unwrap_or_default())))
        .chain(
            titles
                .filter_map(|error| error["title"].as_str())
                .map(str::to_owned),
        )
        .collect();
    all.extend(body["message"].as_str().map(str::to_owned));
    (!all.is_empty()).then(|| all.join(" "))
}

/// A query, complete before anything waits: the serializer cannot go between threads.
fn query(pairs: impl IntoIterator<Item = (&'static str, String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// One path segment.
fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Sends and reads in one go.
async fn ask(road: &Road, method: axum::http::Method, path: &str, body: Option<&Value>) -> Done {
    answered(&road.jira(method, path, body).await)
}
