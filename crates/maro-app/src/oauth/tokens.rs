//! The access token of this process, and the one renewal that all who wait share.
//!
//! A renewal is a task of its own: whoever asked may give up, and its answer is still stored.
//! Nobody waits for one as long as the token in hand is good.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use maro_atlassian::credentials::{AccessTokens, TokenError};
use maro_store::oauth::Grant;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::watch;

use super::{life, renew};
use crate::App;

/// A token that is rejected as soon as it comes is not asked for more often than this.
const MOST_ROUNDS: usize = 3;

/// What one process holds.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    held: RwLock<Option<Arc<Held>>>,
    flight: Mutex<Option<Flight>>,
}

/// An access token and how long it is good.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) token: SecretString,
    bearer: Bearer,
    obtained_at: DateTime<Utc>,
    renew_at: DateTime<Utc>,
    usable_until: DateTime<Utc>,
}

/// For whom and for which site a token is. A client that was built for one never gets another's: a
/// person who connects another account has not approved what is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bearer {
    account_id: String,
    cloud_id: Option<String>,
}

impl Bearer {
    pub(super) fn of(grant: &Grant) -> Self {
        Self {
            account_id: grant.account_id.clone(),
            cloud_id: grant.cloud_id.clone(),
        }
    }
}

/// Why a token is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// This one was rejected; another one is needed.
    pub(super) not: Option<SecretString>,
    /// The pair must be at least so young.
    pub(super) newer_than: Option<DateTime<Utc>>,
}

pub(super) type Landed = Result<Arc<Held>, TokenError>;
type Flight = watch::Receiver<Option<Landed>>;

impl Held {
    pub(super) fn new(grant: &Grant, token: SecretString) -> Self {
        Self {
            token,
            bearer: Bearer::of(grant),
            obtained_at: grant.obtained_at,
            renew_at: life::renew_at(grant),
            usable_until: life::usable_until(grant),
        }
    }

    pub(super) fn is(&self, other: Option<&SecretString>) -> bool {
        other.is_some_and(|other| other.expose_secret() == self.token.expose_secret())
    }

    /// Whether it is another one than was rejected, and as young as it is wanted.
    pub(super) fn is_as(&self, wanted: &Wanted) -> bool {
        let young = wanted
            .newer_than
            .is_none_or(|than| self.obtained_at >= than);
        young && !self.is(wanted.not.as_ref())
    }

    pub(super) fn is_usable(&self, now: DateTime<Utc>) -> bool {
        now < self.usable_until
    }

    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        now >= self.renew_at
    }
}

impl Tokens {
    /// Forgets the token: there is another grant now, or none.
    pub(crate) fn forget(&self) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn hold(&self, held: Arc<Held>) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    fn held(&self) -> Option<Arc<Held>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }
}

/// The source of access tokens for clients. It does not keep the application alive.
pub(super) fn access_tokens(app: &App, grant: &Grant) -> AccessTokens {
    let bearer = Bearer::of(grant);
    let app = app.downgrade();
    AccessTokens::new(move |rejected| {
        let (app, bearer) = (app.upgrade(), bearer.clone());
        Box::pin(async move {
            match app {
                Some(app) => token(&app, &bearer, rejected).await,
                None => Err(unavailable("Maro is shutting down")),
            }
        })
    })
}

async fn token(
    app: &App,
    bearer: &Bearer,
    rejected: Option<SecretString>,
) -> Result<SecretString, TokenError> {
    let now = app.now();
    if let Some(held) = app.oauth().held()
        && held.bearer == *bearer
        && held.is_usable(now)
        && !held.is(rejected.as_ref())
    {
        if held.is_due(now) {
            drop(board(app, Wanted::default()));
        }
        return Ok(held.token.clone());
    }
    let wanted = Wanted {
        not: rejected,
        newer_than: None,
    };
    let held = renewed(app, wanted).await?;
    if held.bearer != *bearer {
        return Err(unavailable("the connection was just changed"));
    }
    Ok(held.token.clone())
}

/// Waits for a pair that is as it is wanted.
pub(super) async fn renewed(app: &App, wanted: Wanted) -> Landed {
    // A renewal that was under way may have been started for a lesser wish.
    for _ in 0..MOST_ROUNDS {
        let held = landed(board(app, wanted.clone())).await?;
        if held.is_as(&wanted) {
            return Ok(held);
        }
    }
    Err(unavailable("Atlassian gave no access token that is good"))
}

/// Joins the renewal that is under way, or starts one.
fn board(app: &App, wanted: Wanted) -> Flight {
    let mut flight = app
        .oauth()
        .flight
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    // One whose task broke down is over, though it landed nowhere.
    if let Some(under_way) = flight
        .as_ref()
        .filter(|flight| flight.has_changed().is_ok())
    {
        return under_way.clone();
    }
    let (landing, boarded) = watch::channel(None);
    *flight = Some(boarded.clone());
    let worker = app.clone();
    app.tasks().spawn(async move {
        let landed = renew::obtain(&worker, &wanted).await;
        if let Ok(held) = &landed {
            worker.oauth().hold(Arc::clone(held));
        }
        // Whoever comes now starts anew; whoever is on board gets this answer.
        *worker
            .oauth()
            .flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
        let _ = landing.send(Some(landed));
    });
    boarded
}

async fn landed(mut flight: Flight) -> Landed {
    match flight
        .wait_for(Option::is_some)
        .await
        .map(|landed| landed.clone())
    {
        Ok(Some(landed)) => landed,
        _ => Err(unavailable("the renewal was interrupted")),
    }
}

pub(super) fn unavailable(reason: impl Into<String>) -> TokenError {
    TokenError::Unavailable {
        reason: reason.into(),
        retry_after: None,
    }
}
