//! Renewing a grant: by one instance, with the same refresh token until an answer is stored.
//!
//! Atlassian replaces a refresh token when it is used, and takes the old one for ten minutes more. So
//! an answer that got lost is asked for again with the same token, by this instance or, when it died,
//! by the next one that claims the grant.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use maro_atlassian::credentials::TokenError;
use maro_atlassian::oauth::{OAuthClient, OAuthError, TokenPair};
use maro_core::actor::Actor;
use maro_store::StoreError;
use maro_store::oauth::refresh::{self, NewPair, RefreshClaim};
use maro_store::oauth::{Grant, GrantState, grants};
use maro_store::sealed_values::{
    OAUTH_ACCESS_TOKEN, OAUTH_PREVIOUS_REFRESH_TOKEN, OAUTH_REFRESH_TOKEN,
};
use secrecy::SecretString;
use serde_json::json;
use tokio::time::Instant;

use super::tokens::{Held, Landed, Wanted, unavailable};
use super::{CURRENT, OAuthProblem, registration, sealed};
use crate::App;
use crate::audit::record;
use crate::failpoints::reach;
use crate::happening::Happening;

/// How long a claim is ours: longer than all calls and writes of one renewal.
const LEASE: TimeDelta = TimeDelta::seconds(45);
/// How long to wait for another instance.
const PATIENCE: Duration = Duration::from_secs(50);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long Atlassian takes a refresh token that was replaced.
const LEEWAY: TimeDelta = TimeDelta::minutes(10);
/// A token that came for a rejected one and is rejected itself is not replaced again so soon.
const BETWEEN_REJECTIONS: TimeDelta = TimeDelta::seconds(10);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(1);
const COMMIT_TRIES: u32 = 20;

