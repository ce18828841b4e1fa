//! What a request is answered with: greeting, list of tools, results of calls.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::auth::Credentials;
use super::http::Asked;
use super::quirks::{Kind, drop_fields};
use super::schema::{Flaw, Tool};
use super::state::{Call, McpSettings};
use super::{Profile, Server, rovo, rpc, sooperset};
use crate::state::lock;

/// The result of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// A value, told as JSON text.
    Value(Value),
    /// Words of a failure.
    Error(String),
}

/// The answer to `initialize`.
pub(super) fn greeting(profile: Profile, protocol: &str) -> Value {
    let (name, version) = profile.server();
    let mut capabilities = json!({"tools": {"listChanged": true}});
    if profile == Profile::Sooperset {
        capabilities["prompts"] = json!({"listChanged": false});
        capabilities["resources"] = json!({"subscribe": false, "listChanged": false});
        capabilities["logging"] = json!({});
        capabilities["experimental"] = json!({});
        capabilities["extensions"] = json!({"io.modelcontextprotocol/ui": {}});
    }
    json!({
        "protocolVersion": protocol, "capabilities": capabilities,
        "serverInfo": {"name": name, "version": version},
    })
}

/// Answers a request of a session.
pub(super) async fn handle(server: Server, asked: Asked, quirk: Option<Kind>) -> Value {
    match asked.method.as_str() {
        "ping" => rpc::result(&asked.id, &json!({})),
        "logging/setLevel" if server.profile == Profile::Sooperset => {
            rpc::result(&asked.id, &json!({}))
        }
        "prompts/list" if server.profile == Profile::Sooperset => {
            rpc::result(&asked.id, &json!({"prompts": []}))
        }
        "resources/list" if server.profile == Profile::Sooperset => {
            rpc::result(&asked.id, &json!({"resources": []}))
        }
        "tools/list" => {
            if let Some(Kind::Slow { ms } | Kind::LateAnswer { ms }) = quirk {
                sleep(Duration::from_millis(ms)).await;
            }
            if matches!(quirk, Some(Kind::Hang | Kind::HangAfter)) {
                server.world.shutdown.cancelled().await;
            }
            list(&server, &asked)
        }
        "tools/call" => call(&server, &asked, quirk).await,
        _ => rpc::error(&asked.id, rpc::METHOD_NOT_FOUND, "Method not found"),
    }
}

/// The tools that this caller is offered.
fn offered(profile: Profile, settings: &McpSettings, asked: &Asked) -> Vec<Tool> {
    let all = match profile {
        Profile::Sooperset => sooperset::TOOLS.to_vec(),
        Profile::RovoV1 => rovo::version_1().to_vec(),
        Profile::RovoV2 => rovo::version_2(settings, asked.flat),
    };
    let classic_token = profile != Profile::Sooperset
        && !settings.token_has_scopes
        && matches!(asked.credentials, Credentials::Basic(_));
    all.into_iter()
        .filter(|tool| !settings.missing_tools.iter().any(|name| name == tool.name))
        // A token without scopes connects and is offered next to nothing.
        .filter(|tool| !classic_token || rovo::UNSCOPED.contains(&tool.name))
        .collect()
}

fn list(server: &Server, asked: &Asked) -> Value {
    let settings = lock(&server.world.mcp).settings.clone();
    let tools = offered(server.profile, &settings, asked);
    let start = match asked.params.get("cursor") {
        None | Some(Value::Null) => Some(0),
        Some(cursor) => cursor
            .as_str()
            .and_then(|text| text.strip_prefix("at-")?.parse().ok()),
    };
    let Some(start) = start.filter(|start| *start <= tools.len()) else {
        return rpc::error(&asked.id, rpc::INVALID_PARAMS, "Invalid cursor");
    };
    let end = (start + settings.page_size.max(1)).min(tools.len());
    let shown: Vec<Value> = tools[start..end]
        .iter()
        .map(|tool| {
            tool.shown(server.profile == Profile::Sooperset, |name| {
                renamed(&settings, tool.name, name)
            })
        })
        .collect();
    let mut result = json!({"tools": shown});
    if end < tools.len() {
        result["nextCursor"] = json!(format!("at-{end}"));
    }
    rpc::result(&asked.id, &result)
}

fn renamed(settings: &McpSettings, tool: &str, argument: &str) -> String {
    settings
        .renamed_arguments
        .get(tool)
        .and_then(|names| names.get(argument))
        .map_or_else(|| argument.to_owned(), Clone::clone)
}

/// The arguments under the names that the tools here have for them.
fn own_names(
    settings: &McpSettings,
    tool: &Tool,
    given: &Map<String, Value>,
) -> Map<String, Value> {
    tool.arguments
        .iter()
        .filter_map(|argument| {
            let value = given.get(&renamed(settings, tool.name, argument.name))?;
            (!value.is_null()).then(|| (argument.name.to_owned(), value.clone()))
        })
        .collect()
}

