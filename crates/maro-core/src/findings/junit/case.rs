//! One case while it is read: its marks, until they decide how it ended.

use super::read::Tag;
use crate::findings::report::Ending;
use crate::findings::{CaseName, FailedCase, FailureKind};

/// Text that is kept of one mark while it is read.
const LONGEST_TEXT: usize = 64 * 1024;
/// What an attribute says about a case that was not run.
const NOT_RUN: [&str; 5] = ["disabled", "ignored", "notrun", "not run", "skipped"];

/// What a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It failed.
    Failed(FailureKind),
    /// It failed before it passed.
    Flaky(FailureKind),
    /// It failed again; the failure itself has a mark of its own.
    Again,
    /// It was not run.
    Skipped,
}

impl Mark {
    /// The mark of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "failure" => Self::Failed(FailureKind::Failure),
            "error" => Self::Failed(FailureKind::Error),
            "flakyFailure" => Self::Flaky(FailureKind::Failure),
            "flakyError" => Self::Flaky(FailureKind::Error),
            "rerunFailure" | "rerunError" => Self::Again,
            "skipped" => Self::Skipped,
            _ => return None,
        })
    }
}

/// The case that is being read.
#[derive(Debug)]
pub(super) struct OpenCase {
    name: CaseName,
    pub(super) duration_ms: u64,
    is_skipped: bool,
    failed: Option<FailedCase>,
    flaky: Option<FailedCase>,
}

impl OpenCase {
    pub(super) fn new(tag: &mut Tag, suite: &str) -> Self {
        let status = tag.take("status").unwrap_or_default().to_lowercase();
        Self {
            name: CaseName {
                suite: suite.to_owned(),
                class_name: tag.take("classname").unwrap_or_default(),
                name: tag.take("name").unwrap_or_default(),
            },
            duration_ms: tag.duration().unwrap_or(0),
            is_skipped: NOT_RUN.contains(&status.as_str()),
            failed: None,
            flaky: None,
        }
    }

    /// Begins a mark. Of several failures the first is told; an assertion that failed counts before
    /// what broke while cleaning up.
    pub(super) fn mark(&mut self, mark: Mark, tag: &mut Tag) {
        let place = match mark {
            Mark::Skipped => {
                self.is_skipped = true;
                return;
            }
            Mark::Again => return,
            Mark::Failed(kind) => (&mut self.failed, kind),
            Mark::Flaky(kind) => (&mut self.flaky, kind),
        };
        let (slot, kind) = place;
        let is_first = match slot {
            None => true,
            Some(known) => known.kind == FailureKind::Error && kind == FailureKind::Failure,
        };
        if is_first {
            *slot = Some(FailedCase {
                case: self.name.clone(),
                kind,
                failure_type: tag.take("type"),
                message: tag.take("message").unwrap_or_default(),
                details: String::new(),
                flaky: false,
                defect: None,
            });
        }
    }

    /// Takes text inside a mark.
    pub(super) fn write(&mut self, mark: Mark, text: &str) {
        let slot = match mark {
            Mark::Failed(kind) => self.failed.as_mut().filter(|failed| failed.kind == kind),
            Mark::Flaky(kind) => self.flaky.as_mut().filter(|failed| failed.kind == kind),
            Mark::Again | Mark::Skipped => None,
        };
        if let Some(failed) = slot.filter(|failed| failed.details.len() < LONGEST_TEXT) {
            failed.details.push_str(text);
        }
    }

    /// How the case ended.
    pub(super) fn end(self) -> (CaseName, Ending) {
        let ending = match (self.failed, self.flaky) {
            (Some(failed), _) => Ending::Failed(failed),
            (None, Some(flaky)) => Ending::PassedAgain(flaky),
            (None, None) if self.is_skipped => Ending::Skipped,
            (None, None) => Ending::Passed,
        };
        (self.name, ending)
    }
}
