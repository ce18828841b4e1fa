//! Trigger ids and response URLs: short-lived permissions that come with an act.

use chrono::{DateTime, TimeDelta, Utc};

use super::error::SlackError;

/// How long a trigger id opens a view.
const TRIGGER_LIFETIME: TimeDelta = TimeDelta::seconds(3);
/// How long a response URL works.
const RESPONSE_URL_LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// How often a response URL works.
const RESPONSE_URL_USES: u32 = 5;

/// The permission to open one view for one user.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) user: String,
    /// The view that it came from; pushing needs one.
    pub(crate) view: Option<String>,
    created: DateTime<Utc>,
    used: bool,
}

impl Trigger {
    /// A fresh trigger.
    pub(crate) fn new(user: &str, view: Option<String>, now: DateTime<Utc>) -> Self {
        Self {
            user: user.to_owned(),
            view,
            created: now,
            used: false,
        }
    }

    /// Checks it without using it up: a refused view leaves the trigger as it was.
    pub(crate) fn check(&self, now: DateTime<Utc>) -> Result<(), SlackError> {
        if self.used {
            return Err(SlackError::new("exchanged_trigger_id"));
        }
        if now - self.created > TRIGGER_LIFETIME {
            return Err(SlackError::new("expired_trigger_id"));
        }
        Ok(())
    }

    /// Uses it up.
    pub(crate) fn exchange(&mut self) {
        self.used = true;
    }
}

/// Where an answer to an act may be sent, and what it may change.
#[derive(Clone, Debug)]
pub(crate) struct ResponseUrl {
    pub(crate) user: String,
    pub(crate) channel: String,
    /// The message that the act was on, if it may be replaced.
    pub(crate) source: Option<String>,
    pub(crate) source_ephemeral: bool,
    created: DateTime<Utc>,
    uses: u32,
}

impl ResponseUrl {
    /// A fresh response URL.
    pub(crate) fn new(user: &str, channel: &str, now: DateTime<Utc>) -> Self {
        Self {
            user: user.to_owned(),
            channel: channel.to_owned(),
            source: None,
            source_ephemeral: false,
            created: now,
            uses: 0,
        }
    }

    /// Names the message that may be replaced.
    pub(crate) fn on(mut self, ts: &str, ephemeral: bool) -> Self {
        self.source = Some(ts.to_owned());
        self.source_ephemeral = ephemeral;
        self
    }

    /// Uses it once.
    pub(crate) fn take(&mut self, now: DateTime<Utc>) -> Result<(), &'static str> {
        if now - self.created > RESPONSE_URL_LIFETIME {
            return Err("expired_url");
        }
        if self.uses >= RESPONSE_URL_USES {
            return Err("used_url");
        }
        self.uses += 1;
        Ok(())
    }
}
