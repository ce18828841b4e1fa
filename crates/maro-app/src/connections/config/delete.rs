//! Deleting a configuration: the operator's values count again, or nothing does.

use maro_core::actor::Actor;
use maro_core::integrations::Integration;
use maro_store::integrations;
use serde_json::json;

use super::ConfigError;
use crate::App;
use crate::audit::record;
use crate::connections::reload;
use crate::secrets;

/// Deletes what is stored; that nothing is stored is fine. Work that waits stays and goes on when
/// the integration is configured again.
pub async fn delete(
    app: &App,
    integration: Integration,
    expected: Option<i64>,
    by: &Actor,
) -> Result<(), ConfigError> {
    let Some(before) = integrations::find(app.store(), integration).await? else {
        return Ok(());
    };
    let conflict = ConfigError::Conflict {
        current: before.version,
    };
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(conflict);
    }
    let tx = app.store().begin().await?;
    integrations::bump_version(&tx).await?;
    if !integrations::delete(&tx, integration, before.version).await? {
        tx.rollback().await?;
        return Err(conflict);
    }
    for secret in before.secrets.values() {
        secrets::forget(&tx, &secret.name).await?;
    }
    record(app, &tx, by, "integration.deleted", &integration, json!({})).await?;
    tx.commit().await?;
    let names: Vec<String> = before
        .secrets
        .into_values()
        .map(|secret| secret.name)
        .collect();
    secrets::forget_outside(app, &names).await;
    tracing::info!(
        integration = integration.as_str(),
        "a configuration was deleted"
    );
    Ok(reload(app).await?)
}
