//! From the errors of use cases to problems, in one place.

use axum::http::StatusCode;
use maro_app::drafts::{ApproveError, DiscardError, SaveError};
use maro_app::findings::tickets::TicketError;
use maro_app::findings::{FilesError, RecordError};
use maro_app::model::rules::RuleFault;
use maro_app::model::{DraftProblem, FieldFault, StoreError, TicketProblem};
use maro_app::oauth::OAuthProblem;
use maro_app::operations::DecideError;
use maro_app::outbox::ReplayError;
use maro_app::rules::RuleError;
use maro_app::sync::ResumeError;

use crate::problem::{FieldProblem, Problem};

fn conflict(code: &'static str, err: &impl std::error::Error) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, err.to_string())
}

fn refused(err: &impl std::error::Error) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "refused", err.to_string())
}

impl From<StoreError> for Problem {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::BadCursor => Self::bad_field("after", err.to_string()),
            StoreError::ZeroByte => Self::bad_field("body", err.to_string()),
            StoreError::Corrupt { .. } => Self::internal(&err),
            err => Self::unavailable(&err),
        }
    }
}

impl From<ResumeError> for Problem {
    fn from(err: ResumeError) -> Self {
        match err {
            ResumeError::NoTicket => Self::new(StatusCode::NOT_FOUND, "not_found", err.to_string()),
            ResumeError::NotPaused => conflict("not_paused", &err),
            ResumeError::Store(err) => err.into(),
        }
    }
}

impl From<SaveError> for Problem {
    fn from(err: SaveError) -> Self {
        match err {
            SaveError::Problems(problems) => {
                Self::invalid(problems.into_iter().map(field).collect())
            }
            SaveError::AlreadyCreated { .. } => conflict("already_created", &err),
            SaveError::InProgress => conflict("in_progress", &err),
            SaveError::GivenUp => conflict("given_up", &err),
            SaveError::OfFinding => conflict("of_finding", &err),
            SaveError::Raced => conflict("draft_changed", &err),
            SaveError::Store(err) => err.into(),
        }
    }
}

fn field(problem: DraftProblem) -> FieldProblem {
    FieldProblem {
        field: format!("content.{}", problem.field),
        message: problem.message,
    }
}

impl From<ApproveError> for Problem {
    fn from(err: ApproveError) -> Self {
        match err {
            ApproveError::NotFound => {
                Self::new(StatusCode::NOT_FOUND, "not_found", err.to_string())
            }
            ApproveError::DraftChanged => conflict("draft_changed", &err),
            ApproveError::TargetChanged => conflict("target_changed", &err),
            ApproveError::Refused(reason) => refused(&reason),
            ApproveError::Incomplete => conflict("incomplete", &err),
            ApproveError::InProgress => conflict("in_progress", &err),
            ApproveError::AlreadyCreated { .. } => conflict("already_created", &err),
            ApproveError::Discarded => conflict("discarded", &err),
            ApproveError::Store(err) => err.into(),
        }
    }
}

impl From<DiscardError> for Problem {
    fn from(err: DiscardError) -> Self {
        match err {
            DiscardError::NotFound => Self::not_found("draft"),
            DiscardError::DraftChanged => conflict("draft_changed", &err),
            DiscardError::TooLate => conflict("too_late", &err),
            DiscardError::Store(err) => err.into(),
        }
    }
}

impl From<DecideError> for Problem {
    fn from(err: DecideError) -> Self {
        match err {
            DecideError::NotFound => Self::not_found("operation"),
            DecideError::NotAsked => conflict("not_asked", &err),
            DecideError::Refused(reason) => refused(&reason),
            DecideError::NoSuchIssue(_) | DecideError::WrongProject(_) => {
                let message = err.to_string();
                Self::invalid(vec![FieldProblem {
                    field: "key".to_owned(),
                    message,
                }])
            }
            DecideError::Jira(_) => Self::new(StatusCode::BAD_GATEWAY, "jira", err.to_string()),
            DecideError::Store(err) => err.into(),
        }
    }
}

