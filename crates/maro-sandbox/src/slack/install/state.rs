//! What people were asked, what they answered, and where the app is installed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    app::App,
    tokens::{Installation, Issued},
    webhooks::Webhook,
};
use crate::{
    ids,
    options::SandboxOptions,
    slack::{
        error::SlackError,
        team::{MAIN, TEAMS, Team},
    },
};

/// How long a code can be exchanged.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// The scope that asks for a channel.
const WEBHOOK_SCOPE: &str = "incoming-webhook";

/// What an app asked a person for.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) redirect_uri: String,
    /// Whether the app named the address, and so must name it again.
    pub(super) named: bool,
    pub(super) state: Option<String>,
    pub(super) scopes: BTreeSet<String>,
    pub(super) user_scopes: BTreeSet<String>,
    /// The workspace that the app asked for.
    pub(super) team: Option<String>,
}

impl Wish {
    /// Whether a person must choose a channel.
    pub(super) fn needs_channel(&self) -> bool {
        self.scopes.contains(WEBHOOK_SCOPE)
    }
}

/// A person's answer.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    pub(super) wish: Wish,
    pub(super) team: &'static Team,
    pub(super) user: String,
    /// Id and name of the channel that an incoming webhook leads to, if one was asked for.
    pub(super) channel: Option<(String, String)>,
    issued: DateTime<Utc>,
    used: bool,
}

/// How often tokens were asked for.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Counts {
    pub(super) exchanged: u64,
    pub(super) refreshed: u64,
    pub(super) refused: u64,
}

/// The app and where it is installed.
#[derive(Debug)]
pub(crate) struct InstallState {
    pub(super) app: App,
    pub(super) counts: Counts,
    asked: BTreeMap<String, Wish>,
    codes: BTreeMap<String, Granted>,
    installations: BTreeMap<&'static str, Installation>,
    pub(super) webhooks: Vec<Webhook>,
}

impl InstallState {
    /// The app is in the main workspace and nowhere else.
    pub(crate) fn new(options: &SandboxOptions) -> Self {
        let by_hand = Installation::by_hand("U0AMIRA", &options.slack_bot_token);
        Self {
            app: App::default(),
            counts: Counts::default(),
            asked: BTreeMap::new(),
            codes: BTreeMap::new(),
            installations: BTreeMap::from([(MAIN.id, by_hand)]),
            webhooks: vec![Webhook::first()],
        }
    }

    /// Remembers a question until it is answered.
    pub(super) fn ask(&mut self, wish: Wish) -> String {
        let request = ids::token(32);
        self.asked.insert(request.clone(), wish);
        request
    }

    /// Takes a question, once.
    pub(super) fn asked(&mut self, request: &str) -> Option<Wish> {
        self.asked.remove(request)
    }

