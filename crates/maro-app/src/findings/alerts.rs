//! Alerts of monitors: those that fire are raised like defects, those that are over are settled.

use maro_core::actor::Actor;
use maro_core::findings::{Defect, DefectEvent, DefectStatus, FindingKind, Sighting};
use maro_store::{StoreError, Tx, defects};
use serde::Serialize;

use super::RecordError;
use super::raise::raise;
use crate::happening::Happening;
use crate::{App, clock};

/// What a monitor tells at once.
#[derive(Debug, Clone, Default)]
pub struct Alerts {
    /// Alerts that fire.
    pub firing: Vec<Sighting>,
    /// The fingerprints of alerts that are over.
    pub resolved: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct AlertsTaken {
    /// Not known before.
    pub new: usize,
    /// Had been over.
    pub reopened: usize,
    /// Fired already.
    pub repeated: usize,
    /// Were open and are over now.
    pub resolved: usize,
}

/// Takes what a monitor tells, all of it or nothing.
pub async fn take_alerts(
    app: &App,
    alerts: Alerts,
    by: &Actor,
) -> Result<AlertsTaken, RecordError> {
    let now = app.now();
    let mut firing = Vec::with_capacity(alerts.firing.len());
    for sighting in alerts.firing {
        let sighting = sighting.checked().map_err(RecordError::Faults)?;
        firing.push(sighting.into_defect(clock::new_id(), by, now));
    }
    let tx = app.store().begin().await?;
    let raised = raise(&tx, firing, now).await?;
    let over = alerts.resolved.iter();
    let over = over
        .map(|own| FindingKind::Alert.fingerprint(own))
        .collect();
    let resolved = resolve(app, &tx, over, by).await?;
    tx.commit().await?;
    let count = |is: fn(bool, bool) -> bool| {
        let raised = raised.values();
        raised.filter(|one| is(one.is_new, one.reopened)).count()
    };
    app.announce(Happening::Findings);
    Ok(AlertsTaken {
        new: count(|new, _| new),
        reopened: count(|_, reopened| reopened),
        repeated: count(|new, reopened| !new && !reopened),
        resolved,
    })
}

async fn resolve(
    app: &App,
    tx: &Tx,
    mut fingerprints: Vec<String>,
    by: &Actor,
) -> Result<usize, StoreError> {
    fingerprints.sort_unstable();
    let open: Vec<Defect> = defects::lock_by_fingerprint(tx, &fingerprints)
        .await?
        .into_iter()
        .filter(|defect| defect.status.is_open())
        .collect();
    let ids: Vec<_> = open.iter().map(|defect| defect.id).collect();
    let now = app.now();
    defects::set_status(tx, &ids, DefectStatus::Fixed, false, now).await?;
    let event = |defect| DefectEvent {
        id: clock::new_id(),
        defect,
        at: now,
        status: DefectStatus::Fixed,
        actor: by.clone(),
        run: None,
        note: "The monitor says that it is over.".to_owned(),
    };
    let events: Vec<_> = ids.into_iter().map(event).collect();
    defects::note(tx, &events).await?;
    Ok(events.len())
}
