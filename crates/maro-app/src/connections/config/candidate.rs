//! A change that is checked but not stored: what it would store, and what would then count.

use std::collections::BTreeMap;

use maro_atlassian::outbound::{Outbound, OutboundGuard};
use maro_core::integrations::Integration;
use maro_store::integrations::{self, SecretRef, StoredConfig};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{ConfigChange, ConfigError};
use crate::App;
use crate::connections::fields::{self, FieldKind};
use crate::connections::read::FieldProblem;
use crate::connections::settled::{self, Settled};
use crate::connections::values::{OpenSecret, StoredValues, Values, is_bound};
use crate::connections::{effective, guard};

const GIVE_AGAIN: &str = "must be given again: a secret goes only to the address that it was given for, and the address is another one now";
/// Where Slack's incoming webhooks are.
const WEBHOOK_HOSTS: [&str; 2] = ["hooks.slack.com", "hooks.slack-gov.com"];

/// A change that fits together.
pub(in crate::connections) struct Candidate {
    /// What was stored before.
    pub(super) before: Option<StoredConfig>,
    /// What is no secret, as it would be stored.
    pub(super) fields: BTreeMap<String, String>,
    /// Secrets that stay.
    pub(super) kept: BTreeMap<String, SecretRef>,
    /// Secrets that come.
    pub(super) given: BTreeMap<String, OpenSecret>,
    /// What it means.
    pub(in crate::connections) settings: Settled,
    /// How freely its address may be connected to.
    pub(in crate::connections) outbound: Outbound,
}

/// Checks a change.
pub(in crate::connections) async fn candidate(
    app: &App,
    integration: Integration,
    change: &ConfigChange,
) -> Result<Candidate, ConfigError> {
    check_names(integration, change)?;
    let before = integrations::find(app.store(), integration).await?;
    let start = effective::start_values(app, integration);
    let fields = fields_to_store(&start, change);
    let origin = origin(&start, &fields);
    let given = given(integration, change, origin.as_deref());
    let (kept, opened) = kept(app, before.as_ref(), change).await?;
    let stored = StoredValues {
        fields: fields.clone(),
        secrets: opened.into_iter().chain(given.clone()).collect(),
    };
    let mut problems = moved(integration, &stored, origin.as_deref());
    let values = start.under(integration, &stored);
    let settings = settled::read(integration, &values, &app.settings().start);
    let (settings, more) = sort(integration, settings, &start, &values);
    problems.extend(more);
    let url = values.text("url").and_then(|url| Url::parse(url).ok());
    let outbound = guard::outbound(&app.settings().start, integration, url.as_ref());
    if problems.is_empty() {
        problems.extend(check_addresses(app, &outbound, url.as_ref(), &given).await);
    }
    problems.sort_by_key(|problem| problem.field);
    problems.dedup_by_key(|problem| problem.field);
    match settings {
        Some(settings) if problems.is_empty() => Ok(Candidate {
            before,
            fields,
            kept,
            given,
            settings,
            outbound,
        }),
        _ => Err(ConfigError::Problems(problems)),
    }
}

fn check_names(integration: Integration, change: &ConfigChange) -> Result<(), ConfigError> {
    let unknown = |name: &&String, secret: bool| {
        let field = fields::find(integration, name);
        !field.is_some_and(|field| {
            field.kind.is_secret() == secret && field.kind != FieldKind::Operator
        })
    };
    let field = change.fields.keys().find(|name| unknown(name, false));
    let secret = change.secrets.keys().find(|name| unknown(name, true));
    match field.or(secret) {
        Some(name) => Err(ConfigError::UnknownField(name.clone())),
        None => Ok(()),
    }
}

/// What equals the operator's value is not stored, so that it follows the operator.
fn fields_to_store(start: &Values, change: &ConfigChange) -> BTreeMap<String, String> {
    let given = change.fields.iter();
    given
        .map(|(name, text)| (name.clone(), text.trim().to_owned()))
        .filter(|(name, text)| start.text(name).unwrap_or_default() != text.as_str())
        .collect()
}

/// The origin that secrets would go to.
fn origin(start: &Values, fields: &BTreeMap<String, String>) -> Option<String> {
    let mut values = start.clone();
    values.fields.extend(fields.clone());
    values.origin()
}

