//! A test notification: by the way that a rule's messages take, to the place that it names.

use maro_core::actor::Actor;
use maro_core::findings::Place;
use maro_core::outbox::{Message, Thread};
use maro_core::rules::Rule;
use serde_json::{Value, json};

use super::RuleError;
use super::place::place;
use crate::audit::record;
use crate::messages::queue;
use crate::{App, clock};

/// What became of a test notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriedOut {
    /// It is in the outbox, which says how it goes on.
    Queued(String),
    /// It has no way to go.
    NoWay(&'static str),
}

/// Sends a test notification of a rule.
pub async fn try_out(app: &App, name: &str, by: &Actor) -> Result<TriedOut, RuleError> {
    let stored = super::one(app, name).await?.ok_or(RuleError::NotFound)?;
    let Some(notify) = &stored.rule.notify else {
        return Ok(TriedOut::NoWay("The rule tells nobody."));
    };
    let place = match place(app, &notify.to) {
        Ok(place) => place,
        Err(why) => return Ok(TriedOut::NoWay(why)),
    };
    let (team, message) = message(&stored.rule, &place);
    let tx = app.store().begin().await?;
    let subject = format!("rule-test:{}", clock::new_id());
    queue(app, &tx, &team, subject, message).await?;
    let about = format!("rule:{name}");
    let details = json!({ "place": place.to_string() });
    record(app, &tx, by, "rule.tried_out", &about, details).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(TriedOut::Queued(notify.to.to_string()))
}

fn message(rule: &Rule, place: &Place) -> (String, Message) {
    // The name of a rule has letters, digits and hyphens only.
    let text = format!(
        "This is a test of the rule {}. What it finds is told here.",
        rule.name
    );
    let blocks = Value::Array(Vec::new());
    match place {
        Place::Webhook => (String::new(), Message::SlackWebhook { text, blocks }),
        Place::Channel { team, channel } => {
            let message = Message::SlackPost {
                channel: channel.clone(),
                thread: Thread::Channel,
                text,
                blocks,
                preview_of: None,
            };
            (team.clone(), message)
        }
    }
}