/// Gives a token that is as it is wanted; renews, waits for another instance, or says why not.
pub(super) async fn obtain(app: &App, wanted: &Wanted) -> Landed {
    let until = Instant::now() + PATIENCE;
    let mut renewed = false;
    loop {
        let (grant, held) = current(app).await?;
        // What just came is as new as it gets, even if it is due again at once.
        let newest = renewed && !held.is(wanted.not.as_ref());
        if newest || (held.is_as(wanted) && !held.is_due(app.now())) {
            return Ok(held);
        }
        if let Some(problem) = not_now(&grant, wanted, app.now()) {
            return or_old(&held, wanted, app, problem);
        }
        let (now, lease) = (app.now(), app.now() + LEASE);
        let key = (grant.id.as_str(), grant.generation);
        match refresh::claim(app.store(), key, app.owner(), now, lease).await {
            Err(err) => return or_old(&held, wanted, app, database(&err)),
            Ok(Some(claim)) => {
                if let Err(problem) = renew(app, &grant, &claim, wanted).await {
                    return or_old(&held, wanted, app, problem);
                }
                renewed = true;
            }
            Ok(None) if Instant::now() < until && !is_old_good(&held, wanted, app) => {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            Ok(None) => {
                let problem = unavailable("another instance is renewing the access token");
                return or_old(&held, wanted, app, problem);
            }
        }
    }
}

/// The grant as it is stored now, with its access token.
async fn current(app: &App) -> Result<(Grant, Arc<Held>), TokenError> {
    let grant = grants::find(app.store(), CURRENT)
        .await
        .map_err(|err| database(&err))?;
    let grant = grant.ok_or(TokenError::Dead)?;
    if grant.state != GrantState::Connected {
        return Err(TokenError::Dead);
    }
    let token = sealed::access_token(app, &grant).map_err(|err| unavailable(err.to_string()))?;
    let held = Arc::new(Held::new(&grant, token));
    Ok((grant, held))
}

/// Why it is too early to ask Atlassian.
fn not_now(grant: &Grant, wanted: &Wanted, now: DateTime<Utc>) -> Option<TokenError> {
    let too_often = grant
        .rejected_at
        .map(|at| at + BETWEEN_REJECTIONS)
        .filter(|at| *at > now);
    if wanted.not.is_some()
        && let Some(at) = too_often
    {
        let reason = "Atlassian rejects the access token although it was just renewed";
        return Some(later(reason, at - now));
    }
    let at = grant.next_try_at.filter(|at| *at > now)?;
    let reason = grant
        .problem
        .as_deref()
        .unwrap_or("the last attempt failed");
    Some(later(reason, at - now))
}

fn later(reason: &str, pause: TimeDelta) -> TokenError {
    TokenError::Unavailable {
        reason: reason.to_owned(),
        retry_after: pause.to_std().ok(),
    }
}

/// A token that still works is better than a reason.
fn or_old(held: &Arc<Held>, wanted: &Wanted, app: &App, problem: TokenError) -> Landed {
    if problem != TokenError::Dead && is_old_good(held, wanted, app) {
        return Ok(Arc::clone(held));
    }
    Err(problem)
}

fn is_old_good(held: &Held, wanted: &Wanted, app: &App) -> bool {
    wanted.newer_than.is_none() && held.is_usable(app.now()) && !held.is(wanted.not.as_ref())
}

/// Renews once, as the holder of the claim. `Ok`: look at the row again.
async fn renew(
    app: &App,
    grant: &Grant,
    claim: &RefreshClaim,
    wanted: &Wanted,
) -> Result<(), TokenError> {
    let asked_at = app.now();
    let asked = match ask(app, grant).await {
        Ok(asked) => asked,
        Err(problem) => return fail(app, grant, claim, &problem).await,
    };
    reach("refresh.after_answer");
    let (used, pair) = asked;
    let life = TimeDelta::from_std(pair.expires_in).unwrap_or_default();
    let refresh_token = pair.refresh_token.as_ref().unwrap_or(&used);
    let seal = |column, secret| sealed::seal(app, column, &grant.id, secret);
    let pair = NewPair {
        access_token: seal(&OAUTH_ACCESS_TOKEN, &pair.access_token),
        refresh_token: seal(&OAUTH_REFRESH_TOKEN, refresh_token),
        previous_refresh_token: seal(&OAUTH_PREVIOUS_REFRESH_TOKEN, &used),
        obtained_at: asked_at,
        expires_at: asked_at + life,
        rejected_at: wanted.not.is_some().then_some(asked_at),
    };
    commit(app, claim, &pair).await?;
    tracing::debug!("the access token was renewed");
    Ok(())
}

/// Asks Atlassian, and once more when no answer came. The token that was replaced last is tried when
/// the newest is refused: two instances may have asked at once, and which answer counts is not known.
async fn ask(app: &App, grant: &Grant) -> Result<(SecretString, TokenPair), OAuthProblem> {
    let registration = registration::find(app).await?.ok_or(OAuthProblem::NoApp)?;
    if registration.client_id != grant.client_id {
        return Err(OAuthProblem::Client(
            "the grant belongs to another OAuth app".into(),
        ));
    }
    let client = registration::client(app, &registration)?;
    let newest = sealed::refresh_token(app, grant)?;
    let refused = match twice(&client, &newest).await {
        Ok(pair) => return Ok((newest, pair)),
        Err(err) => err,
    };
    let fresh = app.now() - grant.obtained_at < LEEWAY;
    if let (OAuthError::Dead { .. }, true, Some(previous)) =
        (&refused, fresh, sealed::previous(app, grant)?)
        && let Ok(pair) = client.refresh(&previous).await
    {
        return Ok((previous, pair));
    }
    Err(refused.into())
}

async fn twice(client: &OAuthClient, token: &SecretString) -> Result<TokenPair, OAuthError> {
    match client.refresh(token).await {
        Err(OAuthError::Unavailable {
            retry_after: None, ..
        }) => client.refresh(token).await,
        answer => answer,
    }
}

/// Stores the pair before anybody uses it. While it cannot be stored, nobody does.
async fn commit(app: &App, claim: &RefreshClaim, pair: &NewPair) -> Result<(), TokenError> {
    let mut tries = 0;
    loop {
        match store(app, claim, pair).await {
            Ok(true) => return Ok(()),
            Ok(false) => {
                tracing::warn!("a renewed token came too late; another instance has a newer one");
                return Ok(());
            }
            Err(err) if tries == COMMIT_TRIES => return Err(database(&err)),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(LOOK_AGAIN * 5).await;
    }
}

async fn store(app: &App, claim: &RefreshClaim, pair: &NewPair) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    let stored = refresh::store_pair(&tx, claim, pair).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Stores why it failed: the grant is over, or it is tried again after a pause.
async fn fail(
    app: &App,
    grant: &Grant,
    claim: &RefreshClaim,
    problem: &OAuthProblem,
) -> Result<(), TokenError> {
    if let OAuthProblem::Atlassian(OAuthError::Dead { said }) = problem {
        return bury(app, claim, said).await.map_err(|err| database(&err));
    }
    let asked = match problem {
        OAuthProblem::Atlassian(OAuthError::Unavailable { retry_after, .. }) => *retry_after,
        _ => None,
    };
    let pause = pause(grant.failures, asked);
    let reason = problem.to_string();
    tracing::warn!(problem = %reason, "the access token for Atlassian was not renewed");
    refresh::mark_failed(app.store(), claim, &reason, app.now() + pause)
        .await
        .map_err(|err| database(&err))?;
    app.announce(Happening::Health);
    Err(later(&reason, pause))
}

fn pause(failures: i64, asked: Option<Duration>) -> TimeDelta {
    let doubled = TimeDelta::seconds(1 << failures.clamp(0, 6)).min(LONGEST_PAUSE);
    let asked = asked.and_then(|asked| TimeDelta::from_std(asked).ok());
    asked.map_or(doubled, |asked| asked.max(doubled))
}

/// The grant is over. What waits to be sent waits on, until somebody reconnects.
async fn bury(app: &App, claim: &RefreshClaim, said: &str) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    if !refresh::mark_dead(&tx, claim, said, app.now()).await? {
        return Ok(());
    }
    let details = json!({ "said": said });
    record(app, &tx, &Actor::System, "oauth.expired", &CURRENT, details).await?;
    tx.commit().await?;
    tracing::warn!(
        said,
        "Atlassian ended the connection; somebody has to authorize again"
    );
    app.announce(Happening::Health);
    Ok(())
}

fn database(err: &StoreError) -> TokenError {
    tracing::warn!(
        error = err as &dyn std::error::Error,
        "the grant could not be read"
    );
    unavailable("the database did not answer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_respect_what_atlassian_asks() {
        let pauses: Vec<i64> = (0..9).map(|n| pause(n, None).num_seconds()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause(0, Some(Duration::from_secs(90))).num_seconds(), 90);
        assert_eq!(pause(3, Some(Duration::from_secs(1))).num_seconds(), 8);
    }
}
