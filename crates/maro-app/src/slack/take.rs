//! Taking a delivery of Slack's, by whichever way it came: parse, store, and what goes back at once.
//!
//! The doors for HTTP check the signature before they come here; over a socket there is none, since
//! we opened the connection. What the delivery means is decided later, by a worker.
//!
//! **Invariant:** what is returned as taken is durable, unless nothing happened that is worth
//! keeping (a check of the address, a menu's options, a form with mistakes).

use std::collections::BTreeMap;
use std::time::Duration;

use maro_core::inbox::InboxKind;
use maro_slack::payloads::{
    CommandDelivery, Delivery, EventEnvelope, Interaction, PayloadError, SlashCommand, Suggestion,
    SuggestionAnswer, ViewAnswer, ViewSubmission,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::command::answer_at_once;
use super::options::options;
use super::submission::check_submission;
use crate::App;
use crate::inbound::{Incoming, accept};

/// Slack waits three seconds; an honest answer must leave before.
const DEADLINE: Duration = Duration::from_millis(2500);

const COMMAND_NOT_SAVED: &str =
    "Maro could not save this in time. Nothing was sent to Jira. Please try again.";
const FORM_NOT_SAVED: &str =
    "Maro could not save this in time. Nothing was sent to Jira. Please submit it again.";

/// A delivery whose sender is known.
#[derive(Debug)]
pub struct Arrived {
    /// The body of the request, or the payload of the envelope.
    pub body: String,
    /// When it arrived.
    pub at: Instant,
}

/// What goes back in the acknowledgement; `None` for an empty one.
pub type Answer = Option<Value>;

/// A delivery that must not be acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is none.
    #[error("it cannot be read: {0}")]
    Malformed(#[from] PayloadError),
    /// It is not durable in time. Slack delivers it again, or tells the person.
    #[error("it was not stored in time")]
    NotStored,
}

/// Takes a slash command. What needs neither Jira nor the database is answered at once.
pub async fn take_command(app: &App, arrived: Arrived) -> Result<Answer, NotTaken> {
    let parsed = SlashCommand::parse(arrived.body.as_bytes())?;
    let CommandDelivery::Command(command) = parsed else {
        return Ok(None);
    };
    let Some(id) = Delivery::Command(&command).id() else {
        return Ok(None);
    };
    let answer = answer_at_once(&command);
    let kept = keep(app, arrived, id, InboxKind::SlackCommand, answer.is_some());
    Ok(match kept.await {
        Ok(()) => answer.as_deref().map(ephemeral),
        Err(_) => Some(ephemeral(COMMAND_NOT_SAVED)),
    })
}

/// Takes an event. A repetition is taken like the first: it may be the only one that arrived.
pub async fn take_event(app: &App, arrived: Arrived) -> Result<Answer, NotTaken> {
    let envelope = EventEnvelope::parse(arrived.body.as_bytes())?;
    if let EventEnvelope::UrlVerification { challenge } = &envelope {
        return Ok(Some(json!({ "challenge": challenge })));
    }
    if let Some(id) = Delivery::Event(&envelope).id() {
        keep(app, arrived, id, InboxKind::SlackEvent, false).await?;
    }
    Ok(None)
}

/// Takes a click, a shortcut or a form. A form with mistakes is answered and not stored.
pub async fn take_interaction(app: &App, arrived: Arrived) -> Result<Answer, NotTaken> {
    let interaction = Interaction::parse(arrived.body.as_bytes())?;
    if let Interaction::Suggestion(suggestion) = &interaction {
        return Ok(Some(suggestions(app, suggestion, arrived.at).await));
    }
    let mistakes = check_submission(&interaction);
    if !mistakes.is_empty() {
        return Ok(Some(form_errors(mistakes)));
    }
    let Some(id) = Delivery::Interaction(&interaction).id() else {
        return Ok(None);
    };
    match keep(app, arrived, id, InboxKind::SlackInteraction, false).await {
        Ok(()) => Ok(None),
        Err(err) => not_saved(&interaction).map(Some).ok_or(err),
    }
}

/// Answers a menu that asks for its options; it is never stored.
pub async fn take_options(app: &App, arrived: Arrived) -> Result<Answer, NotTaken> {
    match Interaction::parse(arrived.body.as_bytes())? {
        Interaction::Suggestion(suggestion) => {
            Ok(Some(suggestions(app, &suggestion, arrived.at).await))
        }
        _ => Err(NotTaken::Malformed(PayloadError {
            field: "payload.type".into(),
            reason: "Only block_suggestion is answered here.".into(),
        })),
    }
}

/// A menu without options is better than one that hangs.
async fn suggestions(app: &App, suggestion: &Suggestion, arrived: Instant) -> Value {
    let found = tokio::time::timeout_at(arrived + DEADLINE, options(app, suggestion)).await;
    json!(SuggestionAnswer::new(found.unwrap_or_default()))
}

/// Makes a delivery durable under its own id.
async fn keep(
    app: &App,
    arrived: Arrived,
    id: String,
    kind: InboxKind,
    is_answered: bool,
) -> Result<(), NotTaken> {
    let stored = accept(
        app,
        Incoming {
            id,
            kind,
            payload: arrived.body,
            is_answered,
        },
    );
    match tokio::time::timeout_at(arrived.at + DEADLINE, stored).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(err)) => {
            let error: &(dyn std::error::Error + 'static) = &err;
            tracing::error!(error, kind = kind.as_str(), "a delivery was not stored");
            Err(NotTaken::NotStored)
        }
        Err(_) => {
            tracing::error!(kind = kind.as_str(), "a delivery was not stored in time");
            Err(NotTaken::NotStored)
        }
    }
}

fn ephemeral(text: &str) -> Value {
    json!({ "response_type": "ephemeral", "text": text })
}

fn form_errors(errors: BTreeMap<String, String>) -> Value {
    json!(ViewAnswer::errors(errors))
}

/// A form keeps what was typed and says so; everything else is an error that Slack shows.
fn not_saved(interaction: &Interaction) -> Option<Value> {
    let Interaction::ViewSubmission(submission) = interaction else {
        return None;
    };
    let block = first_block(submission)?;
    Some(form_errors(BTreeMap::from([(
        block,
        FORM_NOT_SAVED.to_owned(),
    )])))
}

fn first_block(submission: &ViewSubmission) -> Option<String> {
    let values = &submission.view.state.values;
    values
        .get_key_value("title")
        .or_else(|| values.first_key_value())
        .map(|(block, _)| block.clone())
}
