//! Defects and their events as rows, and back.

use maro_core::findings::{Defect, DefectEvent, DefectStatus, FindingKind, Severity};
use maro_core::ids::{DefectId, RunId};

use crate::StoreError;
use crate::entities::defect::Model;
use crate::entities::defect_event;
use crate::row::{actor, micros, word};

pub(super) fn row_of(defect: &Defect) -> Model {
    Model {
        id: defect.id.0,
        kind: defect.kind.as_str().to_owned(),
        fingerprint: defect.fingerprint.clone(),
        title: defect.title.clone(),
        severity: defect.severity.as_str().to_owned(),
        status: defect.status.as_str().to_owned(),
        status_since: micros(defect.status_since),
        description: defect.description.clone(),
        steps: defect.steps.clone(),
        expected: defect.expected.clone(),
        actual: defect.actual.clone(),
        source: defect.source.clone(),
        count: defect.count,
        regressions: defect.regressions,
        first_seen: micros(defect.first_seen),
        last_seen: micros(defect.last_seen),
        last_run: defect.last_run.map(|run| run.0),
        case_key: defect.case_key.map(|key| format!("{key:016x}")),
        flaky: defect.flaky,
        reporter: defect.reporter.to_string(),
        jira_issue_key: defect.jira_issue_key.clone(),
        jira_issue_url: defect.jira_issue_url.clone(),
        jira_status: defect.jira_status.clone(),
        assignee: defect.assignee.as_ref().map(ToString::to_string),
        snoozed_until: defect.snoozed_until.map(micros),
    }
}

pub(super) fn case_key(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

pub(super) fn event_row(event: &DefectEvent) -> defect_event::Model {
    defect_event::Model {
        id: event.id,
        defect_id: event.defect.0,
        at: micros(event.at),
        status: event.status.as_str().to_owned(),
        actor: event.actor.to_string(),
        run_id: event.run.map(|run| run.0),
        note: event.note.clone(),
    }
}

impl TryFrom<Model> for Defect {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("defect {}", row.id);
        Ok(Self {
            kind: word(FindingKind::parse, &row.kind, &what)?,
            severity: word(Severity::parse, &row.severity, &what)?,
            status: word(DefectStatus::parse, &row.status, &what)?,
            reporter: actor(&row.reporter, &what)?,
            assignee: row
                .assignee
                .map(|assignee| actor(&assignee, &what))
                .transpose()?,
            id: DefectId(row.id),
            fingerprint: row.fingerprint,
            title: row.title,
            status_since: row.status_since,
            description: row.description,
            steps: row.steps,
            expected: row.expected,
            actual: row.actual,
            source: row.source,
            count: row.count,
            regressions: row.regressions,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            last_run: row.last_run.map(RunId),
            case_key: row.case_key.as_deref().and_then(case_key),
            flaky: row.flaky,
            jira_issue_key: row.jira_issue_key,
            jira_issue_url: row.jira_issue_url,
            jira_status: row.jira_status,
            snoozed_until: row.snoozed_until,
        })
    }
}

impl TryFrom<defect_event::Model> for DefectEvent {
    type Error = StoreError;

    fn try_from(row: defect_event::Model) -> Result<Self, StoreError> {
        let what = format!("event {} of a defect", row.id);
        Ok(Self {
            status: word(DefectStatus::parse, &row.status, &what)?,
            actor: actor(&row.actor, &what)?,
            id: row.id,
            defect: DefectId(row.defect_id),
            at: row.at,
            run: row.run_id.map(RunId),
            note: row.note,
        })
    }
}
