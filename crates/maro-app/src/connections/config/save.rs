//! Saving a configuration: its fields, its secrets and the version in one transaction.

use std::collections::BTreeMap;

use maro_core::actor::Actor;
use maro_core::integrations::Integration;
use maro_store::integrations::{self, SecretRef, StoredConfig};
use maro_store::{StoreError, Tx};
use serde_json::json;

use super::{Candidate, ConfigChange, ConfigError, ConfigView, candidate, show};
use crate::App;
use crate::audit::record;
use crate::connections::reload;
use crate::secrets::{self, Kept};

/// Secrets that came, by field, with the origin that each was given for.
type Given = BTreeMap<String, (Kept, Option<String>)>;

/// Saves a change and takes it up at once.
pub async fn save(
    app: &App,
    integration: Integration,
    change: &ConfigChange,
    by: &Actor,
) -> Result<ConfigView, ConfigError> {
    let candidate = candidate(app, integration, change).await?;
    let seen = candidate.before.as_ref().map_or(0, |config| config.version);
    if let Some(expected) = change.expected
        && expected != seen
    {
        return Err(ConfigError::Conflict { current: seen });
    }
    let given = keep(app, integration, &candidate).await?;
    let tx = app.store().begin().await?;
    let Some(outdated) = store(app, &tx, integration, (&candidate, &given), by).await? else {
        tx.rollback().await?;
        let names: Vec<String> = given.into_values().map(|(kept, _)| kept.name).collect();
        secrets::forget_outside(app, &names).await;
        let now = integrations::find(app.store(), integration).await?;
        let current = now.map_or(0, |config| config.version);
        return Err(ConfigError::Conflict { current });
    };
    record(
        app,
        &tx,
        by,
        "integration.configured",
        &integration,
        told(&candidate),
    )
    .await?;
    tx.commit().await?;
    secrets::forget_outside(app, &outdated).await;
    tracing::info!(
        integration = integration.as_str(),
        "an integration was configured"
    );
    reload(app).await?;
    Ok(show(app, integration).await?)
}

/// Keeps the secrets that came, before anything points at them.
async fn keep(
    app: &App,
    integration: Integration,
    candidate: &Candidate,
) -> Result<Given, ConfigError> {
    let mut given = Given::new();
    for (field, secret) in &candidate.given {
        let kept = secrets::keep(app, &format!("{integration}.{field}"), &secret.value).await?;
        given.insert(field.clone(), (kept, secret.bound_to.clone()));
    }
    Ok(given)
}

/// Stores everything and gives the names that nothing points at any more; `None` when somebody else
/// was faster.
async fn store(
    app: &App,
    tx: &Tx,
    integration: Integration,
    (candidate, given): (&Candidate, &Given),
    by: &Actor,
) -> Result<Option<Vec<String>>, StoreError> {
    // First, so that changes wait for each other here.
    let version = integrations::bump_version(tx).await?;
    let mut refs = candidate.kept.clone();
    for (field, (kept, bound_to)) in given {
        kept.store(app, tx).await?;
        let (name, bound_to) = (kept.name.clone(), bound_to.clone());
        refs.insert(field.clone(), SecretRef { name, bound_to });
    }
    let outdated = outdated(candidate, &refs);
    for name in &outdated {
        secrets::forget(tx, name).await?;
    }
    let config = StoredConfig {
        integration,
        fields: candidate.fields.clone(),
        secrets: refs,
        version,
        updated_at: app.now(),
        updated_by: by.clone(),
    };
    let expected = candidate.before.as_ref().map_or(0, |config| config.version);
    let saved = integrations::save(tx, &config, expected).await?;
    Ok(saved.then_some(outdated))
}

fn outdated(candidate: &Candidate, refs: &BTreeMap<String, SecretRef>) -> Vec<String> {
    let before = candidate.before.iter().flat_map(|config| &config.secrets);
    before
        .filter(|(field, old)| refs.get(*field) != Some(*old))
        .map(|(_, old)| old.name.clone())
        .collect()
}

/// What the audit log says: names, no values. The address says where tickets go from now on.
fn told(candidate: &Candidate) -> serde_json::Value {
    let mut names: Vec<&String> = candidate.fields.keys().collect();
    names.extend(candidate.kept.keys());
    json!({
        "fields": names,
        "new_secrets": candidate.given.keys().collect::<Vec<_>>(),
        "url": candidate.fields.get("url"),
    })
}
