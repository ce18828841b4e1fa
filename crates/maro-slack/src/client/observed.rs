//! Telling an observer about every call: which one, how long it took, and why it failed.

use std::time::Instant;

use maro_core::calls::{Call, CallFailure, FailureKind, Observer};

use super::{SlackClient, SlackError};

/// Refusals that no call can do without somebody changing the app.
const OF_THE_APP: [&str; 3] = ["missing_scope", "not_allowed_token_type", "no_permission"];
/// Refusals that say that an incoming webhook is gone: nothing it is asked for works any more.
const OF_THE_WEBHOOK: [&str; 5] = [
    "no_service",
    "no_active_hooks",
    "invalid_token",
    "no_team",
    "team_disabled",
];

impl SlackClient {
    /// Tells `observer` about every call from now on.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// Makes a call and tells of it. `kind` is Slack's name of the method.
    pub(crate) async fn observe<T>(
        &self,
        kind: &'static str,
        call: impl Future<Output = Result<T, SlackError>>,
    ) -> Result<T, SlackError> {
        observe(&self.observer, kind, call).await
    }
}

/// Makes a call and tells `observer` of it.
pub(crate) async fn observe<T>(
    observer: &Observer,
    kind: &'static str,
    call: impl Future<Output = Result<T, SlackError>>,
) -> Result<T, SlackError> {
    let begun = Instant::now();
    let result = call.await;
    observer.tell(Call {
        kind,
        took: begun.elapsed(),
        failure: result.as_ref().err().map(SlackError::call_failure),
    });
    result
}

impl SlackError {
    /// What the error says about the connection.
    #[must_use]
    pub fn call_failure(&self) -> CallFailure {
        let kind = match self {
            Self::Unauthorized { .. } => FailureKind::Credential,
            Self::Api { error, .. }
                if OF_THE_APP.contains(&error.as_str())
                    || OF_THE_WEBHOOK.contains(&error.as_str()) =>
            {
                FailureKind::Credential
            }
            Self::RateLimited { .. } => FailureKind::Limited,
            Self::NotSent(_) | Self::OutcomeUnknown(_) | Self::NoToken { .. } => {
                FailureKind::Unreachable
            }
            Self::Api { .. } | Self::ForeignAddress | Self::Unsendable => FailureKind::Refused,
        };
        CallFailure {
            kind,
            sentence: self.sentence(),
        }
    }
}
