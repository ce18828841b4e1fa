//! Health: what the last real calls and everything else that is known say about a connection.
//!
//! Pure. The facts are collected in `maro_app::health`; this module only judges them.
//!
//! **Invariants:** "configured" is never "healthy": without a call that worked lately there is no
//! such verdict. Whatever is not healthy names its reason and what to do next.

use chrono::{DateTime, TimeDelta, Utc};

use crate::calls::FailureKind;

/// A success older than this proves nothing: connections are probed every two minutes.
pub const FRESH: TimeDelta = TimeDelta::minutes(10);

/// How a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HealthStatus {
    /// Nothing is set.
    Unconfigured,
    /// Calls work.
    Healthy,
    /// It works in part, or not for long.
    Degraded,
    /// It does not work.
    Error,
}

impl HealthStatus {
    /// All, from good to bad.
    pub const ALL: [Self; 4] = [
        Self::Unconfigured,
        Self::Healthy,
        Self::Degraded,
        Self::Error,
    ];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfigured => "unconfigured",
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Error => "error",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// The last call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastFailure {
    /// When.
    pub at: DateTime<Utc>,
    /// What it says about the connection.
    pub kind: FailureKind,
    /// The true error.
    pub sentence: String,
}

/// Where somebody can do something about a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// Where it is configured.
    #[default]
    Connection,
    /// Where a person consents at Atlassian.
    Consent,
    /// Where messages wait that could not be delivered.
    Outbox,
}

/// Something besides the last calls that speaks against a connection: a token that ends soon, a
/// channel that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// [`HealthStatus::Degraded`] or [`HealthStatus::Error`].
    pub status: HealthStatus,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub next_step: String,
    /// Where to do it.
    pub place: Place,
}

impl Concern {
    /// It works, but somebody should look.
    #[must_use]
    pub fn degraded(reason: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self {
            status: HealthStatus::Degraded,
            reason: reason.into(),
            next_step: next_step.into(),
            place: Place::default(),
        }
    }

    /// It does not work.
    #[must_use]
    pub fn error(reason: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self {
            status: HealthStatus::Error,
            ..Self::degraded(reason, next_step)
        }
    }

    /// The same, to be dealt with elsewhere.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }
}

/// What is known about a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// Whether anything is set.
    pub configured: bool,
    /// When the other side last answered us as it should; a refusal of one request is such an answer.
    pub last_success: Option<DateTime<Utc>>,
    /// The last failure of the connection; refusals are none.
    pub last_failure: Option<LastFailure>,
    /// What else speaks against it.
    pub concerns: Vec<Concern>,
    /// Set where there is nobody to ask: what to say as long as no call was made. The age of a call
    /// that worked then says nothing.
    pub unasked: Option<Concern>,
}

/// How a connection does, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it does.
    pub status: HealthStatus,
    /// What is wrong; `None` when nothing is.
    pub reason: Option<String>,
    /// What to do; `None` when nothing is to be done.
    pub next_step: Option<String>,
    /// Where to do it; `None` when nothing is to be done.
    pub place: Option<Place>,
}

/// Judges a connection. Of several reasons the worst counts, and of these the first.
#[must_use]
pub fn judge(observed: &Observed, now: DateTime<Utc>) -> Verdict {
    if !observed.configured {
        return verdict(Concern {
            status: HealthStatus::Unconfigured,
            reason: "It is not configured.".into(),
            next_step: "Connect it on its page.".into(),
            place: Place::Connection,
        });
    }
    let of_calls = of_calls(observed, now);
    let worst = of_calls
        .iter()
        .chain(&observed.concerns)
        .reduce(|worst, next| {
            if next.status > worst.status {
                next
            } else {
                worst
            }
        });
    worst.cloned().map_or(HEALTHY, verdict)
}

const HEALTHY: Verdict = Verdict {
    status: HealthStatus::Healthy,
    reason: None,
    next_step: None,
    place: None,
};

fn verdict(concern: Concern) -> Verdict {
    Verdict {
        status: concern.status,
        reason: Some(concern.reason),
        next_step: Some(concern.next_step),
        place: Some(concern.place),
    }
}

