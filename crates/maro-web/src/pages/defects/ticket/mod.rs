//! The Jira ticket on a defect's page: where it stands, what stands in its way, and what an approver
//! can do about it.

mod create;
mod link;
mod replay;
mod unlink;

pub(in crate::pages) use create::create;
pub(in crate::pages) use link::link;
pub(in crate::pages) use replay::replay;
pub(in crate::pages) use unlink::unlink;

use maro_app::App;
use maro_app::findings::tickets::TicketError;
use maro_app::model::{DefectId, FindingLink, LinkState};
use maro_core::findings::tickets::session_of;

use super::path;
use crate::pages::parts::{Markup, badge};
use crate::pages::words::Names;
use crate::pages::{Flash, PageError, Told, sessions, told};

/// Tickets of the past that are listed.
const PAST: usize = 5;

/// The part of the page.
#[derive(Default)]
pub(in crate::pages) struct TicketCard {
    pub(super) badge: Markup,
    /// What is said of it, a sentence each.
    pub(super) lines: Vec<String>,
    /// The fields that stand in the way: name and sentence.
    pub(super) problems: Vec<(String, String)>,
    /// What the ledger did for it.
    pub(super) session: Option<String>,
    pub(super) past: Vec<Markup>,
    /// The word on the button that creates; absent where there is a ticket.
    pub(super) create: Option<&'static str>,
    pub(super) can_link: bool,
    pub(super) can_replay: bool,
    pub(super) can_unlink: bool,
}

/// Reads the part of the page.
pub(super) async fn card(
    app: &App,
    names: &mut Names,
    links: &[FindingLink],
) -> Result<TicketCard, PageError> {
    let by = match links.first() {
        Some(link) => names.of(app, &link.wanted_by).await?,
        None => String::new(),
    };
    Ok(card_of(links, &by))
}

fn card_of(links: &[FindingLink], by: &str) -> TicketCard {
    let Some(link) = links.first() else {
        return TicketCard {
            badge: badge("calm", "off", "No ticket"),
            create: Some("Create Jira ticket"),
            can_link: true,
            ..TicketCard::default()
        };
    };
    let is_alive = link.state.is_alive();
    let past = links.iter().skip(usize::from(is_alive)).take(PAST);
    let past = past.filter(|link| link.jira_key.is_some());
    TicketCard {
        badge: state(link),
        lines: lines(link, by),
        problems: link
            .problems
            .iter()
            .map(|problem| (problem.name.clone(), problem.message.clone()))
            .collect(),
        session: link
            .plan
            .as_ref()
            .filter(|_| link.state != LinkState::Wanted)
            .map(|_| sessions::path(&session_of(link.defect, link.generation))),
        past: past
            .map(|link| Markup::issue(link.jira_key.as_deref(), link.jira_url.as_deref()))
            .collect(),
        create: (!is_alive).then_some("Create another ticket"),
        can_link: !matches!(link.state, LinkState::Linked | LinkState::Creating),
        can_replay: link.state == LinkState::Parked
            || (link.state == LinkState::Wanted && link.reason.is_some()),
        can_unlink: is_alive && link.state != LinkState::Creating,
    }
}

fn lines(link: &FindingLink, by: &str) -> Vec<String> {
    let what = match (&link.plan, link.state) {
        (Some(plan), LinkState::Linked) => format!("Created in {} for {by}.", plan.project),
        (Some(plan), _) => format!("{by} wants a {} in {}.", plan.issue_type, plan.project),
        (None, _) => format!("{by} linked a ticket that existed."),
    };
    let mut lines = vec![what];
    lines.extend(link.reason.clone());
    lines.extend(link.paused_reason.clone());
    lines
}

/// Where a ticket stands; a linked one shows what Jira says.
pub(super) fn state(link: &FindingLink) -> Markup {
    match link.state {
        LinkState::Wanted if link.reason.is_some() => badge("warn", "busy", "Waiting for Jira"),
        LinkState::Wanted => badge("info", "busy", "Wanted"),
        LinkState::Creating => badge("info", "busy", "On its way"),
        LinkState::Parked => badge("bad", "warn", "Parked"),
        LinkState::Gone => badge("warn", "warn", "Not in Jira any more"),
        LinkState::Unlinked => badge("calm", "off", "Unlinked"),
        LinkState::Linked if link.paused_reason.is_some() => badge("warn", "warn", "Paused"),
        LinkState::Linked => {
            let status = link.jira_status.as_deref().unwrap_or("Created");
            badge("good", "good", status)
        }
    }
}

/// Tells what came of a form on the defect's page.
fn answered<T>(
    app: &App,
    defect: DefectId,
    done: Result<T, TicketError>,
    words: impl FnOnce(T) -> String,
) -> Result<Told, PageError> {
    let flash = match done {
        Ok(done) => Flash::good(words(done)),
        Err(TicketError::NoFinding) => return Err(PageError::NotFound("defect")),
        Err(TicketError::Store(err)) => return Err(err.into()),
        Err(TicketError::Faults(faults)) => {
            let said: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            Flash::bad(said.join(" "))
        }
        Err(refusal) => Flash::bad(refusal.to_string()),
    };
    Ok(told(app, &flash, &path(defect)))
}

#[cfg(test)]
pub(super) fn samples() -> Vec<TicketCard> {
    use chrono::DateTime;
    use maro_app::model::{Actor, TicketPlan, TicketProblem};
    let plan = TicketPlan::of_project("SCRUM");
    let now = DateTime::UNIX_EPOCH;
    let id = uuid::Uuid::nil();
    let wanted = FindingLink::wanted(id, DefectId(id), plan, Actor::Rule("<night>".into()), now);
    let parked = FindingLink {
        state: LinkState::Parked,
        reason: Some("Jira says <no>.".into()),
        problems: vec![TicketProblem::of(
            "customfield_1",
            "Team & co",
            "Jira requires <it>.",
        )],
        ..wanted.clone()
    };
    let gone = FindingLink {
        state: LinkState::Gone,
        jira_key: Some("SCRUM-1".into()),
        jira_url: Some("https://jira.example/browse/SCRUM-1".into()),
        ..wanted.clone()
    };
    vec![
        card_of(&[], ""),
        card_of(&[parked, gone.clone()], "Rule <night>"),
        card_of(&[gone], "Ada"),
    ]
}
