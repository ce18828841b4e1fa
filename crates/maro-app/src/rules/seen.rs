//! What news is about: the defects and runs of one batch, read once.

use std::collections::HashMap;

use maro_core::findings::{Defect, News, Subject, SuiteRun};
use maro_core::ids::{DefectId, RunId};
use maro_core::rules::{Finding, Key};
use maro_store::rules::WatchedRow;
use maro_store::{Reader, StoreError, defects, suite_runs};

/// Defects and runs by their ids.
#[derive(Default)]
pub(super) struct Seen {
    defects: HashMap<DefectId, Defect>,
    runs: HashMap<RunId, SuiteRun>,
}

impl Seen {
    /// Reads what a batch is about.
    pub(super) async fn of(conn: &impl Reader, news: &[News]) -> Result<Self, StoreError> {
        let ids: Vec<DefectId> = news
            .iter()
            .filter_map(|one| defect_of(one.subject))
            .collect();
        let told = news.iter().filter_map(|one| match one.subject {
            Subject::Run(run) => Some(run),
            Subject::Defect(_) => one.run,
        });
        Self::read(conn, ids, told.collect()).await
    }

    /// Reads what rules remember something of.
    pub(super) async fn of_rows(
        conn: &impl Reader,
        rows: &[WatchedRow],
    ) -> Result<Self, StoreError> {
        let (mut ids, mut runs) = (Vec::new(), Vec::new());
        for row in rows {
            match row.key {
                Key::Defect(id) => ids.push(id),
                Key::Run(id) => runs.push(id),
                Key::Suite { .. } => {}
            }
        }
        Self::read(conn, ids, runs).await
    }

    async fn read(
        conn: &impl Reader,
        mut ids: Vec<DefectId>,
        mut runs: Vec<RunId>,
    ) -> Result<Self, StoreError> {
        ids.sort_unstable();
        ids.dedup();
        let defects = defects::find_all(conn, &ids).await?;
        runs.extend(defects.iter().filter_map(|defect| defect.last_run));
        runs.sort_unstable();
        runs.dedup();
        let runs = suite_runs::find_all(conn, &runs).await?;
        Ok(Self {
            defects: defects.into_iter().map(|one| (one.id, one)).collect(),
            runs: runs.into_iter().map(|one| (one.id, one)).collect(),
        })
    }

    /// The finding that news is about. `None`: it was deleted since.
    pub(super) fn finding(&self, subject: Subject, by: Option<RunId>) -> Option<Finding> {
        match subject {
            Subject::Run(id) => self.runs.get(&id).map(Finding::of_run),
            Subject::Defect(id) => {
                let defect = self.defects.get(&id)?;
                let run = by.or(defect.last_run);
                let run = run.and_then(|run| self.runs.get(&run));
                let branch = run.and_then(|run| run.context.branch.as_deref());
                Some(Finding::of_defect(defect, branch))
            }
        }
    }

    /// The finding that a rule remembers. A suite fails as long as it is remembered.
    pub(super) fn remembered(&self, row: &WatchedRow) -> Option<Finding> {
        match &row.key {
            Key::Defect(id) => self.finding(Subject::Defect(*id), None),
            Key::Run(id) => self.finding(Subject::Run(*id), None),
            Key::Suite { branch, suite } => {
                Some(Finding::of_suite(suite, branch, row.watched.in_a_row))
            }
        }
    }
}

fn defect_of(subject: Subject) -> Option<DefectId> {
    match subject {
        Subject::Defect(id) => Some(id),
        Subject::Run(_) => None,
    }
}
