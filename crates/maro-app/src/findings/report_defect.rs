//! Reporting a defect: checked, then counted together with all that are reported at the same time.

use maro_core::actor::Actor;
use maro_core::findings::Sighting;
use maro_core::ids::DefectId;
use maro_store::StoreError;
use maro_store::idempotency::RequestKey;
use serde::{Deserialize, Serialize};

use super::RecordError;
use super::sightings::Reported;
use crate::{App, clock};

/// What a report of a defect is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingAnswer {
    /// The defect.
    pub id: DefectId,
    /// What makes it one.
    pub fingerprint: String,
    /// Where it stands, as [`maro_core::findings::DefectStatus`] writes it.
    pub status: String,
    /// How often it was seen so far.
    pub count: i64,
    /// Whether this was the first time.
    pub is_new: bool,
    /// Whether it had been settled and is open again.
    pub reopened: bool,
}

/// Reports a defect. When this returns, it is durable.
pub async fn report_defect(
    app: &App,
    sighting: Sighting,
    by: &Actor,
    key: Option<RequestKey>,
) -> Result<SightingAnswer, RecordError> {
    let sighting = sighting.checked().map_err(RecordError::Faults)?;
    let reported = Reported {
        defect: sighting.into_defect(clock::new_id(), by, app.now()),
        key,
    };
    app.sightings().store(app, reported).await
}

impl SightingAnswer {
    /// Reads an answer that was kept for a key.
    pub(super) fn kept(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
            what: "the answer to an idempotency key".to_owned(),
        })
    }
}
