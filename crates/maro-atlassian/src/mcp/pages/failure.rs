//! Why a call for a page failed, translated to the errors that REST has, too.

use super::super::failure::{CallError, UNAUTHORIZED, limit, refusal};
use super::super::said::{Meaning, meaning, proves_refusal};
use crate::confluence::{ConfluenceError, PageError};
use crate::rest::UnknownReason;

/// What the servers say when a page has another version than the change was based on.
const CONFLICTS: [&str; 4] = [
    "has changed since it was read",
    "version conflict",
    "version must be incremented",
    "409 client error",
];

impl CallError {
    /// What it means for a new page.
    pub(super) fn of_new_page(self) -> PageError {
        match self {
            Self::NotSent { what, retry_after } => PageError::NotReady { what, retry_after },
            Self::Missing(what) => PageError::NotReady {
                what,
                retry_after: None,
            },
            Self::Unauthorized => PageError::NotReady {
                what: UNAUTHORIZED.into(),
                retry_after: None,
            },
            Self::Expired => PageError::Expired,
            Self::RateLimited(retry_after) => PageError::RateLimited(limit(retry_after)),
            Self::Forbidden(text) => PageError::Rejected(refusal(403, text)),
            Self::Refused(text) => PageError::Rejected(refusal(400, text)),
            Self::Said(text) if proves_refusal(&text) => PageError::Rejected(refusal(400, text)),
            Self::Said(text) => unknown(UnknownReason::Said(text)),
            Self::Lost(reason) => unknown(reason),
        }
    }

    /// What it means for a call about a page that may be repeated.
    pub(super) fn of_page(self) -> ConfluenceError {
        match self {
            Self::NotSent { what, retry_after } => ConfluenceError::NotReady { what, retry_after },
            Self::Missing(what) => ConfluenceError::NotReady {
                what,
                retry_after: None,
            },
            Self::Unauthorized => ConfluenceError::NotReady {
                what: UNAUTHORIZED.into(),
                retry_after: None,
            },
            Self::Expired => ConfluenceError::Expired,
            Self::RateLimited(retry_after) => ConfluenceError::RateLimited(limit(retry_after)),
            Self::Forbidden(text) => ConfluenceError::Forbidden(refusal(403, text)),
            Self::Refused(text) => ConfluenceError::Rejected(refusal(400, text)),
            Self::Said(text) => said(text),
            Self::Lost(UnknownReason::UnreadableAnswer) => ConfluenceError::UnexpectedAnswer {
                what: "the MCP server's answer".into(),
            },
            Self::Lost(_) => unavailable(),
        }
    }
}

fn said(text: String) -> ConfluenceError {
    let lower = text.to_lowercase();
    if CONFLICTS.iter().any(|words| lower.contains(words)) {
        return ConfluenceError::Conflict { current: None };
    }
    match meaning(&text) {
        Meaning::Unauthorized => ConfluenceError::Unauthorized(refusal(401, text)),
        Meaning::Forbidden => ConfluenceError::Forbidden(refusal(403, text)),
        Meaning::NotFound => ConfluenceError::NotFound,
        Meaning::RateLimited => ConfluenceError::RateLimited(limit(None)),
        Meaning::WebPage => ConfluenceError::WebPage,
        Meaning::Unavailable => unavailable(),
        Meaning::Refused => ConfluenceError::Rejected(refusal(400, text)),
    }
}

fn unknown(reason: UnknownReason) -> PageError {
    PageError::OutcomeUnknown {
        reason,
        source: None,
    }
}

fn unavailable() -> ConfluenceError {
    ConfluenceError::Unavailable {
        status: None,
        retry_after: None,
        source: None,
    }
}
