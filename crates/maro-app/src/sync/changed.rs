//! From a defect to its issue: a changed status plans a move, in the transaction that changes it.

use maro_core::actor::Actor;
use maro_core::drafts::draft_hash;
use maro_core::findings::tickets::LinkState;
use maro_core::ids::{DefectId, OperationId};
use maro_core::issue_key::IssueKey;
use maro_core::operations::{ApprovedWrite, Operation, OperationKind};
use maro_core::sync::{Category, MoveRequest, Outbound, Wish, outbound};
use maro_store::{StoreError, Tx, finding_links, operations};
use serde_json::json;

use super::linked::{self, Linked, session_of};
use super::{STATUS_MAP, outcome};
use crate::audit::record;
use crate::{App, clock};

/// Plans what follows for the issues of defects whose status was just set. The transaction holds the
/// defects. Most defects have no issue, and then this is one look.
pub(crate) async fn defects_changed(
    app: &App,
    tx: &Tx,
    defects: &[DefectId],
    by: &Actor,
) -> Result<(), StoreError> {
    if defects.is_empty() {
        return Ok(());
    }
    let mut linked = finding_links::alive_of(tx, defects).await?;
    linked.retain(|link| link.state == LinkState::Linked);
    linked.sort_unstable_by_key(|link| link.defect);
    for link in linked {
        if let Some(linked) = linked::lock(tx, link.defect).await? {
            plan(app, tx, &linked, by).await?;
        }
    }
    Ok(())
}

/// Plans what a defect wants of its issue.
pub(super) async fn plan(
    app: &App,
    tx: &Tx,
    linked: &Linked,
    by: &Actor,
) -> Result<(), StoreError> {
    let (rules, status) = (&app.settings().sync, linked.defect.status);
    match outbound(rules, &linked.link, status, app.now()) {
        Outbound::Leave => Ok(()),
        Outbound::Paused(link) => {
            linked::save(tx, linked, &link, app.now()).await?;
            outcome::paused(app, tx, linked, &link).await
        }
        Outbound::Move { link, wish, from } => {
            linked::save(tx, linked, &link, app.now()).await?;
            prepare(app, tx, linked, &wish, from, by).await
        }
    }
}

async fn prepare(
    app: &App,
    tx: &Tx,
    linked: &Linked,
    wish: &Wish,
    from: Vec<Category>,
    by: &Actor,
) -> Result<(), StoreError> {
    let (Some(issue), Some(key)) = (&linked.row.jira_id, &linked.row.jira_key) else {
        return Ok(());
    };
    let request = MoveRequest {
        issue: issue.clone(),
        key: key.clone(),
        defect: linked.defect.id,
        because: linked.defect.status.as_str().to_owned(),
        wish: wish.as_str().to_owned(),
        from,
        nonce: clock::new_id().to_string(),
    };
    let operation = operation(app, linked, &request, by);
    operations::insert(tx, &operation).await?;
    let details = json!({
        "session": operation.session, "hash": operation.draft_hash, "issue": key,
        "defect": linked.defect.id, "wish": request.wish,
    });
    let map = &operation.approved_by;
    record(app, tx, map, "operation.approved", &operation.id, details).await?;
    metrics::counter!("maro_sync_changes_total", "to" => "jira").increment(1);
    app.wakeups().operations();
    Ok(())
}

fn operation(app: &App, linked: &Linked, request: &MoveRequest, by: &Actor) -> Operation {
    let key = request.key.parse::<IssueKey>();
    let project = key.map(|key| key.project().to_owned()).unwrap_or_default();
    let target = crate::drafts::target(app, &project);
    let body = json!(request);
    let write = ApprovedWrite {
        session: session_of(linked.row.id),
        kind: OperationKind::JiraTransition,
        draft_hash: draft_hash(&target, &body),
        request: body,
        target,
        created_by: by.clone(),
        approved_by: Actor::Rule(STATUS_MAP.to_owned()),
    };
    let id = OperationId(clock::new_id());
    Operation::prepared(id, write, app.deployment_key(), app.now())
}
