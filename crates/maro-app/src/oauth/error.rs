//! What can go wrong between a person, Maro and Atlassian, and what to do next.

use maro_atlassian::JiraError;
use maro_atlassian::oauth::OAuthError;
use maro_store::StoreError;

use crate::secrets::{OpenError, SealError, Unavailable};

/// Why a step towards a connection was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OAuthProblem {
    /// No app is registered.
    #[error("there is no OAuth app yet")]
    NoApp,
    /// A field must be corrected.
    #[error("{message}")]
    Invalid {
        /// The field, as the API calls it.
        field: &'static str,
        /// A sentence for the person.
        message: String,
    },
    /// Maro does not know under which address Atlassian can send people back.
    #[error("Maro does not know its own address")]
    NoAddress,
    /// The answer belongs to no question of this person, came twice, or too late.
    #[error(
        "this answer from Atlassian was not expected: it came twice, too late, or to another browser"
    )]
    UnexpectedAnswer,
    /// The person said no at Atlassian.
    #[error("the access was declined at Atlassian")]
    Declined,
    /// Atlassian sent an error back instead of a code.
    #[error("Atlassian refused the authorization: {0}")]
    Refused(String),
    /// Without these scopes there is no use in a connection.
    #[error("Atlassian did not grant: {}", .0.join(", "))]
    MissingScopes(Vec<&'static str>),
    /// The grant reaches no site with Jira.
    #[error("this Atlassian account has given access to no site with Jira")]
    NoSite,
    /// The site is not among those to choose from.
    #[error("this site is not one of those to choose from")]
    UnknownSite,
    /// There is no grant.
    #[error("{}", maro_atlassian::sentences::NOT_CONFIGURED)]
    NotConnected,
    /// The grant is dead.
    #[error("{}", maro_atlassian::sentences::EXPIRED)]
    Expired,
    /// Atlassian's accounts said no, or nothing.
    #[error(transparent)]
    Atlassian(#[from] OAuthError),
    /// Jira said no, or nothing.
    #[error(transparent)]
    Jira(#[from] JiraError),
    /// The client could not be built.
    #[error("{0}")]
    Client(String),
    /// A secret does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// The place of the app's secret does not give or take it.
    #[error(transparent)]
    Secret(OpenError),
    /// The database failed.
    #[error("could not reach the database")]
    Store(#[from] StoreError),
}

impl From<OpenError> for OAuthProblem {
    fn from(err: OpenError) -> Self {
        match err {
            OpenError::Sealed(err) => Self::Sealed(err),
            OpenError::Store(err) => Self::Store(err),
            err => Self::Secret(err),
        }
    }
}

impl From<Unavailable> for OAuthProblem {
    fn from(err: Unavailable) -> Self {
        Self::Secret(err.into())
    }
}

impl OAuthProblem {
    /// What to do next, for the administrator.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoApp => "Save client id and client secret of your OAuth app first.",
            Self::Invalid { .. } => "Correct the field and save again.",
            Self::NoAddress => "Set MARO_PUBLIC_URL to the address under which people reach Maro.",
            Self::UnexpectedAnswer | Self::UnknownSite => "Start again with Authorize.",
            Self::Declined => "Authorize again and accept, if Maro is to use this account.",
            Self::Refused(_) | Self::Client(_) => {
                "Check callback URL and permissions of the app at developer.atlassian.com."
            }
            Self::MissingScopes(scopes) if scopes.contains(&"offline_access") => {
                "Without offline_access the connection would end after an hour. Check that the app at \
                 developer.atlassian.com is an OAuth 2.0 (3LO) app, then authorize again."
            }
            Self::MissingScopes(_) => {
                "Add these scopes to the app at developer.atlassian.com (Permissions), then authorize \
                 again."
            }
            Self::NoSite => "Authorize again with an account that may use Jira, and pick its site.",
            Self::NotConnected | Self::Expired => "Authorize on the page of the Jira connection.",
            Self::Atlassian(err) => err.next_step(),
            Self::Jira(err) => err.next_step(),
            Self::Sealed(_) => "Bring back the line of the key file, or save the secret again.",
            Self::Secret(OpenError::Unavailable(err)) => err.next_step(),
            Self::Secret(_) => "Save the client secret again.",
            Self::Store(_) => "Nothing was changed. Try again.",
        }
    }

    /// Whether Jira said that the account may not do this.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Jira(JiraError::Forbidden(_)))
    }

    /// Whether trying again may help without anybody doing something.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Jira(err) => err.is_transient(),
            Self::Atlassian(err) => matches!(err, OAuthError::Unavailable { .. }),
            Self::Secret(err) => matches!(err, OpenError::Unavailable(_)),
            _ => false,
        }
    }

    /// A stable word for programs and for the audit log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoApp => "no_oauth_app",
            Self::Invalid { .. } => "invalid",
            Self::NoAddress => "no_public_url",
            Self::UnexpectedAnswer => "unexpected_answer",
            Self::Declined => "declined",
            Self::Refused(_) => "refused_by_atlassian",
            Self::MissingScopes(_) => "missing_scopes",
            Self::NoSite => "no_site",
            Self::UnknownSite => "unknown_site",
            Self::NotConnected => "not_connected",
            Self::Expired => "expired",
            Self::Atlassian(_) => "atlassian",
            Self::Jira(_) => "jira",
            Self::Client(_) => "client",
            Self::Sealed(_) => "sealed",
            Self::Secret(_) => "secret",
            Self::Store(_) => "store",
        }
    }

    /// What happened and what to do next, for a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = self.to_string();
        if let Some(first) = text.get(..1) {
            let first = first.to_uppercase();
            text.replace_range(..1, &first);
        }
        if !text.ends_with(['.', '!', '?']) {
            text.push('.');
        }
        format!("{text} {}", self.next_step())
    }
}
