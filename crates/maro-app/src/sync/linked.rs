//! A defect with its link, locked: what decisions are made on and stored in.

use chrono::{DateTime, Utc};
use maro_core::findings::Defect;
use maro_core::findings::tickets::LinkState;
use maro_core::ids::{DefectId, SessionId};
use maro_core::operations::{Operation, OperationKind};
use maro_core::sync::{Category, Link, Live, MoveRequest};
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, Tx, defects, operations};
use uuid::Uuid;

/// In the place of a channel, in the sessions of moves; no channel has this name.
const PLACE: &str = "sync";

/// A defect and its issue.
pub(super) struct Linked {
    pub(super) defect: Defect,
    pub(super) row: FindingLink,
    pub(super) link: Link,
}

/// The session of a link's moves, so that they are found by it and take turns.
pub(super) fn session_of(link: Uuid) -> SessionId {
    SessionId::new("", PLACE, &link.to_string())
}

/// Takes a defect and its link until the transaction ends. `None` when it has no issue.
pub(super) async fn lock(tx: &Tx, id: DefectId) -> Result<Option<Linked>, StoreError> {
    let Some(defect) = defects::lock(tx, id).await? else {
        return Ok(None);
    };
    let row = finding_links::lock_alive(tx, id).await?;
    let Some(row) = row.filter(|row| row.state == LinkState::Linked) else {
        return Ok(None);
    };
    let session = session_of(row.id);
    let live = operations::unsettled(tx, &session, OperationKind::JiraTransition).await?;
    let link = Link {
        live: live.iter().filter_map(live_of).collect(),
        ..link_of(&row)
    };
    Ok(Some(Linked { defect, row, link }))
}

/// Stores what was decided about a link, and shows the issue's status on the defect.
pub(super) async fn save(
    tx: &Tx,
    linked: &Linked,
    link: &Link,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = FindingLink {
        jira_status: link.status.clone(),
        jira_category: link.category.map(|category| category.as_str().to_owned()),
        jira_resolution: link.resolution.clone(),
        jira_updated: link.updated,
        told_status: link.status.clone(),
        flips: i32::try_from(link.flips).unwrap_or(i32::MAX),
        flips_since: link.flips_since,
        paused_reason: link.paused.clone(),
        ..linked.row.clone()
    };
    if row == linked.row {
        return Ok(());
    }
    let stored = FindingLink {
        updated_at: now,
        ..row.clone()
    };
    finding_links::save(tx, &stored, LinkState::Linked).await?;
    if row.jira_status != linked.defect.jira_status {
        let issue = row.jira_key.as_deref().zip(row.jira_url.as_deref());
        let status = row.jira_status.as_deref();
        defects::set_issue(tx, linked.defect.id, issue, status).await?;
    }
    Ok(())
}

fn link_of(row: &FindingLink) -> Link {
    Link {
        status: row.jira_status.clone(),
        category: row.jira_category.as_deref().and_then(Category::parse),
        resolution: row.jira_resolution.clone(),
        updated: row.jira_updated,
        flips: u32::try_from(row.flips).unwrap_or_default(),
        flips_since: row.flips_since,
        paused: row.paused_reason.clone(),
        live: Vec::new(),
    }
}

/// A send that provably did not leave has no beginning in the ledger.
fn live_of(operation: &Operation) -> Option<Live> {
    let request: MoveRequest = serde_json::from_value(operation.request.clone()).ok()?;
    Some(Live {
        wish: request.wish(),
        from: request.from,
        may_have_arrived: operation.send_started_at.is_some(),
    })
}
