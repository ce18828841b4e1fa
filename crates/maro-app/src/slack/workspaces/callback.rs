//! What a person brings back from Slack: a code, or a reason why there is none.
//!
//! A GET that changes something, because the protocol wants it so; the state makes it safe.

use chrono::TimeDelta;
use maro_core::actor::Actor;
use maro_core::hash::sha256_hex;
use maro_core::text::{clip, one_line};
use maro_slack::oauth::Granted;
use maro_store::sealed_values::{SLACK_ACCESS_TOKEN, SLACK_REFRESH_TOKEN};
use maro_store::slack::{Installation, InstallationState};
use maro_store::{integrations, outbox, slack};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::authorize::{self, Asked};
use super::{InstallProblem, PARKED, oauth_client};
use crate::App;
use crate::audit::{record, record_alone};
use crate::connections::reload;

const LONGEST_CODE: usize = 1_024;

/// What came with the browser.
#[derive(Debug, Clone, Default)]
pub struct ConsentAnswer {
    /// The code.
    pub code: Option<SecretString>,
    /// The word that Maro sent along.
    pub state: String,
    /// Slack's word for what went wrong.
    pub error: Option<String>,
}

/// A workspace that has the app now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// What people call it.
    pub team_name: String,
    /// What was asked for and not granted; some things will not work.
    pub missing: Vec<&'static str>,
    /// How many messages that waited go out now.
    pub unparked: usize,
}

/// Takes an answer. What is refused is in the audit log.
pub async fn callback(
    app: &App,
    by: &Actor,
    session: &str,
    answer: ConsentAnswer,
) -> Result<Installed, InstallProblem> {
    let outcome = take(app, by, session, answer).await;
    if let Err(problem) = &outcome {
        let details = json!({ "reason": problem.code() });
        record_alone(app, by, "slack.not_installed", &"slack", details).await?;
    }
    outcome
}

async fn take(
    app: &App,
    by: &Actor,
    session: &str,
    answer: ConsentAnswer,
) -> Result<Installed, InstallProblem> {
    let asked =
        authorize::read(app, session, &answer.state).ok_or(InstallProblem::UnexpectedAnswer)?;
    use_once(app, &answer.state, &asked).await?;
    let code = code_of(answer)?;
    let client = oauth_client(app).ok_or(InstallProblem::NoClient)?;
    let client = client.map_err(InstallProblem::Slack)?;
    let granted = client
        .exchange(&code, &asked.redirect_uri)
        .await
        .map_err(InstallProblem::Slack)?;
    store(app, by, granted).await
}

async fn use_once(app: &App, state: &str, asked: &Asked) -> Result<(), InstallProblem> {
    let tx = app.store().begin().await?;
    let id = sha256_hex(state.as_bytes());
    let first = slack::use_state(&tx, &id, asked.expires_at).await?;
    tx.commit().await?;
    first.then_some(()).ok_or(InstallProblem::UnexpectedAnswer)
}

fn code_of(answer: ConsentAnswer) -> Result<SecretString, InstallProblem> {
    if let Some(error) = answer.error {
        return Err(match error.as_str() {
            "access_denied" => InstallProblem::Declined,
            _ => InstallProblem::Refused(clip(&one_line(&error), 100)),
        });
    }
    answer
        .code
        .filter(|code| (1..=LONGEST_CODE).contains(&code.expose_secret().len()))
        .ok_or_else(|| InstallProblem::Refused("the answer has no code".into()))
}

/// Stores the workspace; what waited for it goes out.
async fn store(app: &App, by: &Actor, granted: Granted) -> Result<Installed, InstallProblem> {
    let missing = maro_slack::scopes::missing_from(&granted.scopes)
        .map(|scope| scope.name)
        .collect();
    let installation = installation(app, by, granted)?;
    let (team, team_name) = (&installation.team_id, installation.team_name.clone());
    let tx = app.store().begin().await?;
    slack::install(&tx, &installation).await?;
    let unparked = outbox::replay_of_team(&tx, team, PARKED, app.now()).await?;
    integrations::bump_version(&tx).await?;
    let details = json!({
        "team": team, "name": team_name, "scopes": installation.scopes, "unparked": unparked,
    });
    record(app, &tx, by, "slack.installed", team, details).await?;
    tx.commit().await?;
    app.workspace_tokens().forget(team);
    reload(app).await?;
    app.wakeups().outbox();
    Ok(Installed {
        team_name,
        missing,
        unparked,
    })
}

fn installation(app: &App, by: &Actor, granted: Granted) -> Result<Installation, InstallProblem> {
    let team = granted.team.ok_or(InstallProblem::WholeOrganisation)?;
    let now = app.now();
    let seal = |column: maro_store::sealed_values::SealedColumn, token: &SecretString| {
        app.sealer().seal(&column.place(&team.id), token)
    };
    let tokens = granted.tokens;
    let life = tokens
        .expires_in
        .and_then(|life| TimeDelta::from_std(life).ok());
    Ok(Installation {
        access_token: Some(seal(SLACK_ACCESS_TOKEN, &tokens.access_token)),
        refresh_token: tokens
            .refresh_token
            .as_ref()
            .map(|token| seal(SLACK_REFRESH_TOKEN, token)),
        team_name: clip(&one_line(&team.name), 100),
        team_id: team.id,
        enterprise_id: granted.enterprise.map(|organisation| organisation.id),
        app_id: granted.app_id,
        bot_user_id: granted.bot_user_id,
        scopes: granted.scopes,
        state: InstallationState::Active,
        expires_at: life.map(|life| now + life),
        // Begins higher than an earlier installation can have counted.
        generation: now.timestamp_micros(),
        installed_by: by.clone(),
        installed_at: now,
        failures: 0,
        next_try_at: None,
        problem: None,
        updated_at: now,
    })
}
