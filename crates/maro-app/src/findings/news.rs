//! News for the rules: what happened to findings, in the transaction in which it happened.

use chrono::{DateTime, Utc};
use maro_core::findings::{News, Subject, What};
use maro_core::ids::{DefectId, RunId};
use maro_store::{StoreError, Tx, news};

use crate::clock;

/// A piece of news, not stored yet.
pub(crate) fn of(subject: Subject, what: What, run: Option<RunId>, at: DateTime<Utc>) -> News {
    News {
        id: clock::new_id(),
        subject,
        what,
        run,
        at,
    }
}

/// Tells the rules that defects have another status now.
pub(crate) async fn status_changed(
    tx: &Tx,
    defects: &[DefectId],
    run: Option<RunId>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let one = |id: &DefectId| of(Subject::Defect(*id), What::StatusChanged, run, at);
    let all: Vec<News> = defects.iter().map(one).collect();
    news::append(tx, &all).await
}
