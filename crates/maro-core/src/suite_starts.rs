//! Suites that somebody asked Maro to start, and how that went.
//!
//! A suite is started by a runner that the operator allowed; nothing that somebody types becomes an
//! address or a command. One start of a suite lives at a time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::actor::Actor;
use crate::findings::Place;
use crate::ids::{RunId, StartId};

/// How a start stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StartState {
    /// Waits for an instance to begin.
    Wanted,
    /// The runner is at work.
    Running,
    /// The runner is done. Whether the tests passed is for their report to say.
    Finished,
    /// The runner could not begin, or broke off.
    Failed,
    /// Nobody knows what became of it.
    Lost,
}

impl StartState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Wanted,
        Self::Running,
        Self::Finished,
        Self::Failed,
        Self::Lost,
    ];

    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing more is to come of it.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Lost)
    }
}

/// One start of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteStart {
    /// Its id; ids are in the order of time.
    pub id: StartId,
    /// The suite.
    pub suite: String,
    /// How it stands.
    pub state: StartState,
    /// Who asked for it.
    pub asked_by: Actor,
    /// Where its progress is shown.
    pub place: Place,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When the runner began.
    pub began_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// The last that the runner said.
    pub note: String,
    /// The run that was reported since.
    pub run: Option<RunId>,
}

/// Why a suite is not started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// It is at work since then.
    Running(DateTime<Utc>),
    /// It was started a moment ago; it can be again then.
    Cooling(DateTime<Utc>),
}

/// Whether a suite may be started, by what is known of its last start.
pub fn may_start(
    last: Option<&SuiteStart>,
    cooldown: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), NotNow> {
    match last {
        Some(last) if !last.state.is_over() => Err(NotNow::Running(last.asked_at)),
        Some(last) if now < last.asked_at + cooldown => {
            Err(NotNow::Cooling(last.asked_at + cooldown))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_at_a_time_and_not_too_often() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let start = |state, ago| SuiteStart {
            id: StartId(Uuid::nil()),
            suite: "nightly".into(),
            state,
            asked_by: Actor::System,
            place: Place::Webhook,
            asked_at: now - TimeDelta::minutes(ago),
            began_at: None,
            ended_at: None,
            note: String::new(),
            run: None,
        };
        let may = |state, ago| may_start(Some(&start(state, ago)), TimeDelta::minutes(5), now);
        let at = |minutes| now + TimeDelta::minutes(minutes);
        assert_eq!(may_start(None, TimeDelta::minutes(5), now), Ok(()));
        assert_eq!(may(StartState::Running, 90), Err(NotNow::Running(at(-90))));
        assert_eq!(may(StartState::Finished, 2), Err(NotNow::Cooling(at(3))));
        assert_eq!(may(StartState::Lost, 5), Ok(()));
    }
}