impl From<TicketError> for Problem {
    fn from(err: TicketError) -> Self {
        match err {
            TicketError::NoFinding => Self::not_found("defect"),
            TicketError::NoTicket => conflict("no_ticket", &err),
            TicketError::NotNow(_) => conflict("not_now", &err),
            TicketError::NoProject => Self::bad_field("plan.project", err.to_string()),
            TicketError::Faults(faults) => {
                Self::invalid(faults.into_iter().map(planned_field).collect())
            }
            TicketError::Refused(reason) => refused(&reason),
            TicketError::NoSuchIssue(_) => Self::invalid(vec![FieldProblem {
                field: "key".to_owned(),
                message: err.to_string(),
            }]),
            TicketError::Jira(_) => Self::new(StatusCode::BAD_GATEWAY, "jira", err.to_string()),
            TicketError::Store(err) => err.into(),
        }
    }
}

fn planned_field(fault: TicketProblem) -> FieldProblem {
    FieldProblem {
        field: format!("plan.{}", fault.field),
        message: fault.message,
    }
}

impl From<OAuthProblem> for Problem {
    fn from(err: OAuthProblem) -> Self {
        let status = match &err {
            OAuthProblem::Invalid { field, message } => return Self::bad_field(*field, message),
            OAuthProblem::Sealed(cause) => return Self::internal(cause),
            OAuthProblem::NotConnected | OAuthProblem::Expired => StatusCode::UNAUTHORIZED,
            err if err.is_forbidden() => StatusCode::FORBIDDEN,
            err if err.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            OAuthProblem::Jira(_) | OAuthProblem::Atlassian(_) => StatusCode::BAD_GATEWAY,
            _ => StatusCode::CONFLICT,
        };
        let (code, sentence) = (err.code(), err.sentence());
        match err {
            OAuthProblem::Store(err) => err.into(),
            _ => Self::new(status, code, sentence),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(err: RecordError) -> Self {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        match err {
            RecordError::Faults(faults) => {
                Self::invalid(faults.into_iter().map(named_field).collect())
            }
            RecordError::KeyReused => Self::new(unprocessable, "key_reused", err.to_string()),
            RecordError::Store(err) => err.into(),
        }
    }
}

fn named_field(fault: FieldFault) -> FieldProblem {
    FieldProblem {
        field: fault.field.to_owned(),
        message: fault.message,
    }
}

impl From<FilesError> for Problem {
    fn from(err: FilesError) -> Self {
        let sentence = err.to_string();
        match err {
            FilesError::NoFiles => Self::bad_field("body", sentence),
            FilesError::NoReport { file, .. } | FilesError::Broken(file) => {
                Self::invalid(vec![FieldProblem {
                    field: file,
                    message: sentence,
                }])
            }
            FilesError::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", sentence),
            FilesError::NoName => Self::invalid(vec![FieldProblem {
                field: "suite".to_owned(),
                message: sentence,
            }]),
            FilesError::Disk(_) => Self::internal(&err),
            FilesError::Record(err) => err.into(),
        }
    }
}

impl From<RuleError> for Problem {
    fn from(err: RuleError) -> Self {
        let sentence = err.to_string();
        match err {
            RuleError::Faults(faults) => {
                let field = |fault: RuleFault| FieldProblem {
                    field: fault.field,
                    message: fault.message,
                };
                Self::invalid(faults.into_iter().map(field).collect())
            }
            RuleError::InFile => Self::new(StatusCode::CONFLICT, "in_file", sentence),
            RuleError::NotFound => Self::not_found("rule"),
            RuleError::Store(err) => err.into(),
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(err: ReplayError) -> Self {
        match err {
            ReplayError::NotDead => conflict("not_dead", &err),
            ReplayError::Store(err) => err.into(),
        }
    }
}
