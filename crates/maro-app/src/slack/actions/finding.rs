//! The buttons on the card of a finding: acknowledge, take, assign, snooze, create a ticket.
//!
//! Whoever sees the card may press them: they decide what Maro tells, and nothing in Jira. For a ticket
//! the policy for approvals is asked. The click
//! must come from a card that Maro posted for that finding, in the channel where it is.

use maro_core::actor::Actor;
use maro_core::findings::{CardSubject, DefectStatus};
use maro_core::ids::DefectId;
use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::BlockActions;
use maro_store::{StoreError, finding_cards};

use super::{clicker, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::findings::cards::{FindingButton, Snooze, finding_of_block};
use crate::findings::tickets::{self, TicketError};
use crate::findings::{DefectDecision, decide_defect};
use crate::inbound::HandleError;
use crate::people::identify;

const HAS_TICKET: &str = "This finding has a ticket already, or one is on its way.";
const NOT_KEPT: &str = "This finding is not kept any more. Nothing was changed.";

pub(in crate::slack) async fn decide_finding(
    app: &App,
    click: &BlockActions,
    button: FindingButton,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Some(id) = finding_of_block(&click.action().block_id) else {
        return forged(app, click, cause).await;
    };
    if !is_on_its_card(app, click, id).await? {
        return forged(app, click, cause).await;
    }
    if button == FindingButton::Ticket {
        return ask_for_ticket(app, click, id, cause).await;
    }
    let Some(decision) = decision(app, click, button) else {
        return forged(app, click, cause).await;
    };
    match decide_defect(app, id, &decision, &clicker(click), cause).await? {
        Some(_) => Ok(()),
        None => tell(app, click, NOT_KEPT, cause).await,
    }
}

/// A ticket is wanted, by the policy for what is written to Jira. A second click finds the first one's.
async fn ask_for_ticket(
    app: &App,
    click: &BlockActions,
    defect: DefectId,
    cause: &Cause,
) -> Result<(), HandleError> {
    let by = identify(app, &clicker(click)).await?;
    match tickets::ask(app, defect, None, &by).await {
        Ok(asked) if asked.is_new => Ok(()),
        Ok(_) => tell(app, click, HAS_TICKET, cause).await,
        Err(TicketError::Store(err)) => Err(err.into()),
        Err(refusal) => tell(app, click, &from_user(&refusal.to_string()), cause).await,
    }
}

fn decision(app: &App, click: &BlockActions, button: FindingButton) -> Option<DefectDecision> {
    Some(match button {
        FindingButton::Acknowledge => DefectDecision::Status {
            status: DefectStatus::Acknowledged,
            note: "In Slack.".to_owned(),
        },
        FindingButton::Take => DefectDecision::Assign(Some(clicker(click))),
        FindingButton::Assign => DefectDecision::Assign(Some(Actor::Slack {
            team: click.team_id().to_owned(),
            user: click.action().selected_user.clone()?,
        })),
        FindingButton::Snooze => {
            DefectDecision::Snooze(match FindingButton::snooze(click.action().chosen()?)? {
                Snooze::For(time) => Some(app.now() + time),
                Snooze::Wake => None,
            })
        }
        FindingButton::Ticket => return None,
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
