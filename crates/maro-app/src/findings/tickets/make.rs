//! Making a wanted ticket: composed against the create screen, then draft, approval and operation in
//! one transaction.
//!
//! What is composed is in `draft`; what follows when it cannot be made in `not_made`.
//!
//! **Invariant:** whatever interrupts this leaves the wish, or the operation that came of it, never
//! both and never neither.

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_core::findings::Defect;
use maro_core::findings::tickets::LinkState;
use maro_core::ids::ChannelRef;
use maro_core::operations::{Operation, OperationKind, OperationState};
use maro_core::sessions::Phase;
use maro_store::finding_links::{self, FindingLink};
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, Tx, defects, drafts, operations};

use super::draft::{composed, draft};
use super::not_made::{Not, park, put_off, settle_away};
use super::{CHANNEL, note};
use crate::App;
use crate::drafts::{ApproveError, approve_at_once};
use crate::failpoints::reach;
use crate::happening::Happening;

const WAITS: &str = "The draft waits for approval by somebody else.";
const RACED: &str = "The ticket was being changed at the same moment.";

/// Makes a ticket that was claimed.
pub(crate) async fn make(app: &App, claimed: FindingLink) -> Result<(), StoreError> {
    reach("ticket.after_claim");
    let Some(defect) = defects::find(app.store(), claimed.defect).await? else {
        return settle_away(app, &claimed).await;
    };
    let Some(plan) = claimed.plan.clone() else {
        return settle_away(app, &claimed).await;
    };
    let made = match composed(app, &plan, &defect).await {
        Ok(composed) => {
            let draft = draft(app, &claimed, &plan, &defect, composed);
            reach("ticket.after_compose");
            store(app, &claimed, draft).await
        }
        Err(not) => Err(not),
    };
    match made {
        Ok(()) | Err(Not::Ours) => Ok(()),
        Err(Not::Now(reason)) => put_off(app, &claimed, &reason).await,
        Err(Not::So(reason, problems)) => park(app, &claimed, reason, problems).await,
        Err(Not::Stored(err)) => Err(err),
    }
}

/// Stores draft, approval and operation, and that the ledger has the ticket now.
///
/// The session is locked first, then the finding, then its ticket, as where the ledger settles.
async fn store(app: &App, claimed: &FindingLink, draft: Draft) -> Result<(), Not> {
    let by = crate::people::identify(app, &claimed.wanted_by).await?;
    let policy = &app.settings().approval;
    let alone = claimed.wanted_by.approves_standing()
        || policy
            .check(CHANNEL, &draft.target.project, &by, &by)
            .is_ok();
    let tx = app.store().begin().await?;
    let session = open_session(app, &tx, claimed, &draft).await?;
    let defect = defects::lock(&tx, claimed.defect).await?.ok_or(Not::Ours)?;
    let link = finding_links::lock(&tx, claimed.defect, claimed.generation).await?;
    let is_ours =
        |link: &FindingLink| link.state == LinkState::Wanted && link.attempts == claimed.attempts;
    let link = link.filter(is_ours).ok_or(Not::Ours)?;
    let live = operations::live_of_session(&tx, &session.id, OperationKind::JiraCreate).await?;
    let creating = FindingLink {
        state: LinkState::Creating,
        next_at: None,
        reason: (!alone).then(|| WAITS.to_owned()),
        problems: Vec::new(),
        updated_at: app.now(),
        ..link
    };
    if let Some(operation) = live {
        adopt(app, &tx, &defect, creating, &operation).await?;
    } else {
        propose(app, &tx, &session, &draft).await?;
        finding_links::save(&tx, &creating, LinkState::Wanted).await?;
        if alone {
            let approved = approve_at_once(app, &tx, &session, &draft, &claimed.wanted_by).await;
            approved.map_err(not_approved)?;
        } else {
            note(app, &tx, &defect, &Actor::System, WAITS).await?;
        }
    }
    reach("ticket.before_commit");
    tx.commit().await?;
    reach("ticket.after_commit");
    app.wakeups().operations();
    app.announce(Happening::Findings);
    app.announce(Happening::Operations);
    Ok(())
}

fn not_approved(err: ApproveError) -> Not {
    match err {
        ApproveError::Store(err) => Not::Stored(err),
        ApproveError::InProgress | ApproveError::AlreadyCreated { .. } => {
            Not::Now(RACED.to_owned())
        }
        err => Not::So(err.to_string(), Vec::new()),
    }
}

/// The session of this ticket: new, or as an earlier attempt left it.
async fn open_session(
    app: &App,
    tx: &Tx,
    link: &FindingLink,
    draft: &Draft,
) -> Result<Session, Not> {
    let now = app.now();
    let fresh = Session {
        id: draft.session.clone(),
        channel: ChannelRef {
            team: String::new(),
            channel: CHANNEL.to_owned(),
        },
        channel_name: None,
        thread_ts: None,
        preview_ts: None,
        phase: Phase::Drafting,
        current_draft: None,
        author: link.wanted_by.clone(),
        author_name: None,
        source_permalink: None,
        jira_key: None,
        jira_url: None,
        created_at: now,
        updated_at: now,
    };
    if sessions::insert(tx, &fresh).await? {
        return Ok(fresh);
    }
    sessions::lock(tx, &fresh.id).await?.ok_or(Not::Ours)
}

/// Makes the draft the newest of its session.
async fn propose(app: &App, tx: &Tx, session: &Session, draft: &Draft) -> Result<(), Not> {
    drafts::insert(tx, draft).await?;
    let open = [Phase::Drafting, Phase::AwaitingApproval, Phase::Discarded];
    let to = Phase::AwaitingApproval;
    if sessions::point_to_draft(tx, &session.id, draft.id, &open, to, app.now()).await? {
        Ok(())
    } else {
        Err(Not::Now(RACED.to_owned()))
    }
}

/// The ledger is at work for this ticket already, or done: somebody approved an earlier draft.
async fn adopt(
    app: &App,
    tx: &Tx,
    defect: &Defect,
    link: FindingLink,
    operation: &Operation,
) -> Result<(), StoreError> {
    let issue = operation.jira_id.as_ref().zip(operation.jira_key.as_ref());
    let is_there = matches!(
        operation.state,
        OperationState::Confirmed | OperationState::Duplicate
    );
    match issue.filter(|_| is_there) {
        Some((id, key)) => {
            super::settled::confirm(app, tx, defect, link, LinkState::Wanted, (id, key)).await
        }
        None => finding_links::save(tx, &link, LinkState::Wanted)
            .await
            .map(drop),
    }
}
