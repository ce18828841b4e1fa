//! What is stored and told of a decision about a link.

use maro_core::actor::Actor;
use maro_core::findings::{CardSubject, DefectEvent, DefectStatus};
use maro_core::ids::DefectId;
use maro_core::sync::{Inbound, Link, Meaning, Reading, after_reading};
use maro_store::{StoreError, Tx, defects};
use serde_json::json;

use super::linked::{self, Linked};
use crate::audit::record;
use crate::findings::{cards, news};
use crate::{App, clock};

/// Stores what a reading means. Returns whether people see a difference.
pub(super) async fn store(
    app: &App,
    tx: &Tx,
    linked: &Linked,
    decided: Inbound,
    read: &Reading,
) -> Result<bool, StoreError> {
    let (id, status) = (linked.defect.id, linked.defect.status);
    let (link, status) = match decided {
        Inbound::Stale | Inbound::Expected => return Ok(false),
        Inbound::Noted(link) | Inbound::Paused(link) => (link, status),
        Inbound::Set(link, status) => (link, status),
    };
    linked::save(tx, linked, &link, app.now()).await?;
    let is_paused = link.paused.is_some() && linked.link.paused.is_none();
    if status != linked.defect.status {
        set(app, tx, linked, status, read).await?;
    } else if is_told(linked, read) {
        let note = noted(app, linked, read);
        happened(app, tx, id, status, note).await?;
    } else if !is_paused {
        return Ok(false);
    }
    if is_paused {
        paused(app, tx, linked, &link).await?;
    }
    cards::refresh(app, tx, &CardSubject::Defect(id), None).await?;
    Ok(true)
}

/// What Maro did not know before is no news: it has only just begun to look.
fn is_told(linked: &Linked, read: &Reading) -> bool {
    let was = &linked.link;
    was.status.is_some()
        && (was.status.as_deref() != Some(&read.status) || was.resolution != read.resolution)
}

fn noted(app: &App, linked: &Linked, read: &Reading) -> String {
    let map = &app.settings().sync.map;
    let said = after_reading(read);
    let meaning = map.meaning(read.category, read.resolution.as_deref());
    match meaning {
        Meaning::Unmapped if linked.link.is_left_by(read) => {
            format!("{said}. The status map does not name this, so the defect stays as it is.")
        }
        _ => said,
    }
}

async fn set(
    app: &App,
    tx: &Tx,
    linked: &Linked,
    status: DefectStatus,
    read: &Reading,
) -> Result<(), StoreError> {
    let (id, now) = (linked.defect.id, app.now());
    defects::set_status(tx, &[id], status, false, now).await?;
    happened(app, tx, id, status, after_reading(read)).await?;
    news::status_changed(tx, &[id], None, now).await?;
    let details = json!({
        "issue": read.issue.key, "jira": read.status, "resolution": read.resolution,
        "from": linked.defect.status.as_str(), "to": status.as_str(),
    });
    record(app, tx, &Actor::System, "defect.synced", &id, details).await?;
    metrics::counter!("maro_sync_changes_total", "to" => "defect").increment(1);
    Ok(())
}

/// Tells that nothing is carried over any more.
pub(super) async fn paused(
    app: &App,
    tx: &Tx,
    linked: &Linked,
    link: &Link,
) -> Result<(), StoreError> {
    let (id, reason) = (linked.defect.id, link.paused.clone().unwrap_or_default());
    let note = format!("The status is not carried over any more. {reason}");
    happened(app, tx, id, linked.defect.status, note).await?;
    let details = json!({ "issue": linked.row.jira_key, "reason": reason });
    record(app, tx, &Actor::System, "defect.sync_paused", &id, details).await?;
    metrics::counter!("maro_sync_pauses_total").increment(1);
    tracing::warn!(defect.id = %id, reason, "a defect and its issue are not kept in step any more");
    Ok(())
}

/// Writes into the defect's history.
pub(super) async fn happened(
    app: &App,
    tx: &Tx,
    id: DefectId,
    status: DefectStatus,
    note: String,
) -> Result<(), StoreError> {
    let event = DefectEvent {
        id: clock::new_id(),
        defect: id,
        at: app.now(),
        status,
        actor: Actor::System,
        run: None,
        note,
    };
    defects::note(tx, &[event]).await
}
