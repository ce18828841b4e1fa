//! People: who may do what on the web, and who is who between Slack and Jira.

use serde::{Deserialize, Serialize};

/// What a signed-in person may do. Each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May look.
    Viewer,
    /// May draft, track and replay.
    Member,
    /// May approve, discard and decide unknown outcomes, where policy agrees.
    Approver,
    /// May do everything.
    Admin,
}

impl Role {
    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Viewer, Self::Member, Self::Approver, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// What an API token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Read sessions, drafts, operations, tracked issues.
    #[serde(rename = "read")]
    Read,
    /// Create and change drafts.
    #[serde(rename = "drafts:write")]
    DraftsWrite,
    /// Approve, discard and decide unknown outcomes.
    #[serde(rename = "approvals:write")]
    ApprovalsWrite,
    /// Track and untrack issues.
    #[serde(rename = "tracking:write")]
    TrackingWrite,
    /// Read the outbox and replay dead letters.
    #[serde(rename = "outbox:write")]
    OutboxWrite,
    /// Read the audit log.
    #[serde(rename = "audit:read")]
    AuditRead,
    /// Read configuration, health and activity of integrations.
    #[serde(rename = "integrations:read")]
    IntegrationsRead,
    /// Configure integrations and try them out.
    #[serde(rename = "integrations:write")]
    IntegrationsWrite,
    /// Read suite runs and what else was found.
    #[serde(rename = "findings:read")]
    FindingsRead,
    /// Report suite runs and what else was found.
    #[serde(rename = "findings:write")]
    FindingsWrite,
    /// Read rules and try them out without telling anybody.
    #[serde(rename = "rules:read")]
    RulesRead,
    /// Change rules: who is told of what, and what becomes a ticket.
    #[serde(rename = "rules:write")]
    RulesWrite,
}

impl Scope {
    /// Every scope, in the order they are listed to people.
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::DraftsWrite,
        Self::ApprovalsWrite,
        Self::TrackingWrite,
        Self::OutboxWrite,
        Self::AuditRead,
        Self::IntegrationsRead,
        Self::IntegrationsWrite,
        Self::FindingsRead,
        Self::FindingsWrite,
        Self::RulesRead,
        Self::RulesWrite,
    ];

    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::DraftsWrite => "drafts:write",
            Self::ApprovalsWrite => "approvals:write",
            Self::TrackingWrite => "tracking:write",
            Self::OutboxWrite => "outbox:write",
            Self::AuditRead => "audit:read",
            Self::IntegrationsRead => "integrations:read",
            Self::IntegrationsWrite => "integrations:write",
            Self::FindingsRead => "findings:read",
            Self::FindingsWrite => "findings:write",
            Self::RulesRead => "rules:read",
            Self::RulesWrite => "rules:write",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}
