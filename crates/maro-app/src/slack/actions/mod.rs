//! Buttons on cards: one file per button. A button carries ids, never permission: every click is
//! checked again against what is stored.

mod approve;
mod decide;
mod discard;
mod edit;
mod finding;
mod link;
mod locked_out;
mod view_full;

pub(super) use approve::approve;
pub(super) use decide::{
    IT_EXISTS, ask_for_key, decide, it_exists_form, it_exists_key, submit_it_exists,
};
pub(super) use discard::discard;
pub(super) use edit::edit;
pub(super) use finding::decide_finding;
pub(super) use link::{LinkValue, link};
pub(super) use locked_out::refuse_locked_out;
pub(super) use view_full::view_full;

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_core::ids::DraftId;
use maro_slack::payloads::BlockActions;
use maro_store::drafts;
use serde::{Deserialize, Serialize};

use super::answers::{AnswerTo, answer};
use crate::App;
use crate::audit::record_alone;
use crate::cause::Cause;
use crate::inbound::HandleError;

/// What the buttons of a preview carry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::slack) struct DraftValue {
    pub(in crate::slack) draft: DraftId,
    pub(in crate::slack) nonce: String,
    pub(in crate::slack) hash: String,
}

/// Who clicked.
fn clicker(click: &BlockActions) -> Actor {
    Actor::Slack {
        team: click.team_id().to_owned(),
        user: click.user.id.clone(),
    }
}

/// Where the answer to a click goes.
fn answer_to(click: &BlockActions) -> AnswerTo {
    let team = click.team_id().to_owned();
    match &click.response_url {
        Some(url) => AnswerTo::Url {
            team,
            response_url: url.as_str().to_owned(),
        },
        None => AnswerTo::Person {
            team,
            channel: click.channel_id().unwrap_or_default().to_owned(),
            user: click.user.id.clone(),
            thread_ts: click.thread_ts().map(str::to_owned),
        },
    }
}

/// Tells the person who clicked, and nobody else.
async fn tell(
    app: &App,
    click: &BlockActions,
    text: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    Ok(answer(app, &answer_to(click), text, cause).await?)
}

/// A value that Maro never put into a button: refused, told, audited.
async fn forged(app: &App, click: &BlockActions, cause: &Cause) -> Result<(), HandleError> {
    let action = &click.action().action_id;
    let details =
        serde_json::json!({ "action": action, "reason": "the button's value is not Maro's" });
    record_alone(app, &clicker(click), "click.refused", action, details).await?;
    tell(
        app,
        click,
        "This button is not valid. Nothing was done.",
        cause,
    )
    .await
}

/// The draft that a button names, when the button carries the draft's own word and the click comes
/// from the draft's workspace.
async fn draft_of(
    app: &App,
    click: &BlockActions,
    value: &str,
) -> Result<Option<(Draft, DraftValue)>, HandleError> {
    let Ok(value) = serde_json::from_str::<DraftValue>(value) else {
        return Ok(None);
    };
    let draft = drafts::find(app.store(), value.draft).await?;
    Ok(draft
        .filter(|draft| draft.nonce == value.nonce)
        .filter(|draft| draft.session.is_in(click.team_id()))
        .map(|draft| (draft, value)))
}
