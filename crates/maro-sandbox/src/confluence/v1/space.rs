//! `/space`: spaces on Data Center; on Cloud the resource is gone.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::Shared;
use super::content::window;
use crate::confluence::Edition;
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::ok;
use crate::query::Params;
use crate::state::lock;

fn still_there(edition: Edition) -> Outcome<()> {
    match edition {
        Edition::DataCenter => Ok(()),
        Edition::Cloud => Err(Trouble::new(
            StatusCode::GONE,
            "This deprecated endpoint has been removed. Use /wiki/api/v2/spaces.",
        )),
    }
}

/// All spaces, or those with these keys.
pub(super) async fn list(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    params: Params,
) -> Outcome<Response> {
    still_there(edition)?;
    let (start, limit) = params.window()?;
    let keys = params.list("spaceKey");
    let confluence = lock(&state.confluence);
    let rows: Vec<Value> = confluence
        .spaces
        .iter()
        .filter(|space| keys.is_empty() || keys.iter().any(|key| key == space.key))
        .map(|space| confluence.space_v1(edition, space))
        .collect();
    Ok(ok(&window(&confluence.base(edition), rows, start, limit)))
}

/// One space.
pub(super) async fn show(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Path(key): Path<String>,
) -> Outcome<Response> {
    still_there(edition)?;
    let confluence = lock(&state.confluence);
    confluence
        .find_space_by_key(&key)
        .map(|space| ok(&confluence.space_v1(edition, space)))
        .ok_or_else(|| Trouble::not_found(format!("No space with key : {key}")))
}
