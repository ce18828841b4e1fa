//! What a run means for defects: failures raise them, and a case that passes closes its own.

use std::collections::HashSet;

use maro_core::findings::{
    CaseName, Defect, DefectEvent, DefectStatus, FailedCase, FindingKind, Severity, Sighting,
    SuiteRun, fingerprint,
};
use maro_core::text::clip;
use maro_store::{StoreError, Tx, defects};

use super::cases::Cases;
use super::news;
use super::raise::{Raised, raise};
use crate::sync::defects_changed;
use crate::{App, clock};

const LONGEST_TITLE: usize = 255;

/// Raises a defect for each failure, and closes those whose case passed and did not fail as well.
///
/// What failed and passed in the same run is flaky: it raises nothing and closes nothing. Rows are
/// locked in the order of fingerprints, as everywhere, and first those that may be closed. Returns
/// what became of each defect that was raised.
pub(super) async fn settle_defects(
    app: &App,
    tx: &Tx,
    run: &SuiteRun,
    failures: &mut [FailedCase],
    passed: &HashSet<u64>,
    cases: &Cases,
) -> Result<Vec<&'static str>, StoreError> {
    let mut open = Vec::new();
    if !passed.is_empty() {
        open = defects::lock_open_cases(tx, &run.suite).await?;
    }
    let raised = raise_failures(app, tx, run, failures, cases).await?;
    let failed: HashSet<u64> = failures.iter().map(|failed| failed.case.key()).collect();
    open.retain(|(_, key)| passed.contains(key) && !failed.contains(key));
    let gone: Vec<_> = open.into_iter().map(|(id, _)| id).collect();
    defects::set_status(tx, &gone, DefectStatus::Fixed, false, run.reported_at).await?;
    news::status_changed(tx, &gone, Some(run.id), run.reported_at).await?;
    let event = |defect| DefectEvent {
        id: clock::new_id(),
        defect,
        at: run.reported_at,
        status: DefectStatus::Fixed,
        actor: run.reporter.clone(),
        run: Some(run.id),
        note: "Its case passed.".to_owned(),
    };
    let events: Vec<_> = gone.iter().copied().map(event).collect();
    defects::note(tx, &events).await?;
    defects_changed(app, tx, &gone, &run.reporter).await?;
    Ok(raised)
}

async fn raise_failures(
    app: &App,
    tx: &Tx,
    run: &SuiteRun,
    failures: &mut [FailedCase],
    cases: &Cases,
) -> Result<Vec<&'static str>, StoreError> {
    let mut seen = Vec::new();
    let mut places = Vec::new();
    for (place, failed) in failures.iter().enumerate() {
        if !failed.flaky {
            let mut defect = defect_of(run, failed);
            defect.flaky = cases.is_flaky(failed.case.key());
            places.push((place, defect.fingerprint.clone()));
            seen.push(defect);
        }
    }
    let raised = raise(app, tx, seen, run.reported_at).await?;
    for (place, fingerprint) in places {
        failures[place].defect = raised.get(&fingerprint).map(|raised| raised.defect.id);
    }
    Ok(raised.values().map(Raised::kind).collect())
}

fn defect_of(run: &SuiteRun, failed: &FailedCase) -> Defect {
    let sighting = Sighting {
        kind: FindingKind::Defect,
        fingerprint: Some(fingerprint::of_case(&run.suite, failed)),
        title: clip(&title(&failed.case, &failed.message), LONGEST_TITLE),
        severity: Severity::Medium,
        description: failed.details.clone(),
        steps: String::new(),
        expected: String::new(),
        actual: failed.message.clone(),
        source: run.suite.clone(),
        run: Some(run.id),
    };
    Defect {
        case_key: Some(failed.case.key()),
        ..sighting.into_defect(clock::new_id(), &run.reporter, run.reported_at)
    }
}

fn title(case: &CaseName, message: &str) -> String {
    let place: Vec<&str> = [case.class_name.as_str(), case.name.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match (place.join("."), message) {
        (place, "") => format!("{place} failed"),
        (place, message) => format!("{place}: {message}"),
    }
}
