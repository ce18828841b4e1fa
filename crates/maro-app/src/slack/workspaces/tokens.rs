//! The tokens of this process, by workspace, and the one look-up that all who wait share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use maro_slack::{RotatingToken, TokenError};
use secrecy::{ExposeSecret as _, SecretString};

use super::rotate;
use crate::App;

/// A token that ends so soon may be over when it arrives.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// What one process holds.
#[derive(Debug, Default)]
pub(crate) struct WorkspaceTokens {
    held: Mutex<HashMap<String, Held>>,
    /// One look-up or rotation at a time per workspace.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// A token and how long it is good.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) token: SecretString,
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// The generation of the row that it came from.
    pub(super) generation: i64,
}

impl Held {
    /// Whether it is this token.
    pub(super) fn is(&self, other: Option<&SecretString>) -> bool {
        other.is_some_and(|other| other.expose_secret() == self.token.expose_secret())
    }

    /// Whether it will do for somebody for whom `expired` has just expired.
    pub(super) fn is_good(&self, expired: Option<&SecretString>, now: DateTime<Utc>) -> bool {
        !self.is(expired) && self.expires_at.is_none_or(|at| at - MARGIN > now)
    }
}

impl WorkspaceTokens {
    /// Forgets a token: there is another installation now, or none.
    pub(crate) fn forget(&self, team: &str) {
        lock(&self.held).remove(team);
    }

    /// Forgets what does not come from the rows as they are now, by workspace and generation: another
    /// instance may have installed the app anew, or taken it away.
    pub(super) fn keep_only(&self, generations: &HashMap<String, i64>) {
        lock(&self.held).retain(|team, held| generations.get(team) == Some(&held.generation));
    }

    pub(super) fn hold(&self, team: &str, held: Held) {
        lock(&self.held).insert(team.to_owned(), held);
    }

    fn held(&self, team: &str) -> Option<Held> {
        lock(&self.held).get(team).cloned()
    }

    pub(super) fn turn(&self, team: &str) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(lock(&self.turns).entry(team.to_owned()).or_default())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The source of a workspace's tokens for its client. It does not keep the application alive.
pub(super) fn token_source(app: &App, team: &str) -> RotatingToken {
    let (app, team) = (app.downgrade(), team.to_owned());
    RotatingToken::new(move |expired| {
        let (app, team) = (app.upgrade(), team.clone());
        Box::pin(async move {
            match app {
                Some(app) => token(&app, &team, expired).await,
                None => Err(unavailable("Maro is shutting down")),
            }
        })
    })
}

async fn token(
    app: &App,
    team: &str,
    expired: Option<SecretString>,
) -> Result<SecretString, TokenError> {
    let good = |held: &Held| held.is_good(expired.as_ref(), app.now());
    if let Some(held) = app.workspace_tokens().held(team).filter(good) {
        return Ok(held.token);
    }
    let turn = app.workspace_tokens().turn(team).lock_owned().await;
    if let Some(held) = app.workspace_tokens().held(team).filter(good) {
        return Ok(held.token);
    }
    // A task of its own: whoever asked may give up, and the answer is stored all the same. It has the
    // turn until then.
    let (worker, team) = (app.clone(), team.to_owned());
    let rotation = app.tasks().spawn(async move {
        let _turn = turn;
        rotate::obtain(&worker, &team, expired.as_ref()).await
    });
    match rotation.await {
        Ok(held) => held.map(|held| held.token),
        Err(_) => Err(unavailable("the rotation was interrupted")),
    }
}

pub(super) fn unavailable(reason: impl Into<String>) -> TokenError {
    TokenError::Unavailable {
        reason: reason.into(),
        retry_after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_of_the_rows_as_they_are_now_are_kept() {
        let tokens = WorkspaceTokens::default();
        for team in ["SAME", "NEWER", "GONE"] {
            let held = Held {
                token: SecretString::from("xoxb-1"),
                expires_at: None,
                generation: 1,
            };
            tokens.hold(team, held);
        }

        let rows = [("SAME".to_owned(), 1), ("NEWER".to_owned(), 2)];
        tokens.keep_only(&HashMap::from(rows));

        assert!(tokens.held("SAME").is_some());
        assert!(tokens.held("NEWER").is_none());
        assert!(tokens.held("GONE").is_none());
    }
}
