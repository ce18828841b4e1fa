//! Alerts of monitors: those that fire are raised like defects, those that are over are settled.

use std::collections::HashMap;

use maro_core::actor::Actor;
use maro_core::findings::{Defect, DefectEvent, DefectStatus, FindingKind, Sighting};
use maro_store::{StoreError, Tx, defects};
use serde::Serialize;

use super::RecordError;
use super::news;
use super::raise::{Raised, measure, raise};
use crate::happening::Happening;
use crate::sync::defects_changed;
use crate::{App, clock};

const OVER: &str = "The monitor says that it is over.";

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
    let over = alerts.resolved.iter();
    let mut over: Vec<String> = over
        .map(|own| FindingKind::Alert.fingerprint(own))
        .collect();
    over.sort_unstable();
    let (raised, resolved) = match store(app, &firing, &over, by).await {
        Err(error) if error.is_deadlock() => store(app, &firing, &over, by).await?,
        stored => stored?,
    };
    measure(raised.values().map(Raised::kind));
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

/// What fires is locked before what is over, so that two notifications can stand in each other's way.
async fn store(
    app: &App,
    firing: &[Defect],
    over: &[String],
    by: &Actor,
) -> Result<(HashMap<String, Raised>, usize), StoreError> {
    let tx = app.store().begin().await?;
    let raised = raise(app, &tx, firing.to_vec(), app.now()).await?;
    let resolved = resolve(app, &tx, over, by, OVER).await?;
    tx.commit().await?;
    Ok((raised, resolved))
}

/// Settles the alerts with these fingerprints that are open, and says why. Returns how many.
pub(super) async fn resolve(
    app: &App,
    tx: &Tx,
    fingerprints: &[String],
    by: &Actor,
    why: &str,
) -> Result<usize, StoreError> {
    let open: Vec<Defect> = defects::lock_by_fingerprint(tx, fingerprints)
        .await?
        .into_iter()
        .filter(|defect| defect.status.is_open())
        .collect();
    let ids: Vec<_> = open.iter().map(|defect| defect.id).collect();
    let now = app.now();
    defects::set_status(tx, &ids, DefectStatus::Fixed, false, now).await?;
    news::status_changed(tx, &ids, None, now).await?;
    let event = |defect| DefectEvent {
        id: clock::new_id(),
        defect,
        at: now,
        status: DefectStatus::Fixed,
        actor: by.clone(),
        run: None,
        note: why.to_owned(),
    };
    let events: Vec<_> = ids.into_iter().map(event).collect();
    defects::note(tx, &events).await?;
    let ids: Vec<_> = events.iter().map(|event| event.defect).collect();
    defects_changed(app, tx, &ids, by).await?;
    Ok(events.len())
}