async fn call(server: &Server, asked: &Asked, quirk: Option<Kind>) -> Value {
    let name = asked.params.get("name").and_then(Value::as_str);
    let given = asked
        .params
        .get("arguments")
        .cloned()
        .unwrap_or(Value::Null);
    let (Some(name), Value::Object(_) | Value::Null) = (name, &given) else {
        return rpc::error(&asked.id, rpc::INVALID_PARAMS, "Invalid request parameters");
    };
    let given = given.as_object().cloned().unwrap_or_default();
    let number = lock(&server.world.mcp).begin_call(Call {
        at: server.world.clock.now(),
        profile: server.profile,
        tool: name.to_owned(),
        is_error: None,
        quirk: quirk.as_ref().map(|quirk| format!("{quirk:?}")),
    });
    let shape = quirk.clone();
    let outcome = match outcome(server, asked, (name, given), quirk).await {
        Ok(outcome) => outcome,
        Err((code, message)) => return rpc::error(&asked.id, code, &message),
    };
    let result = shaped(server.profile, outcome, shape);
    lock(&server.world.mcp).end_call(number, result["isError"] == true);
    rpc::result(&asked.id, &result)
}

type RpcError = (i64, String);

/// Runs a tool under a quirk.
async fn outcome(
    server: &Server,
    asked: &Asked,
    (name, mut given): (&str, Map<String, Value>),
    quirk: Option<Kind>,
) -> Result<Outcome, RpcError> {
    let never = || server.world.shutdown.cancelled();
    match &quirk {
        Some(Kind::ErrorInside { text }) => return Ok(Outcome::Value(json!({"error": text}))),
        Some(Kind::EmptyList) => return Ok(Outcome::Value(json!([]))),
        Some(Kind::ErrorText { text }) => return Ok(Outcome::Error(text.clone())),
        Some(Kind::RpcError { code, message }) => return Err((*code, message.clone())),
        Some(Kind::Slow { ms }) => sleep(Duration::from_millis(*ms)).await,
        Some(Kind::Hang) => never().await,
        Some(Kind::DropFields { fields }) => drop_fields(&mut given, fields),
        _ => {}
    }
    let outcome = perform(server, asked, name, given.clone()).await;
    match quirk {
        Some(Kind::LateAnswer { ms }) => sleep(Duration::from_millis(ms)).await,
        Some(Kind::HangAfter) => never().await,
        Some(Kind::Double) => drop(perform(server, asked, name, given).await),
        Some(Kind::FollowUpFails) if matches!(outcome, Outcome::Value(_)) => {
            return Ok(Outcome::Error(failed(
                server.profile,
                name,
                "Service Unavailable",
            )));
        }
        _ => {}
    }
    Ok(outcome)
}

/// Checks the arguments and runs the tool.
async fn perform(server: &Server, asked: &Asked, name: &str, given: Map<String, Value>) -> Outcome {
    let settings = lock(&server.world.mcp).settings.clone();
    let tools = offered(server.profile, &settings, asked);
    let Some(tool) = tools.iter().find(|tool| tool.name == name) else {
        return Outcome::Error(match server.profile {
            Profile::Sooperset => format!("Unknown tool: {name}"),
            _ => format!("MCP error -32602: Tool {name} not found"),
        });
    };
    let flaws = tool.flaws(&given, |argument| renamed(&settings, name, argument));
    if !flaws.is_empty() {
        return Outcome::Error(complaint(server.profile, name, &flaws));
    }
    let given = own_names(&settings, tool, &given);
    match server.profile {
        Profile::Sooperset => sooperset::call(server, &asked.credentials, name, &given).await,
        Profile::RovoV1 => rovo::call(server, &asked.credentials, name, &given).await,
        Profile::RovoV2 => rovo::call_v2(server, asked, name, &given).await,
    }
}

/// How a server says that a tool failed.
pub(super) fn failed(profile: Profile, tool: &str, text: &str) -> String {
    match profile {
        Profile::Sooperset => {
            // The library tells the name of the function, which has no product before it.
            let function = tool.split_once('_').map_or(tool, |(_, rest)| rest);
            format!("Error calling tool '{function}': {text}")
        }
        _ => json!({"error": true, "message": text}).to_string(),
    }
}

fn complaint(profile: Profile, tool: &str, flaws: &[Flaw]) -> String {
    match profile {
        Profile::Sooperset => sooperset::complaint(tool, flaws),
        _ => rovo::complaint(tool, flaws),
    }
}

/// The result in the form of its server, bent as the quirk says.
fn shaped(profile: Profile, outcome: Outcome, quirk: Option<Kind>) -> Value {
    let content = |text: &str| json!([{"type": "text", "text": text}]);
    let value = match outcome {
        Outcome::Error(text) => return json!({"content": content(&text), "isError": true}),
        Outcome::Value(value) => value,
    };
    let value = match quirk {
        Some(Kind::NotJson { text }) => {
            return json!({"content": content(&text), "isError": false});
        }
        Some(Kind::WrapData) => json!({"data": value}),
        _ => value,
    };
    match profile {
        Profile::Sooperset => {
            let text = serde_json::to_string_pretty(&value).unwrap_or_default();
            json!({"content": content(&text), "structuredContent": {"result": text}, "isError": false})
        }
        _ => json!({"content": content(&value.to_string()), "isError": false}),
    }
}
