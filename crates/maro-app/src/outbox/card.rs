//! Showing the card of a finding: posted when Slack does not have it yet, edited when it does.
//!
//! What it shows is read now, so a card that waited shows what is true and not what was.

use maro_core::ids::CardId;
use maro_core::outbox::OutboxMessage;
use maro_slack::api::{Posted, UpdateMessage};
use maro_slack::{SlackClient, SlackError};
use maro_store::{StoreError, finding_cards};

use super::send::{Outcome, as_stored, delivered, post};
use crate::App;
use crate::findings::cards::{Look, render};

const FORGOTTEN: &str = "Somebody deleted this card in Slack. The next news makes a new one.";
const NOT_KEPT: &str = "What this card is about is not kept any more.";
/// Slack's word for a message that is not there.
const DELETED: &str = "message_not_found";

/// Shows a card as things are now.
pub(super) async fn show(
    app: &App,
    slack: &SlackClient,
    row: &OutboxMessage,
    (id, channel): (CardId, &str),
) -> Result<Outcome, StoreError> {
    let Some(card) = finding_cards::find(app.store(), id).await? else {
        return Ok(Outcome::Impossible(FORGOTTEN.into()));
    };
    let Some(shown) = render(app, app.store(), &card.subject, Look::App).await? else {
        return Ok(Outcome::Impossible(NOT_KEPT.into()));
    };
    let message = as_stored(&shown.text, &shown.blocks);
    Ok(match card.posted {
        None => match post(slack, row, channel, None, message).await {
            Ok(posted) => Outcome::Card(id, posted),
            Err(err) => Outcome::Slack(err),
        },
        Some((channel, ts)) => {
            let change = UpdateMessage::new(Posted { channel, ts }, message);
            edited(id, slack.update_message(&change).await.map(drop))
        }
    })
}

/// A card that people deleted is forgotten; another would be there at once if it were posted now.
fn edited(id: CardId, result: Result<(), SlackError>) -> Outcome {
    match result {
        Err(SlackError::Api { error, .. }) if error == DELETED => {
            Outcome::CardGone(id, FORGOTTEN.into())
        }
        result => delivered(result),
    }
}
