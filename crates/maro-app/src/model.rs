//! What adapters read: the domain's types and the store's read models, under one name.

pub use maro_core::activity::{Activity, ActivityOutcome};
pub use maro_core::actor::Actor;
pub use maro_core::approvals::{Approval, Identity};
pub use maro_core::audit::AuditEntry;
pub use maro_core::drafts::{Draft, DraftContent, DraftProblem};
pub use maro_core::findings::tickets::{FieldProblem as TicketProblem, LinkState, TicketPlan};
pub use maro_core::findings::{
    CaseName, Defect, DefectEvent, DefectStatus, Expectation, FailedCase, FailureKind, FieldFault,
    FindingKind, LastRun, OpenDay, Outcome, RunContext, Severity, Sighting, Subject, Suite,
    SuiteDay, SuiteRun, Totals, write_span,
};
pub use maro_core::health::{HealthStatus, Place};
pub use maro_core::ids::{
    ChannelRef, DefectId, DraftId, OperationId, OutboxId, PersonId, RunId, SessionId, StartId,
    TokenId,
};
pub use maro_core::inbox::InboxKind;
pub use maro_core::integrations::Integration;
pub use maro_core::issue_key::IssueKey;
pub use maro_core::operations::{Evidence, IssueRef, Operation, OperationState, PublicStatus};
pub use maro_core::outbox::{Message, OutboxMessage, OutboxState};
pub use maro_core::people::{Role, Scope};
pub use maro_core::sessions::Phase;
pub use maro_core::suite_starts::StartState;
pub use maro_core::tracking::TrackedIssue;
pub use maro_store::activity::ActivityFilter;
pub use maro_store::audit::AuditFilter;
pub use maro_store::defects::DefectFilter;
pub use maro_store::finding_links::FindingLink;
pub use maro_store::idempotency::RequestKey;
pub use maro_store::inbox::DeadDelivery;
pub use maro_store::operations::OperationFilter;
pub use maro_store::outbox::OutboxFilter;
pub use maro_store::people::Person;
pub use maro_store::sessions::{Session, SessionFilter};
pub use maro_store::suite_runs::RunFilter;
pub use maro_store::tokens::ApiToken;
pub use maro_store::{Page, PageRequest, StoreError};

/// What rules are made of.
pub mod rules {
    pub use maro_core::rules::{
        Destination, Key, Kind, Match, Notify, Origin, Rehearsed, Rule, RuleFault, RuleState,
        TicketRule, Verdict, Would,
    };
    pub use maro_store::rules::{StoredRule, WatchedRow};

    /// The id of the defect or run that a rehearsal is about.
    #[must_use]
    pub fn rehearsed_id(one: &Rehearsed) -> uuid::Uuid {
        match one.finding.key {
            Key::Defect(id) => id.0,
            Key::Run(id) => id.0,
            // What is rehearsed is a defect or a run.
            Key::Suite { .. } => uuid::Uuid::nil(),
        }
    }
}
