//! Findings: what test suites and monitors found, before anybody is told.
//!
//! A suite run has totals, an outcome and the cases that failed; its passed cases are only counted.
//! A defect is what is wrong, once, however often it is seen.
//! Reading report files is in [`junit`]. Who hears of a finding and what becomes a ticket is not
//! decided here.
//!
//! **Invariant:** whatever a report holds, what is kept of it is bounded.

mod cards;
mod defects;
pub mod fingerprint;
mod flakiness;
pub mod junit;
mod kind;
mod news;
mod report;
mod runs;
mod sighting;
mod suites;
pub mod tickets;
mod trends;

pub use cards::{CardSubject, Digest, DigestLine, Place};
pub use defects::{Again, Defect, DefectEvent, DefectStatus, Severity, WONT_FIX_HOLDS, seen_again};
pub use flakiness::{CaseHistory, CaseResult, ParseHistoryError, Stand, WINDOW};
pub use kind::FindingKind;
pub use news::{News, Subject, What};
pub use report::{CaseName, FailedCase, FailureKind, MOST_FAILURES, Report, Totals};
pub use runs::{Outcome, RunContext, SuiteRun, check_context};
pub use sighting::Sighting;
pub use suites::{Expectation, LastRun, Suite, parse_span, write_span};
pub use trends::{OpenDay, SuiteDay};

/// What is wrong with one field of what was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field, as the API names it.
    pub field: &'static str,
    /// A sentence for the person who wrote it.
    pub message: String,
}
