//! Ending the connection: tokens, consents under way and the saved app are deleted.
//!
//! Atlassian has no call that takes a grant back; the person does that at id.atlassian.com
//! (Connected apps). Without the tokens nobody can use it from here.

use maro_store::oauth::{apps, grants, states};
use serde_json::json;

use super::{CURRENT, Caller, OAuthProblem, PENDING, connect};
use crate::audit::record;
use crate::happening::Happening;
use crate::{App, secrets, tracking};

/// Disconnects. Returns `false` when there was nothing to end.
pub async fn disconnect(app: &App, caller: &Caller) -> Result<bool, OAuthProblem> {
    // While the tokens are still good; without them the webhooks could only run out.
    tracking::unregister(app).await;
    let tx = app.store().begin().await?;
    let grant = grants::find(&tx, CURRENT).await?;
    let registered = apps::find(&tx, CURRENT).await?;
    let waiting = grants::find(&tx, PENDING).await?;
    if grant.is_none() && registered.is_none() && waiting.is_none() {
        return Ok(false);
    }
    grants::delete(&tx, CURRENT).await?;
    grants::delete(&tx, PENDING).await?;
    apps::delete(&tx, CURRENT).await?;
    states::delete_all(&tx).await?;
    connect::tell_everybody(&tx).await?;
    let site = grant
        .as_ref()
        .and_then(|grant| Some(grant.site()?.url.clone()));
    let details = json!({ "site": site });
    record(
        app,
        &tx,
        &caller.actor,
        "oauth.disconnected",
        &CURRENT,
        details,
    )
    .await?;
    tx.commit().await?;
    let secret = registered.map(|registered| registered.client_secret);
    secrets::forget_outside(app, secret.as_slice()).await;
    connect::take_effect(app).await;
    app.announce(Happening::Health);
    Ok(true)
}
