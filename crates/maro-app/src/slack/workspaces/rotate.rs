//! Rotating tokens: two hours before they end, by one instance, each refresh token once.
//!
//! A refresh token is good for one use. When its answer got lost, the next try tells: Slack takes it
//! again, or the refresh token is over. Then the token in hand is used to its end, and health says
//! that somebody has to install the app again before that.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::outbox::back_off;
use maro_slack::oauth::{Tokens, is_over};
use maro_slack::{SlackError, TokenError};
use maro_store::StoreError;
use maro_store::sealed_values::{SLACK_ACCESS_TOKEN, SLACK_REFRESH_TOKEN};
use maro_store::slack::{self, Installation, InstallationState, RotatedPair, RotationClaim};
use secrecy::SecretString;
use tokio::time::Instant;

use super::ended::end_now;
use super::oauth_client;
use super::tokens::{Held, unavailable};
use crate::App;
use crate::failpoints::reach;

/// How long before its end a token is replaced; Slack's own libraries do the same.
const AHEAD: TimeDelta = TimeDelta::hours(2);
/// How long a claim is ours: longer than the call and the writes.
const LEASE: TimeDelta = TimeDelta::seconds(20);
/// How long to wait for another instance.
const PATIENCE: Duration = Duration::from_secs(25);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const COMMIT_TRIES: u32 = 10;
const EXPIRED: &str = "The token of this workspace has expired.";
const OVER: &str = "Slack does not take the refresh token of this workspace any more. \
    Install the app there again before the token ends.";

/// Replaces what ends soon. Returns how many workspaces were tried.
pub(crate) async fn rotate_due(app: &App) -> Result<usize, StoreError> {
    let due = slack::due(app.store(), app.now() + AHEAD, app.now()).await?;
    let tried = due.len();
    for installation in due {
        let turn = app.workspace_tokens().turn(&installation.team_id);
        let _turn = turn.lock().await;
        // What fails is stored with its reason and comes up again.
        let _ = claim_and_rotate(app, &installation, installation.expires_at).await;
    }
    Ok(tried)
}

