//! What is in force: each stored configuration over the operator's values.

use std::collections::BTreeMap;
use std::sync::Arc;

use maro_core::integrations::Integration;
use maro_store::integrations::{self, StoredConfig};
use maro_store::{Reader, StoreError};

use super::fields;
use super::read::{self, FieldProblem};
use super::snapshot::{Built, Effective};
use super::values::{OpenSecret, StoredValues, Values};
use crate::App;
use crate::secrets::{self, Unavailable};
use crate::settings::StartValues;

/// Why the stored connections cannot be had at all, for now.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database failed.
    #[error("could not read the stored connections")]
    Store(#[from] StoreError),
    /// The place of a secret does not answer. What is in force stays.
    #[error("a secret cannot be had at the moment: {0}. {next}", next = .0.next_step())]
    Secrets(#[from] Unavailable),
}

/// The values that count, by integration; or why an integration's cannot be had.
pub(super) type Counting = BTreeMap<Integration, Built<Values>>;

/// The operator's values alone.
pub(super) fn of_operator(start: &StartValues) -> Counting {
    let values = start.values.iter();
    values
        .map(|(integration, values)| (*integration, Ok(values.clone())))
        .collect()
}

/// The stored configurations over the operator's values. One that does not open breaks no other.
pub(super) async fn stored(app: &App) -> Result<Counting, LoadError> {
    let mut counting = of_operator(&app.settings().start);
    for config in integrations::list(app.store()).await? {
        let start = start_values(app, config.integration);
        let opened = open(app, app.store(), &config).await?;
        let values = opened.map(|stored| start.under(config.integration, &stored));
        counting.insert(config.integration, values);
    }
    Ok(counting)
}

/// The operator's values of one integration.
pub(super) fn start_values(app: &App, integration: Integration) -> Values {
    let values = &app.settings().start.values;
    values.get(&integration).cloned().unwrap_or_default()
}

/// Opens the secrets of a stored configuration.
pub(super) async fn open(
    app: &App,
    conn: &impl Reader,
    config: &StoredConfig,
) -> Result<Built<StoredValues>, LoadError> {
    let mut opened = BTreeMap::new();
    for (field, secret) in &config.secrets {
        match secrets::open(app, conn, &secret.name).await {
            Ok(value) => {
                let bound_to = secret.bound_to.clone();
                opened.insert(field.clone(), OpenSecret { value, bound_to });
            }
            Err(secrets::OpenError::Store(err)) => return Err(err.into()),
            Err(secrets::OpenError::Unavailable(err)) => return Err(err.into()),
            Err(err) => return Ok(Err(format!("{}: {err}", config.integration))),
        }
    }
    Ok(Ok(StoredValues {
        fields: config.fields.clone(),
        secrets: opened,
    }))
}

/// Reads the settings from the values.
pub(super) fn settings(start: &StartValues, counting: &Counting) -> Effective {
    let api_url = &start.slack_api_url;
    Effective {
        slack: one(counting, Integration::Slack, |values| {
            read::slack(values, api_url)
        }),
        jira: one(counting, Integration::Jira, read::jira),
        confluence: one(counting, Integration::Confluence, read::confluence),
        mcp: one(counting, Integration::Mcp, read::mcp),
    }
}

fn one<T>(
    counting: &Counting,
    integration: Integration,
    read: impl Fn(&Values) -> Result<Option<T>, Vec<FieldProblem>>,
) -> Option<Built<Arc<T>>> {
    let values = match counting.get(&integration)? {
        Ok(values) => values,
        Err(reason) => return Some(Err(reason.clone())),
    };
    match read(values) {
        Ok(settings) => Some(Ok(Arc::new(settings?))),
        Err(problems) => Some(Err(sentences(integration, &problems))),
    }
}

/// The problems by the names that pages use.
pub(super) fn sentences(integration: Integration, problems: &[FieldProblem]) -> String {
    let named = problems.iter().map(|problem| {
        let label = fields::find(integration, problem.field).map_or(problem.field, |f| f.label);
        problem.sentence(label)
    });
    named.collect::<Vec<_>>().join(" ")
}
