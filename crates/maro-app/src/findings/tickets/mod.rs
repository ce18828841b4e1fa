//! Tickets of findings: wanted by a rule or a person, composed when Jira can be asked, and sent by
//! the ledger like every other create.
//!
//! [`want()`] reserves a ticket in the caller's transaction and asks nobody. A runner job composes it
//! against the project's create screen and stores draft, approval and operation at once (`make`).
//! What the ledger says of the operation comes back by `ledger_moved`.
//!
//! **Invariants**
//! * A finding has at most one ticket that is alive: the reservation is unique, and so is the ledger's
//!   session, whose name is made of the finding.
//! * A rule never makes a second ticket for a finding whose ticket went away; a person may.
//! * Jira being down costs time, never the finding and never the ticket.

mod ask;
mod draft;
mod link_existing;
mod make;
mod not_made;
mod replay;
mod screen;
mod settled;
mod unlink;
mod want;

pub use ask::{Asked, ask};
pub use link_existing::link_existing;
pub(crate) use make::make;
pub use replay::{replan, replay};
pub use screen::{ScreenError, screen};
pub(crate) use settled::{discarded, ledger_moved, name_fields};
pub use unlink::unlink;
pub use want::{Wanted, want};

use maro_core::actor::Actor;
use maro_core::approvals::{Identity, Refusal};
use maro_core::findings::tickets::{FieldProblem, TicketPlan, session_of};
use maro_core::findings::{CardSubject, Defect, DefectEvent};
use maro_core::ids::DefectId;
use maro_core::issue_key::IssueKey;
use maro_core::sessions::Phase;
use maro_core::text::{clip, make_visible};
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, Tx, defects, jira_changes, sessions};
use serde_json::json;

use crate::audit::record_alone;
use crate::findings::cards;
use crate::happening::Happening;
use crate::{App, clock};

/// In the place of a channel, where policy asks for one.
const CHANNEL: &str = "finding";
const LONGEST_NOTE: usize = 2_000;

/// Why a person's wish about a ticket was refused.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// No such finding.
    #[error("This finding does not exist.")]
    NoFinding,
    /// The finding has no ticket of which this could be done.
    #[error("This finding has no ticket.")]
    NoTicket,
    /// It cannot be done where the ticket stands.
    #[error("{0}")]
    NotNow(&'static str),
    /// Nobody said which project.
    #[error(
        "Name a project, or let an administrator set the default project of the Jira connection."
    )]
    NoProject,
    /// The plan is wrong.
    #[error("the plan of the ticket is not valid")]
    Faults(Vec<FieldProblem>),
    /// Policy refuses this person.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Jira does not know the issue, or does not show it to us.
    #[error("{0} not found in Jira")]
    NoSuchIssue(IssueKey),
    /// Jira did not answer.
    #[error("Jira could not be asked: {0}")]
    Jira(String),
    /// The database failed.
    #[error("could not save this")]
    Store(#[from] StoreError),
}

/// The tickets of several findings that are alive.
pub async fn tickets_of(app: &App, defects: &[DefectId]) -> Result<Vec<FindingLink>, StoreError> {
    finding_links::alive_of(app.store(), defects).await
}

/// The plan of this deployment for tickets that people ask for without saying more.
#[must_use]
pub fn default_plan(app: &App) -> Option<TicketPlan> {
    let settings = app.jira_settings()?;
    let project = settings.default_project.as_deref()?;
    Some(TicketPlan::of_project(project))
}

/// Writes into the history of a finding, which stays where it stands.
async fn note(
    app: &App,
    tx: &Tx,
    defect: &Defect,
    by: &Actor,
    text: &str,
) -> Result<(), StoreError> {
    let event = DefectEvent {
        id: clock::new_id(),
        defect: defect.id,
        at: app.now(),
        status: defect.status,
        actor: by.clone(),
        run: None,
        note: clip(&make_visible(text), LONGEST_NOTE),
    };
    defects::note(tx, &[event]).await
}

/// Locks the session of the newest ticket of a finding: sessions come before findings, as everywhere.
async fn lock_session(app: &App, tx: &Tx, defect: DefectId) -> Result<(), StoreError> {
    if let Some(link) = finding_links::newest(app.store(), defect).await? {
        sessions::lock(tx, &session_of(defect, link.generation)).await?;
    }
    Ok(())
}

/// Closes the session of a ticket that is not wanted any more, so that nobody approves its draft.
async fn discard_session(app: &App, tx: &Tx, link: &FindingLink) -> Result<(), StoreError> {
    let session = session_of(link.defect, link.generation);
    let open = [Phase::Drafting, Phase::AwaitingApproval];
    sessions::advance(tx, &session, &open, Phase::Discarded, app.now())
        .await
        .map(drop)
}

/// Refuses who is not on the list of approvers. Four eyes are asked for later: then the draft waits
/// for somebody else.
async fn check_policy(
    app: &App,
    defect: DefectId,
    project: &str,
    by: &Identity,
) -> Result<(), TicketError> {
    let refused = app.settings().approval.check(CHANNEL, project, by, by);
    let Err(refusal @ Refusal::NotListed) = refused else {
        return Ok(());
    };
    let details = json!({ "reason": refusal.to_string(), "project": project });
    record_alone(app, &by.actor, "ticket.refused", &defect, details).await?;
    Err(refusal.into())
}

/// Shows the finding anew where it was told, with a line in its thread.
async fn tell(app: &App, tx: &Tx, defect: &Defect, line: String) -> Result<(), StoreError> {
    cards::refresh(app, tx, &CardSubject::Defect(defect.id), Some(line)).await
}

/// Has a ticket's status read from Jira at once. Polling comes by anyway, so a failure costs time only.
pub(crate) async fn read_soon(app: &App, jira_id: &str) {
    match jira_changes::note(app.store(), jira_id, false, app.now()).await {
        Ok(()) => app.wakeups().changes(),
        Err(err) => {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(error = err, "a ticket's status is read later");
        }
    }
}

/// Tells open pages and the runner, once it is durable.
fn announce(app: &App) {
    app.wakeups().tickets();
    app.wakeups().outbox();
    app.announce(Happening::Findings);
}
