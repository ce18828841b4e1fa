//! Answers that only the person who acted sees, queued in the transaction that settles the delivery.

use maro_core::outbox::Message;
use maro_store::StoreError;
use serde_json::Value;

use crate::App;
use crate::cause::Cause;
use crate::{clock, messages};

/// Where an answer goes.
#[derive(Debug, Clone)]
pub(super) enum AnswerTo {
    /// To a command or click.
    Url { team: String, response_url: String },
    /// To a form or mention, which have no address of their own.
    Person {
        team: String,
        channel: String,
        user: String,
        thread_ts: Option<String>,
    },
}

/// Queues an answer and settles the delivery, unless a use case did so before.
pub(super) async fn answer(
    app: &App,
    to: &AnswerTo,
    text: &str,
    cause: &Cause,
) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    match to {
        AnswerTo::Url { team, response_url } => {
            messages::answer(app, &tx, team, response_url, text).await?;
        }
        AnswerTo::Person {
            team,
            channel,
            user,
            thread_ts,
        } => {
            let message = Message::SlackEphemeral {
                channel: channel.clone(),
                user: user.clone(),
                thread_ts: thread_ts.clone(),
                text: text.to_owned(),
                blocks: Value::Array(Vec::new()),
            };
            let subject = format!("answer:{}", clock::new_id());
            messages::queue(app, &tx, team, subject, message).await?;
        }
    }
    if !cause.is_settled() && !cause.settle(&tx).await? {
        return Ok(());
    }
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(())
}
