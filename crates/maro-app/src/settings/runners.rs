//! The suites that people may start from Slack, and how each is started. Only an operator adds one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::TimeDelta;
use secrecy::SecretString;
use url::Url;

/// A suite that people may start.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The suite, as its reports name it.
    pub suite: String,
    /// How it is started.
    pub way: RunnerWay,
    /// How long after a start there is no other.
    pub cooldown: TimeDelta,
    /// After this long nobody waits for its end any more.
    pub patience: TimeDelta,
    /// The channels that it may be started from; all, when there is none.
    pub channels: Vec<String>,
}

/// How a suite is started.
#[derive(Debug, Clone)]
pub enum RunnerWay {
    /// By a signed request; a signed request comes back.
    Http {
        /// Where to.
        url: Url,
        /// What both are signed with.
        secret: SecretString,
    },
    /// By a command on this machine.
    Command {
        /// The program.
        program: String,
        /// Its arguments; nothing that people type is among them.
        arguments: Vec<String>,
        /// Its whole environment, beside what names the start.
        environment: BTreeMap<String, String>,
        /// Its home and working directory.
        folder: PathBuf,
    },
}

impl Runner {
    /// Whether people may start it from a channel.
    #[must_use]
    pub fn is_for(&self, channel: &str) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|known| known == channel)
    }
}
