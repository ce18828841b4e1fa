//! Why a workspace was not installed, in words for the person who tried.

use maro_slack::SlackError;
use maro_store::StoreError;

/// Why a workspace was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallProblem {
    /// The app's client id and secret are not configured.
    #[error(
        "Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET first, or the fields of the same name on the Slack page."
    )]
    NoClient,
    /// Maro does not know where Slack can send the browser back to.
    #[error("Set MARO_PUBLIC_URL first: Slack sends the browser back to it.")]
    NoAddress,
    /// The answer belongs to no question of this browser, came too late, or came twice.
    #[error(
        "This answer from Slack was not asked for in this browser, is too old, or was used. Begin again."
    )]
    UnexpectedAnswer,
    /// The person said no.
    #[error("The installation was cancelled in Slack. Nothing was changed.")]
    Declined,
    /// Slack's page says that it went wrong.
    #[error("Slack did not install the app ({0}). Nothing was changed.")]
    Refused(String),
    /// The app was installed for a whole organisation.
    #[error(
        "The app was installed for the whole organisation. Maro needs one workspace: choose it on Slack's page."
    )]
    WholeOrganisation,
    /// The call to Slack failed.
    #[error("{}", .0.sentence())]
    Slack(#[source] SlackError),
    /// The database failed.
    #[error("the installation could not be stored")]
    Store(#[from] StoreError),
}

impl InstallProblem {
    /// The word for the audit log.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::NoClient => "no_client",
            Self::NoAddress => "no_address",
            Self::UnexpectedAnswer => "unexpected_answer",
            Self::Declined => "declined",
            Self::Refused(_) => "refused",
            Self::WholeOrganisation => "whole_organisation",
            Self::Slack(err) => err.code(),
            Self::Store(_) => "store",
        }
    }
}
