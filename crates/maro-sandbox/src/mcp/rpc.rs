//! JSON-RPC 2.0 messages as the protocol uses them.

use serde_json::{Map, Value, json};

pub(super) const PARSE_ERROR: i64 = -32_700;
pub(super) const INVALID_REQUEST: i64 = -32_600;
pub(super) const METHOD_NOT_FOUND: i64 = -32_601;
pub(super) const INVALID_PARAMS: i64 = -32_602;
/// What servers say of a session that they do not know.
pub(super) const NO_SESSION: i64 = -32_001;

/// What a client sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Incoming {
    /// Wants an answer.
    Request {
        id: Value,
        method: String,
        params: Map<String, Value>,
    },
    /// Wants none; so do answers of the client.
    Notification { method: String },
}

/// Reads one message. Batches went away with the version 2025-06-18.
pub(super) fn read(bytes: &[u8]) -> Result<Incoming, Value> {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return Err(error(&Value::Null, PARSE_ERROR, "Parse error"));
    };
    let invalid = || error(&Value::Null, INVALID_REQUEST, "Invalid Request");
    let Value::Object(mut message) = value else {
        return Err(invalid());
    };
    if message.get("jsonrpc") != Some(&json!("2.0")) {
        return Err(invalid());
    }
    let method = match message.remove("method") {
        Some(Value::String(method)) => method,
        None if message.contains_key("result") || message.contains_key("error") => String::new(),
        _ => return Err(invalid()),
    };
    match message.remove("id") {
        Some(id @ (Value::String(_) | Value::Number(_))) if !method.is_empty() => {
            let params = match message.remove("params") {
                None => Map::new(),
                Some(Value::Object(params)) => params,
                Some(_) => return Err(invalid()),
            };
            Ok(Incoming::Request { id, method, params })
        }
        None | Some(Value::String(_) | Value::Number(_)) => Ok(Incoming::Notification { method }),
        Some(_) => Err(invalid()),
    }
}

/// An answer.
pub(super) fn result(id: &Value, result: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

/// An answer that is an error of the protocol, not of a tool.
pub(super) fn error(id: &Value, code: i64, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

/// A message that wants no answer.
pub(super) fn notification(method: &str) -> Value {
    json!({"jsonrpc": "2.0", "method": method})
}