/// Gives a token that is good, and not the one that has just expired.
pub(super) async fn obtain(
    app: &App,
    team: &str,
    expired: Option<&SecretString>,
) -> Result<Held, TokenError> {
    let until = Instant::now() + PATIENCE;
    loop {
        let installation = current(app, team).await?;
        let held = open(app, &installation)?;
        if held.is_good(expired, app.now()) {
            app.workspace_tokens().hold(team, held.clone());
            return Ok(held);
        }
        if installation.refresh_token.is_none() {
            end(app, &installation, EXPIRED).await?;
            return Err(TokenError::Ended);
        }
        if let Some(at) = installation.next_try_at.filter(|at| *at > app.now()) {
            return Err(later(installation.problem.as_deref(), at - app.now()));
        }
        // A token that Slack calls expired does not last, whatever was said of its life.
        let rejected = held.is(expired);
        let lasts_until = installation.expires_at.filter(|_| !rejected);
        let claimed = claim_and_rotate(app, &installation, lasts_until).await?;
        if !claimed {
            if Instant::now() >= until {
                return Err(unavailable("another instance is renewing the token"));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// The installation as it is stored now.
async fn current(app: &App, team: &str) -> Result<Installation, TokenError> {
    let found = slack::find(app.store(), team).await;
    let found = found.map_err(|err| database(&err))?;
    found
        .filter(|installation| installation.state == InstallationState::Active)
        .ok_or(TokenError::Ended)
}

fn open(app: &App, installation: &Installation) -> Result<Held, TokenError> {
    let sealed = installation.access_token.as_deref();
    let place = SLACK_ACCESS_TOKEN.place(&installation.team_id);
    let token = app
        .sealer()
        .open(&place, sealed.unwrap_or_default())
        .map_err(|err| unavailable(err.to_string()))?;
    Ok(Held {
        token,
        expires_at: installation.expires_at,
        generation: installation.generation,
    })
}

/// Rotates as the holder of a claim. `false`: somebody else has it. `true`: look at the row again.
async fn claim_and_rotate(
    app: &App,
    installation: &Installation,
    lasts_until: Option<DateTime<Utc>>,
) -> Result<bool, TokenError> {
    let now = app.now();
    let key = (installation.team_id.as_str(), installation.generation);
    let claim = slack::claim(app.store(), key, app.owner(), now, now + LEASE).await;
    let Some(claim) = claim.map_err(|err| database(&err))? else {
        return Ok(false);
    };
    match ask(app, installation).await {
        Ok(tokens) => {
            reach("rotate.after_answer");
            keep(app, installation, &claim, tokens).await?;
            Ok(true)
        }
        Err(err) => fail(app, (installation, lasts_until), &claim, &err)
            .await
            .map(|()| true),
    }
}

async fn ask(app: &App, installation: &Installation) -> Result<Tokens, SlackError> {
    let no_token = |reason: String| SlackError::NoToken { reason };
    let client = oauth_client(app)
        .ok_or_else(|| no_token("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not set".into()))??;
    let place = SLACK_REFRESH_TOKEN.place(&installation.team_id);
    let sealed = installation.refresh_token.as_deref().unwrap_or_default();
    let refresh_token = app
        .sealer()
        .open(&place, sealed)
        .map_err(|err| no_token(err.to_string()))?;
    client.refresh(&refresh_token).await
}

/// Stores both tokens before anybody uses one. While they cannot be stored, nobody does.
async fn keep(
    app: &App,
    installation: &Installation,
    claim: &RotationClaim,
    tokens: Tokens,
) -> Result<(), TokenError> {
    let team = installation.team_id.as_str();
    let life = tokens
        .expires_in
        .and_then(|life| TimeDelta::from_std(life).ok());
    let seal = |place: String, token: &SecretString| app.sealer().seal(&place, token);
    let refresh_token = tokens.refresh_token.as_ref();
    let pair = RotatedPair {
        access_token: seal(SLACK_ACCESS_TOKEN.place(team), &tokens.access_token),
        refresh_token: refresh_token.map(|token| seal(SLACK_REFRESH_TOKEN.place(team), token)),
        expires_at: life.map(|life| app.now() + life),
    };
    let mut tries = 0;
    loop {
        match store(app, claim, &pair).await {
            Ok(true) => break,
            Ok(false) => {
                tracing::warn!(slack.team = team, "rotated tokens came too late");
                return Ok(());
            }
            Err(err) if tries == COMMIT_TRIES => return Err(database(&err)),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(LOOK_AGAIN * 5).await;
    }
    let held = Held {
        token: tokens.access_token,
        expires_at: pair.expires_at,
        // What storing the pair made of it.
        generation: installation.generation + 1,
    };
    app.workspace_tokens().hold(team, held);
    tracing::debug!(slack.team = team, "the token was rotated");
    Ok(())
}

async fn store(app: &App, claim: &RotationClaim, pair: &RotatedPair) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    let stored = slack::store_pair(&tx, claim, pair, app.now()).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Stores why it failed. The token in hand is used to its end, whatever happened.
async fn fail(
    app: &App,
    (installation, lasts_until): (&Installation, Option<DateTime<Utc>>),
    claim: &RotationClaim,
    err: &SlackError,
) -> Result<(), TokenError> {
    let now = app.now();
    let lasting = lasts_until.filter(|at| *at > now);
    let (problem, next_try_at) = match (is_over(err), lasting) {
        (true, None) => return end(app, installation, OVER).await,
        (true, Some(end)) => (OVER.to_owned(), end),
        (false, _) => (err.sentence(), now + pause(installation.failures, err)),
    };
    tracing::warn!(slack.team = %installation.team_id, "a token was not rotated: {problem}");
    slack::mark_failed(app.store(), claim, &problem, next_try_at)
        .await
        .map_err(|err| database(&err))?;
    Ok(())
}

fn pause(failures: i64, err: &SlackError) -> TimeDelta {
    let doubled = back_off(
        i32::try_from(failures).unwrap_or(i32::MAX) + 1,
        rand::random(),
    );
    match err {
        SlackError::RateLimited { retry_after } => TimeDelta::from_std(*retry_after)
            .unwrap_or(doubled)
            .max(doubled),
        _ => doubled.min(TimeDelta::minutes(1)),
    }
}

/// Ends this installation, and none that was made since it was read.
async fn end(app: &App, installation: &Installation, why: &str) -> Result<(), TokenError> {
    end_now(app, &installation.team_id, why, installation.installed_at)
        .await
        .map_err(|err| database(&err))
}

fn later(problem: Option<&str>, pause: TimeDelta) -> TokenError {
    TokenError::Unavailable {
        reason: problem.unwrap_or("the last attempt failed").to_owned(),
        retry_after: pause.to_std().ok(),
    }
}

fn database(err: &StoreError) -> TokenError {
    let error: &(dyn std::error::Error + 'static) = err;
    tracing::warn!(error, "an installation could not be read");
    unavailable("the database did not answer")
}