fn given(
    integration: Integration,
    change: &ConfigChange,
    origin: Option<&str>,
) -> BTreeMap<String, OpenSecret> {
    let secret = |(name, value): (&String, &Option<SecretString>)| {
        let value = value.clone()?;
        let bound_to = is_bound(integration, name).then(|| origin.map(str::to_owned));
        let bound_to = bound_to.flatten();
        Some((name.clone(), OpenSecret { value, bound_to }))
    };
    change.secrets.iter().filter_map(secret).collect()
}

type Kept = (BTreeMap<String, SecretRef>, BTreeMap<String, OpenSecret>);

/// The secrets that the change does not touch. One that does not open is left out, so that a person
/// can repair the configuration by giving it again.
async fn kept(
    app: &App,
    before: Option<&StoredConfig>,
    change: &ConfigChange,
) -> Result<Kept, ConfigError> {
    let (mut kept, mut opened) = (BTreeMap::new(), BTreeMap::new());
    let stored = before.iter().flat_map(|config| &config.secrets);
    for (field, secret) in stored.filter(|(field, _)| !change.secrets.contains_key(*field)) {
        match crate::secrets::open(app, app.store(), &secret.name).await {
            Ok(value) => {
                let bound_to = secret.bound_to.clone();
                opened.insert(field.clone(), OpenSecret { value, bound_to });
                kept.insert(field.clone(), secret.clone());
            }
            Err(crate::secrets::OpenError::Store(err)) => return Err(err.into()),
            Err(crate::secrets::OpenError::Unavailable(err)) => return Err(err.into()),
            Err(err) => tracing::warn!("a stored secret is left out: {err}"),
        }
    }
    Ok((kept, opened))
}

/// Stored secrets that belong to another address than the one there would be.
fn moved(
    integration: Integration,
    stored: &StoredValues,
    origin: Option<&str>,
) -> Vec<FieldProblem> {
    let secrets = stored.secrets.iter();
    secrets
        .filter(|(name, _)| is_bound(integration, name))
        .filter(|(_, secret)| secret.bound_to.as_deref() != origin)
        .filter_map(|(name, _)| fields::find(integration, name))
        .map(|field| FieldProblem::new(field.name, GIVE_AGAIN))
        .collect()
}

/// Settings or problems; that nothing connects is a problem, too. A secret that the operator gave
/// for another address is not missing but must be given again.
fn sort(
    integration: Integration,
    read: Result<Option<Settled>, Vec<FieldProblem>>,
    start: &Values,
    values: &Values,
) -> (Option<Settled>, Vec<FieldProblem>) {
    match read {
        Ok(Some(settings)) => (Some(settings), Vec::new()),
        Ok(None) => (None, vec![nothing_connects(integration)]),
        Err(problems) => {
            let left_behind = |field: &str| {
                start.secrets.contains_key(field) && !values.secrets.contains_key(field)
            };
            let said = problems.into_iter().map(|problem| {
                if left_behind(problem.field) {
                    FieldProblem::new(problem.field, GIVE_AGAIN)
                } else {
                    problem
                }
            });
            (None, said.collect())
        }
    }
}

fn nothing_connects(integration: Integration) -> FieldProblem {
    match integration {
        Integration::Slack => FieldProblem::new(
            "bot_token",
            "must be set, or an incoming webhook, or the client ID and secret of an app to install",
        ),
        _ => FieldProblem::new("url", "must be set"),
    }
}

/// Whether typed addresses may be called.
async fn check_addresses(
    app: &App,
    outbound: &Outbound,
    url: Option<&Url>,
    given: &BTreeMap<String, OpenSecret>,
) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if let (Outbound::Guarded(guard), Some(url)) = (outbound, url)
        && let Err(err) = guard.check(url).await
    {
        problems.push(FieldProblem::new("url", err.to_string()));
    }
    let webhook = given.get("webhook_url").map(|secret| &secret.value);
    if let Some(webhook) = webhook
        && !is_slacks(&guard::of(&app.settings().start), webhook)
    {
        let must = "must begin with https://hooks.slack.com/";
        problems.push(FieldProblem::new("webhook_url", must));
    }
    problems
}

fn is_slacks(guard: &OutboundGuard, webhook: &SecretString) -> bool {
    let Ok(url) = Url::parse(webhook.expose_secret()) else {
        return false;
    };
    let is_theirs = url
        .host_str()
        .is_some_and(|host| WEBHOOK_HOSTS.contains(&host));
    guard.allows(&url) || url.scheme() == "https" && is_theirs
}
