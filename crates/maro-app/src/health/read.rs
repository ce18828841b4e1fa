//! How each connection does, for pages and the API.

use chrono::{DateTime, Utc};
use maro_core::activity::Activity;
use maro_core::health::{LastFailure, Observed, Place, Verdict, judge};
use maro_core::integrations::Integration;
use maro_store::activity::ActivityFilter;
use maro_store::health::Known;
use maro_store::{Page, PageRequest, StoreError, activity, health};

use super::concerns;
use crate::{App, connections};

/// One connection, as pages and the API show it.
#[derive(Debug, Clone)]
pub struct IntegrationHealth {
    /// Which.
    pub integration: Integration,
    /// Whether anything is set.
    pub configured: bool,
    /// How it does, why, and what to do.
    pub verdict: Verdict,
    /// Since when the verdict has been so; `None` before the first one was stored.
    pub since: Option<DateTime<Utc>>,
    /// When a call last worked.
    pub last_success: Option<DateTime<Utc>>,
    /// When something was last delivered to people.
    pub last_send: Option<DateTime<Utc>>,
    /// The last failure of the connection, also when it works again.
    pub last_failure: Option<LastFailure>,
}

/// How every connection does now.
pub async fn integrations(app: &App) -> Result<Vec<IntegrationHealth>, StoreError> {
    let known = health::list(app.store()).await?;
    let mut all = Vec::new();
    for integration in Integration::ALL {
        let known = known.iter().find(|known| known.integration == integration);
        all.push(describe(app, integration, known).await?);
    }
    Ok(all)
}

/// How every connection did when it was last judged, a moment ago; for answers that cannot wait.
#[must_use]
pub fn latest(app: &App) -> Vec<IntegrationHealth> {
    app.journal().latest()
}

async fn describe(
    app: &App,
    integration: Integration,
    known: Option<&Known>,
) -> Result<IntegrationHealth, StoreError> {
    let heard = known.map(|known| known.heard.clone()).unwrap_or_default();
    let configured = connections::is_configured(app, integration);
    let observed = Observed {
        configured,
        last_success: heard.last_success,
        last_failure: heard.last_failure,
        concerns: if configured {
            concerns::of(app, integration).await?
        } else {
            Vec::new()
        },
        unasked: concerns::unasked(app, integration),
    };
    let verdict = at_its_place(app, integration, judge(&observed, app.now()));
    Ok(IntegrationHealth {
        integration,
        configured,
        since: known
            .filter(|known| known.status == verdict.status)
            .map(|known| known.since),
        last_success: observed.last_success,
        last_send: heard.last_send,
        last_failure: observed.last_failure,
        verdict,
    })
}

/// Where a consent is in force, it is what must be renewed, not the configuration below it.
fn at_its_place(app: &App, integration: Integration, verdict: Verdict) -> Verdict {
    let place = match verdict.place {
        Some(Place::Connection) if connections::is_granted(app, integration) => {
            Some(Place::Consent)
        }
        place => place,
    };
    Verdict { place, ..verdict }
}

/// What happened on the connections, newest first.
pub async fn activity(
    app: &App,
    filter: &ActivityFilter,
    page: &PageRequest,
) -> Result<Page<Activity>, StoreError> {
    activity::page(app.store(), filter, page).await
}
