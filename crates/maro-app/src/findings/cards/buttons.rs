//! What people can do on the card of a defect. Buttons carry ids only; each click is checked again.

use chrono::TimeDelta;
use maro_core::findings::tickets::LinkState;
use maro_core::findings::{CardSubject, Defect, DefectStatus};
use maro_core::ids::DefectId;
use maro_slack::blocks::{Actions, Block, Button, Choice, Confirm, StaticSelect, UsersSelect};
use maro_store::finding_links::FindingLink;

use super::Look;
use super::render::open;
use crate::App;

/// How long a defect can be kept quiet from Slack: value, words, time.
const SNOOZES: [(&str, &str, TimeDelta); 3] = [
    ("1h", "Snooze for 1 hour", TimeDelta::hours(1)),
    ("1d", "Snooze for 1 day", TimeDelta::days(1)),
    ("1w", "Snooze for 1 week", TimeDelta::weeks(1)),
];
const WAKE: (&str, &str) = ("off", "Tell it again");
const BLOCK: &str = "finding:";

/// What somebody asks for in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snooze {
    /// Quiet for so long.
    For(TimeDelta),
    /// Not quiet any more.
    Wake,
}

/// Something that people can do on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FindingButton {
    /// "Somebody has looked at it."
    Acknowledge,
    /// "I take care of it."
    Take,
    /// "Somebody takes care of it."
    Assign,
    /// "Not now."
    Snooze,
    /// "Jira should know."
    Ticket,
}

impl FindingButton {
    const ALL: [Self; 5] = [
        Self::Acknowledge,
        Self::Take,
        Self::Assign,
        Self::Snooze,
        Self::Ticket,
    ];

    fn action_id(self) -> &'static str {
        match self {
            Self::Acknowledge => "finding_acknowledge",
            Self::Take => "finding_take",
            Self::Assign => "finding_assign",
            Self::Snooze => "finding_snooze",
            Self::Ticket => "finding_ticket",
        }
    }

    /// The button with this action id.
    pub(crate) fn parse(action_id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|button| button.action_id() == action_id)
    }

    /// What an option of the menu asks for.
    pub(crate) fn snooze(chosen: &str) -> Option<Snooze> {
        if chosen == WAKE.0 {
            return Some(Snooze::Wake);
        }
        let known = SNOOZES.into_iter().find(|(value, ..)| *value == chosen);
        known.map(|(_, _, time)| Snooze::For(time))
    }
}

/// The defect that a row of buttons is about.
pub(crate) fn finding_of_block(block_id: &str) -> Option<DefectId> {
    block_id.strip_prefix(BLOCK)?.parse().ok()
}

/// The buttons of a defect. What is settled can only be opened.
pub(super) fn of_defect(app: &App, defect: &Defect, ticket: Option<&FindingLink>) -> Option<Block> {
    let subject = CardSubject::Defect(defect.id);
    let open = open(app, &subject, Look::App);
    if !defect.status.is_open() {
        return open.map(|open| Actions::new(open).into());
    }
    let take = Button::new(FindingButton::Take.action_id(), "Take it");
    let mut actions = if defect.status == DefectStatus::Open {
        let acknowledge = FindingButton::Acknowledge.action_id();
        let acknowledge = Button::new(acknowledge, "Acknowledge").primary();
        Actions::new(acknowledge).and(take)
    } else {
        Actions::new(take)
    };
    if !ticket.is_some_and(|ticket| ticket.state != LinkState::Unlinked) {
        actions = actions.and(create_ticket());
    }
    let assign = UsersSelect::new(FindingButton::Assign.action_id(), "Assign to…");
    actions = actions
        .and(assign)
        .and(snooze(defect.is_snoozed(app.now())));
    if let Some(open) = open {
        actions = actions.and(open);
    }
    Some(
        actions
            .with_block_id(&format!("{BLOCK}{}", defect.id))
            .into(),
    )
}

fn create_ticket() -> Button {
    let text = "Maro makes it of what is known of this finding.";
    let confirm = Confirm::new("Create a Jira ticket?", text, "Create").with_deny("Not now");
    Button::new(FindingButton::Ticket.action_id(), "Create ticket").with_confirm(confirm)
}

fn snooze(is_snoozed: bool) -> StaticSelect {
    let snoozes = SNOOZES.iter().map(|(value, words, _)| (*value, *words));
    let wake = is_snoozed.then_some(WAKE);
    let options = snoozes
        .chain(wake)
        .map(|(value, words)| Choice::new(value, words));
    StaticSelect::new(FindingButton::Snooze.action_id(), options).with_placeholder("Snooze…")
}
