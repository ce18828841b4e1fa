//! Incoming webhooks as they are given out with an installation.

use subtle::ConstantTimeEq;

use super::state::InstallState;
use crate::{
    ids,
    slack::team::{MAIN, Team},
};

/// The path of the webhook that exists at the start, below `/slack/services/`.
pub(crate) const FIRST: [&str; 3] = ["T0SANDBOX", "B0WEBHOOK", "sandboxWebhookSecret0000"];

/// An address that puts messages into one channel.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    team: &'static str,
    pub(crate) id: String,
    secret: String,
    pub(crate) channel: String,
}

impl Webhook {
    /// The one that exists at the start.
    pub(super) fn first() -> Self {
        let [_, id, secret] = FIRST;
        Self {
            team: MAIN.id,
            id: id.to_owned(),
            secret: secret.to_owned(),
            channel: "C0PAYMENTS".to_owned(),
        }
    }

    /// Whether the last part of the address is right.
    pub(crate) fn is(&self, secret: &str) -> bool {
        self.secret.as_bytes().ct_eq(secret.as_bytes()).into()
    }

    /// The path below `/slack/services/`.
    pub(super) fn path(&self) -> String {
        format!("{}/{}/{}", self.team, self.id, self.secret)
    }
}

impl InstallState {
    /// Gives out another webhook.
    pub(super) fn new_webhook(&mut self, team: &Team, channel: &str) -> Webhook {
        let webhook = Webhook {
            team: team.id,
            id: format!("B{}", ids::upper(10)),
            secret: ids::hex(24),
            channel: channel.to_owned(),
        };
        self.webhooks.push(webhook.clone());
        webhook
    }

    /// Finds a webhook of a workspace that still has the app.
    pub(crate) fn webhook(&self, team: &str, id: &str) -> Option<&Webhook> {
        let mut all = self.webhooks.iter();
        let found = all.find(|one| one.team == team && one.id == id)?;
        self.is_in(team).then_some(found)
    }

    /// Takes back what a workspace gave out.
    pub(super) fn forget_webhooks(&mut self, team: &Team) {
        self.webhooks.retain(|one| one.team != team.id);
    }
}
