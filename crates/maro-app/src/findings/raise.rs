//! Raising defects: counting what was seen, and opening again what was settled.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use maro_core::findings::{
    Again, Defect, DefectEvent, DefectStatus, News, Subject, What, seen_again,
};
use maro_core::ids::DefectId;
use maro_store::{StoreError, Tx, defects};

use super::news;
use crate::sync::defects_changed;
use crate::{App, clock};

/// A defect after it was counted.
#[derive(Debug, Clone)]
pub(super) struct Raised {
    pub(super) defect: Defect,
    pub(super) is_new: bool,
    pub(super) reopened: bool,
}

impl Raised {
    /// What became of it, as metrics name it.
    pub(super) fn kind(&self) -> &'static str {
        self.what().as_str()
    }

    fn what(&self) -> What {
        match (self.is_new, self.reopened) {
            (true, _) => What::New,
            (_, true) => What::Reopened,
            _ => What::Repeated,
        }
    }
}

/// Tells the metrics of what was raised, once it is durable.
pub(super) fn measure(kinds: impl IntoIterator<Item = &'static str>) {
    for kind in kinds {
        metrics::counter!("maro_defects_total", "kind" => kind).increment(1);
    }
}

/// Counts sightings, each a defect as it would be if it were the first, and tells the rules. Returns
/// what is known of each fingerprint now.
pub(super) async fn raise(
    app: &App,
    tx: &Tx,
    seen: Vec<Defect>,
    now: DateTime<Utc>,
) -> Result<HashMap<String, Raised>, StoreError> {
    let united = unite(seen);
    let given: HashSet<_> = united.iter().map(|defect| defect.id).collect();
    let counted = defects::count(tx, &united).await?;
    let mut raised: HashMap<String, Raised> = counted
        .into_iter()
        .map(|defect| {
            let is_new = given.contains(&defect.id);
            let again = seen_again(defect.status, defect.status_since, now);
            let reopened = !is_new && again == Again::Reopened;
            let fingerprint = defect.fingerprint.clone();
            let raised = Raised {
                defect,
                is_new,
                reopened,
            };
            (fingerprint, raised)
        })
        .collect();
    let reopened = reopen(tx, &mut raised, now).await?;
    defects::note(tx, &events(&united, &raised, now)).await?;
    maro_store::news::append(tx, &news_of(&united, &raised, now)).await?;
    if let Some(first) = united.first() {
        defects_changed(app, tx, &reopened, &first.reporter).await?;
    }
    Ok(raised)
}

/// Equal fingerprints become one, in the order in which everybody counts them.
fn unite(seen: Vec<Defect>) -> Vec<Defect> {
    let mut united: BTreeMap<String, Defect> = BTreeMap::new();
    for defect in seen {
        match united.get_mut(&defect.fingerprint) {
            Some(known) => known.count += defect.count,
            None => {
                united.insert(defect.fingerprint.clone(), defect);
            }
        }
    }
    united.into_values().collect()
}

async fn reopen(
    tx: &Tx,
    raised: &mut HashMap<String, Raised>,
    now: DateTime<Utc>,
) -> Result<Vec<DefectId>, StoreError> {
    let mut ids = Vec::new();
    for raised in raised.values_mut().filter(|raised| raised.reopened) {
        raised.defect.status = DefectStatus::Open;
        raised.defect.status_since = now;
        raised.defect.regressions += 1;
        ids.push(raised.defect.id);
    }
    defects::set_status(tx, &ids, DefectStatus::Open, true, now).await?;
    Ok(ids)
}

fn events(
    seen: &[Defect],
    raised: &HashMap<String, Raised>,
    now: DateTime<Utc>,
) -> Vec<DefectEvent> {
    let event = |seen: &Defect| {
        let raised = raised.get(&seen.fingerprint)?;
        let note = match raised {
            Raised { is_new: true, .. } => "Seen for the first time.",
            Raised { reopened: true, .. } => "Seen again.",
            Raised { .. } => return None,
        };
        Some(DefectEvent {
            id: clock::new_id(),
            defect: raised.defect.id,
            at: now,
            status: DefectStatus::Open,
            actor: seen.reporter.clone(),
            run: seen.last_run,
            note: note.to_owned(),
        })
    };
    seen.iter().filter_map(event).collect()
}

/// In the order of fingerprints: of the runs and batches of one moment each is told alike.
fn news_of(seen: &[Defect], raised: &HashMap<String, Raised>, now: DateTime<Utc>) -> Vec<News> {
    let one = |seen: &Defect| {
        let raised = raised.get(&seen.fingerprint)?;
        let subject = Subject::Defect(raised.defect.id);
        Some(news::of(subject, raised.what(), seen.last_run, now))
    };
    seen.iter().filter_map(one).collect()
}
