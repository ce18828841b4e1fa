//! The buttons on the card of a finding: acknowledge, take, snooze.
//!
//! Whoever sees the card may press them: they decide what Maro tells, and nothing in Jira. The click
//! must come from a card that Maro posted for that finding, in the channel where it is.

use maro_core::findings::{CardSubject, DefectStatus};
use maro_core::ids::DefectId;
use maro_slack::payloads::BlockActions;
use maro_store::{StoreError, finding_cards};

use super::{clicker, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::findings::cards::{FindingButton, finding_of_block};
use crate::findings::{DefectDecision, decide_defect};
use crate::inbound::HandleError;

const NOT_KEPT: &str = "This finding is not kept any more. Nothing was changed.";

pub(in crate::slack) async fn decide_finding(
    app: &App,
    click: &BlockActions,
    button: FindingButton,
    cause: &Cause,
) -> Result<(), HandleError> {
    let defect = finding_of_block(&click.action().block_id);
    let (Some(id), Some(decision)) = (defect, decision(app, click, button)) else {
        return forged(app, click, cause).await;
    };
    if !is_on_its_card(app, click, id).await? {
        return forged(app, click, cause).await;
    }
    match decide_defect(app, id, &decision, &clicker(click), cause).await? {
        Some(_) => Ok(()),
        None => tell(app, click, NOT_KEPT, cause).await,
    }
}

fn decision(app: &App, click: &BlockActions, button: FindingButton) -> Option<DefectDecision> {
    Some(match button {
        FindingButton::Acknowledge => DefectDecision::Status {
            status: DefectStatus::Acknowledged,
            note: "In Slack.".to_owned(),
        },
        FindingButton::Take => DefectDecision::Assign(Some(clicker(click))),
        FindingButton::Snooze => {
            let time = FindingButton::snooze(click.action().chosen()?)?;
            DefectDecision::Snooze(time.map(|time| app.now() + time))
        }
    })
}

/// Whether the message that was clicked is a card of this defect.
async fn is_on_its_card(
    app: &App,
    click: &BlockActions,
    defect: DefectId,
) -> Result<bool, StoreError> {
    let clicked = click.channel_id().zip(click.message_ts());
    let cards = finding_cards::of_subject(app.store(), &CardSubject::Defect(defect)).await?;
    let mut posted = cards.into_iter().filter_map(|card| card.posted);
    Ok(posted.any(|(channel, ts)| clicked == Some((channel.as_str(), ts.as_str()))))
}
