//! What people decide about a defect: its status, who takes care of it, and when not to hear of it.
//!
//! **Invariants:** a decision, its entry in the history and in the audit log, and the cards that show
//! it are one transaction. The same decision again changes nothing, so a double click has one effect.

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::actor::Actor;
use maro_core::findings::{CardSubject, Defect, DefectEvent, DefectStatus};
use maro_core::ids::DefectId;
use maro_core::text::{clip, make_visible};
use maro_store::defects as rows;
use maro_store::{StoreError, Tx};
use serde_json::json;

use super::{cards, news};
use crate::audit::record;
use crate::cause::Cause;
use crate::happening::Happening;
use crate::people::name_asked;
use crate::sync::defects_changed;
use crate::{App, clock};

/// Nobody may keep a defect quiet for longer at once.
pub const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(90);

const LONGEST_NOTE: usize = 2_000;

/// What somebody decides about a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefectDecision {
    /// Where it stands.
    Status {
        /// From now on.
        status: DefectStatus,
        /// Why, for those who read the history.
        note: String,
    },
    /// Who takes care of it; nobody, when there is none.
    Assign(Option<Actor>),
    /// Until when it is told no more; at once again, when there is no such moment.
    Snooze(Option<DateTime<Utc>>),
}

/// Carries out a decision. `None`: there is no such defect.
pub async fn decide_defect(
    app: &App,
    id: DefectId,
    decision: &DefectDecision,
    by: &Actor,
    cause: &Cause,
) -> Result<Option<Defect>, StoreError> {
    let note = note(app, decision).await?;
    let tx = app.store().begin().await?;
    let Some(defect) = rows::lock(&tx, id).await? else {
        return Ok(None);
    };
    if !is_news(&defect, decision) {
        cause.settle(&tx).await?;
        tx.commit().await?;
        return Ok(Some(defect));
    }
    let decided = carry_out(app, &tx, defect, decision, by).await?;
    rows::note(&tx, &[event(app, &decided, by, note)]).await?;
    cards::refresh(app, &tx, &CardSubject::Defect(id), line(decision, by)).await?;
    if !cause.settle(&tx).await? {
        return Ok(Some(decided));
    }
    let details = details(decision);
    record(app, &tx, by, action(decision), &id, details).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Findings);
    Ok(Some(decided))
}

/// Sets the status of a defect. The same status again changes nothing. `None`: there is no such defect.
pub async fn set_defect_status(
    app: &App,
    id: DefectId,
    status: DefectStatus,
    note: &str,
    by: &Actor,
) -> Result<Option<Defect>, StoreError> {
    let note = note.to_owned();
    let decision = DefectDecision::Status { status, note };
    decide_defect(app, id, &decision, by, &Cause::direct()).await
}

fn is_news(defect: &Defect, decision: &DefectDecision) -> bool {
    match decision {
        DefectDecision::Status { status, .. } => defect.status != *status,
        DefectDecision::Assign(to) => defect.assignee != *to,
        DefectDecision::Snooze(Some(until)) => defect
            .snoozed_until
            // A double click asks for the same time from another moment on.
            .is_none_or(|now| (*until - now).abs() >= TimeDelta::minutes(1)),
        DefectDecision::Snooze(None) => defect.snoozed_until.is_some(),
    }
}

async fn carry_out(
    app: &App,
    tx: &Tx,
    defect: Defect,
    decision: &DefectDecision,
    by: &Actor,
) -> Result<Defect, StoreError> {
    let (id, now) = (defect.id, app.now());
    match decision {
        DefectDecision::Status { status, .. } => {
            rows::set_status(tx, &[id], *status, false, now).await?;
            news::status_changed(tx, &[id], None, now).await?;
            defects_changed(app, tx, &[id], by).await?;
            Ok(Defect {
                status: *status,
                status_since: now,
                ..defect
            })
        }
        DefectDecision::Assign(to) => {
            rows::assign(tx, id, to.as_ref()).await?;
            Ok(Defect {
                assignee: to.clone(),
                ..defect
            })
        }
        DefectDecision::Snooze(until) => {
            rows::snooze(tx, id, *until).await?;
            // What a rule holds waits until then, or no longer.
            news::status_changed(tx, &[id], None, now).await?;
            Ok(Defect {
                snoozed_until: *until,
                ..defect
            })
        }
    }
}

fn event(app: &App, decided: &Defect, by: &Actor, note: String) -> DefectEvent {
    DefectEvent {
        id: clock::new_id(),
        defect: decided.id,
        at: app.now(),
        status: decided.status,
        actor: by.clone(),
        run: None,
        note,
    }
}

/// What the history says, for people, and so with the name that somebody has now.
async fn note(app: &App, decision: &DefectDecision) -> Result<String, StoreError> {
    Ok(match decision {
        DefectDecision::Status { note, .. } => clip(&make_visible(note), LONGEST_NOTE),
        DefectDecision::Assign(Some(to)) => format!("Assigned to {}.", name_asked(app, to).await?),
        DefectDecision::Assign(None) => "Assigned to nobody.".to_owned(),
        DefectDecision::Snooze(Some(until)) => {
            format!("Not told until {}.", until.format("%F %R UTC"))
        }
        DefectDecision::Snooze(None) => "Told again.".to_owned(),
    })
}

/// What the thread of its cards says. Of a new status the rules tell, from the news.
fn line(decision: &DefectDecision, by: &Actor) -> Option<String> {
    use crate::slack::cards::who;
    let by = who(by);
    match decision {
        DefectDecision::Status { .. } => None,
        DefectDecision::Assign(Some(to)) => Some(format!("Assigned to {} by {by}.", who(to))),
        DefectDecision::Assign(None) => Some(format!("Assigned to nobody by {by}.")),
        DefectDecision::Snooze(Some(until)) => Some(format!(
            "Not told until {}, by {by}.",
            cards::moment(*until)
        )),
        DefectDecision::Snooze(None) => Some(format!("Told again, by {by}.")),
    }
}

fn action(decision: &DefectDecision) -> &'static str {
    match decision {
        DefectDecision::Status { .. } => "defect.status_set",
        DefectDecision::Assign(_) => "defect.assigned",
        DefectDecision::Snooze(_) => "defect.snoozed",
    }
}

fn details(decision: &DefectDecision) -> serde_json::Value {
    match decision {
        DefectDecision::Status { status, .. } => json!({ "status": status.as_str() }),
        DefectDecision::Assign(to) => json!({ "to": to }),
        DefectDecision::Snooze(until) => json!({ "until": until }),
    }
}