    /// Gives a code for an answer.
    pub(super) fn code(
        &mut self,
        wish: Wish,
        place: (&'static Team, Option<(String, String)>),
        user: String,
        now: DateTime<Utc>,
    ) -> String {
        let code = format!(
            "{}.{}.{}",
            rand::random::<u32>(),
            rand::random::<u32>(),
            ids::hex(64)
        );
        let (team, channel) = place;
        let granted = Granted {
            wish,
            team,
            user,
            channel,
            issued: now,
            used: false,
        };
        self.codes.insert(code.clone(), granted);
        code
    }

    /// Takes a code, once.
    pub(super) fn take(
        &mut self,
        code: &str,
        redirect_uri: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Granted, SlackError> {
        let granted = self.codes.get_mut(code);
        let granted = granted.ok_or(SlackError::new("invalid_code"))?;
        if granted.used {
            return Err(SlackError::new("code_already_used"));
        }
        if now - granted.issued >= CODE_LIFE {
            return Err(SlackError::new("invalid_code"));
        }
        let same = match redirect_uri {
            Some(uri) => uri == granted.wish.redirect_uri,
            None => !granted.wish.named,
        };
        if !same {
            return Err(SlackError::new("bad_redirect_uri"));
        }
        granted.used = true;
        Ok(granted.clone())
    }

    /// Installs the app: scopes add up, and tokens come as the app is set up.
    pub(super) fn install(
        &mut self,
        team: &'static Team,
        by: &str,
        scopes: &BTreeSet<String>,
        now: DateTime<Utc>,
    ) -> Issued {
        let rotation = self.app.token_rotation.then_some(self.app.token_seconds);
        let installation = self
            .installations
            .entry(team.id)
            .or_insert_with(|| Installation::new(by));
        installation.take_in(by, scopes);
        match rotation {
            Some(seconds) => installation.issue_rotating(seconds, now),
            None => installation.issue_lasting(),
        }
    }

    /// The installation in a workspace, unless it was removed.
    pub(super) fn in_team(&mut self, team: &str) -> Option<&mut Installation> {
        let found = self.installations.get_mut(team);
        found.filter(|installation| installation.active)
    }

    /// Whether the app is installed in a workspace.
    pub(crate) fn is_in(&self, team: &str) -> bool {
        let found = self.installations.get(team);
        found.is_some_and(|installation| installation.active)
    }

    /// The workspace and the scopes that a bot token is good for; `None` is whatever the settings say.
    pub(crate) fn good_for(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(&'static Team, Option<Vec<String>>), SlackError> {
        for team in TEAMS {
            let Some(installation) = self.installations.get(team.id) else {
                continue;
            };
            match installation.accepts(token, now) {
                None => {}
                Some(Err(reason)) => return Err(SlackError::new(reason)),
                Some(Ok(())) => {
                    let scopes = installation.scopes.as_ref();
                    let scopes = scopes.map(|all| all.iter().cloned().collect());
                    return Ok((team, scopes));
                }
            }
        }
        Err(SlackError::new("invalid_auth"))
    }

    /// Replaces a refresh token.
    pub(super) fn refresh(
        &mut self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(&'static Team, Issued), SlackError> {
        let seconds = self.app.token_seconds;
        let owner = TEAMS.iter().find_map(|team| {
            let installation = self.installations.get(team.id)?;
            Some((*team, installation.refreshes(token)?))
        });
        let Some((team, true)) = owner else {
            return Err(SlackError::new("invalid_refresh_token"));
        };
        self.counts.refreshed += 1;
        let installation = self.in_team(team.id);
        let installation = installation.ok_or(SlackError::new("invalid_refresh_token"))?;
        Ok((team, installation.issue_rotating(seconds, now)))
    }

    /// Replaces a token that lasts by a pair that rotates.
    pub(super) fn exchange(
        &mut self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(&'static Team, Issued), SlackError> {
        let seconds = self.app.token_seconds;
        if !self.app.token_rotation {
            return Err(SlackError::new("token_rotation_not_enabled"));
        }
        for team in TEAMS {
            let Some(installation) = self.in_team(team.id) else {
                continue;
            };
            match (installation.lasts(token), installation.accepts(token, now)) {
                (Some(true), Some(Ok(()))) => {
                    installation.end(token, "token_revoked");
                    return Ok((team, installation.issue_rotating(seconds, now)));
                }
                (Some(true), _) => return Err(SlackError::new("token_already_exchanged")),
                _ => {}
            }
        }
        Err(SlackError::new("invalid_token"))
    }

    /// The app and its installations; no token is in it.
    pub(super) fn shown(&self, redirect_urls: &[String], now: DateTime<Utc>) -> Value {
        let installations: serde_json::Map<String, Value> = self
            .installations
            .iter()
            .map(|(team, one)| {
                let shown = json!({
                    "active": one.active, "by": one.by, "scopes": one.scopes,
                    "good_tokens": one.good(now), "expires": one.expires(),
                });
                ((*team).to_owned(), shown)
            })
            .collect();
        json!({
            "app": self.app, "redirect_urls": redirect_urls, "installations": installations,
            "token_requests": self.counts,
        })
    }
}