fn of_calls(observed: &Observed, now: DateTime<Utc>) -> Option<Concern> {
    let last_success = observed.last_success;
    let failing = observed
        .last_failure
        .as_ref()
        .filter(|failure| last_success.is_none_or(|success| failure.at > success));
    let fresh = last_success.is_some_and(|success| now - success < FRESH);
    match (failing, last_success) {
        (Some(failure), _) => Some(of_failure(failure, fresh)),
        (None, None) if observed.unasked.is_some() => observed.unasked.clone(),
        (None, Some(_)) if observed.unasked.is_some() => None,
        (None, None) => Some(Concern::degraded(
            "No call was made yet.",
            "Wait a moment, or test the connection on its page.",
        )),
        (None, Some(success)) if !fresh => Some(Concern::degraded(
            format!(
                "No call has worked since {}.",
                success.format("%Y-%m-%d %H:%M UTC")
            ),
            "Test the connection on its page.",
        )),
        (None, Some(_)) => None,
    }
}

/// One failure between successes is no outage; wrong credentials are, at once.
fn of_failure(failure: &LastFailure, fresh: bool) -> Concern {
    let next_step = match failure.kind {
        FailureKind::Credential => "Open its page and enter credentials that work.",
        FailureKind::Limited => "Nothing to do: Maro goes on by itself when it may.",
        FailureKind::Unreachable | FailureKind::Refused => {
            "Maro keeps trying. If it goes on, check the address and the network."
        }
    };
    let passing = fresh && failure.kind != FailureKind::Credential;
    if passing || failure.kind == FailureKind::Limited {
        Concern::degraded(failure.sentence.clone(), next_step)
    } else {
        Concern::error(failure.sentence.clone(), next_step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn ago(minutes: i64) -> DateTime<Utc> {
        now() - TimeDelta::minutes(minutes)
    }

    fn failed(minutes: i64, kind: FailureKind) -> LastFailure {
        LastFailure {
            at: ago(minutes),
            kind,
            sentence: "It said no.".into(),
        }
    }

    fn status(observed: Observed) -> HealthStatus {
        let verdict = judge(
            &Observed {
                configured: true,
                ..observed
            },
            now(),
        );
        let silent = verdict.reason.is_none() || verdict.next_step.is_none();
        assert_eq!(silent, verdict.status == HealthStatus::Healthy);
        verdict.status
    }

    #[test]
    fn configured_is_never_healthy_without_a_call() {
        assert_eq!(status(Observed::default()), HealthStatus::Degraded);
        let nothing = judge(&Observed::default(), now());
        assert_eq!(nothing.status, HealthStatus::Unconfigured);
    }

    #[test]
    fn an_old_success_proves_nothing() {
        let succeeded = |minutes| Observed {
            last_success: Some(ago(minutes)),
            ..Observed::default()
        };
        assert_eq!(status(succeeded(9)), HealthStatus::Healthy);
        assert_eq!(status(succeeded(11)), HealthStatus::Degraded);
    }

    #[test]
    fn where_nobody_can_be_asked_time_alone_proves_nothing() {
        let asked = |last_success, last_failure| {
            status(Observed {
                last_success,
                last_failure,
                unasked: Some(Concern::degraded("nobody is there", "invite somebody")),
                ..Observed::default()
            })
        };
        assert_eq!(asked(None, None), HealthStatus::Degraded);
        assert_eq!(asked(Some(ago(9_999)), None), HealthStatus::Healthy);
        let gone = Some(failed(1, FailureKind::Credential));
        assert_eq!(asked(Some(ago(2)), gone), HealthStatus::Error);
    }

    #[test]
    fn a_failure_counts_until_a_call_works_again() {
        let seen = |success, failure, kind| {
            status(Observed {
                last_success: Some(ago(success)),
                last_failure: Some(failed(failure, kind)),
                ..Observed::default()
            })
        };
        assert_eq!(seen(1, 2, FailureKind::Unreachable), HealthStatus::Healthy);
        assert_eq!(seen(3, 2, FailureKind::Unreachable), HealthStatus::Degraded);
        assert_eq!(seen(30, 2, FailureKind::Unreachable), HealthStatus::Error);
        assert_eq!(seen(3, 2, FailureKind::Credential), HealthStatus::Error);
        assert_eq!(seen(30, 2, FailureKind::Limited), HealthStatus::Degraded);
    }

    #[test]
    fn the_worst_concern_decides_and_the_first_of_equals() {
        let concerns = vec![
            Concern::degraded("ends soon", "renew"),
            Concern::error("revoked", "reconnect").at(Place::Consent),
            Concern::error("gone", "look"),
        ];
        let observed = Observed {
            configured: true,
            last_success: Some(ago(0)),
            concerns,
            ..Observed::default()
        };
        let verdict = judge(&observed, now());
        assert_eq!(verdict.status, HealthStatus::Error);
        assert_eq!(verdict.reason.as_deref(), Some("revoked"));
        assert_eq!(verdict.place, Some(Place::Consent));
    }
}
