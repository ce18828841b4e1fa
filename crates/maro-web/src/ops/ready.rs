//! Readiness: deliveries can be stored, so traffic may come.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maro_app::App;
use serde_json::{Value, json};

/// Answers 200 when the process can take work, else 503 with the reason.
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, Json<Value>) {
    match maro_app::health::ready(&app).await {
        Ok(()) => (StatusCode::OK, Json(json!({ "ready": true }))),
        Err(reason) => {
            let body = json!({ "ready": false, "reasons": [reason.to_string()] });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}
