//! Putting a grant in force, and telling everybody who must know.

use maro_atlassian::oauth::missing;
use maro_store::oauth::{Grant, GrantState, grants};
use maro_store::{StoreError, Tx, integrations, operations};
use serde_json::json;

use super::{CURRENT, Caller, OAuthProblem, PENDING, sealed};
use crate::App;
use crate::audit::record;
use crate::connections;
use crate::happening::Happening;

/// Connects the site of a grant. What waited for a connection goes on at once.
pub(super) async fn put_in_force(
    app: &App,
    caller: &Caller,
    grant: Grant,
) -> Result<(), OAuthProblem> {
    let grant = Grant {
        state: GrantState::Connected,
        updated_at: app.now(),
        ..sealed::moved_to(app, grant, CURRENT)?
    };
    let tx = app.store().begin().await?;
    grants::put(&tx, &grant).await?;
    grants::delete(&tx, PENDING).await?;
    operations::send_deferred_now(&tx, app.now()).await?;
    tell_everybody(&tx).await?;
    let site = grant.site().map(|site| site.url.as_str());
    let details = json!({
        "site": site, "account": grant.account_id, "scopes": grant.scopes,
        "missing": missing(&grant.scopes),
    });
    record(
        app,
        &tx,
        &caller.actor,
        "oauth.connected",
        &CURRENT,
        details,
    )
    .await?;
    tx.commit().await?;
    tracing::info!(site, "connected to Atlassian by OAuth");
    take_effect(app).await;
    app.wakeups().operations();
    app.announce(Happening::Health);
    app.announce(Happening::Operations);
    Ok(())
}

/// Lets the other instances look at their connections anew when the transaction commits.
pub(super) async fn tell_everybody(tx: &Tx) -> Result<(), StoreError> {
    integrations::bump_version(tx).await.map(drop)
}

/// Lets this instance look at its connections anew. What fails is tried again by the loop that
/// compares versions.
pub(super) async fn take_effect(app: &App) {
    app.oauth().forget();
    if let Err(err) = connections::reload(app).await {
        tracing::warn!(
            error = &err as &dyn std::error::Error,
            "connections were not reloaded"
        );
    }
}
