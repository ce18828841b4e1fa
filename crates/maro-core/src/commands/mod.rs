//! What people type after `/maro`, or after mentioning Maro.

mod findings;

pub use findings::FindingQuery;

use crate::issue_key::IssueKey;
use crate::text::{clip, one_line};

/// A command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `create [title]`.
    Create {
        /// The title to begin with; may be empty.
        title: String,
    },
    /// `draft`: a thread becomes a draft (only by mention, since slash commands do not work in threads).
    Draft,
    /// `track KEY…`.
    Track(Vec<Result<IssueKey, String>>),
    /// `untrack KEY…`.
    Untrack(Vec<Result<IssueKey, String>>),
    /// `tracked`.
    Tracked,
    /// `defects [open|critical|…|words]`.
    Defects(FindingQuery),
    /// `run SUITE`.
    Run {
        /// The suite; may be empty.
        suite: String,
    },
    /// `why KEY|id|words`: what somebody wonders about; may be empty.
    Why(String),
    /// `status`.
    Status,
    /// `help`, or nothing.
    Help,
    /// Something else: the word that was not understood.
    Unknown(String),
}

/// Most keys that one command may name.
pub const MOST_KEYS: usize = 20;

impl Command {
    /// Reads the text of a command.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = one_line(text);
        let (word, rest) = text.split_once(' ').unwrap_or((text.as_str(), ""));
        match word.to_lowercase().as_str() {
            "" | "help" => Self::Help,
            "create" | "new" => Self::Create {
                title: rest.trim().to_owned(),
            },
            "draft" => Self::Draft,
            "track" => Self::Track(keys(rest)),
            "untrack" => Self::Untrack(keys(rest)),
            "tracked" => Self::Tracked,
            "defects" | "findings" => Self::Defects(FindingQuery::parse(rest)),
            "run" => Self::Run {
                suite: rest.trim().to_owned(),
            },
            "why" => Self::Why(rest.trim().to_owned()),
            "status" => Self::Status,
            _ => Self::Unknown(clip(word, 40)),
        }
    }
}

fn keys(text: &str) -> Vec<Result<IssueKey, String>> {
    let mut keys: Vec<Result<IssueKey, String>> = Vec::new();
    for word in text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let key = word.parse::<IssueKey>().map_err(|err| err.0);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.truncate(MOST_KEYS);
    keys
}

/// The answer to `help`. `command` is the name people type, for example `/maro`.
#[must_use]
pub fn help(command: &str) -> String {
    format!(
        "*Maro* drafts Jira tickets, lets somebody approve them, and creates each exactly once.\n\
         • `{command} create [title]` – draft a ticket\n\
         • `{command} track KEY…` – follow issues in this channel\n\
         • `{command} untrack KEY…` – stop following them\n\
         • `{command} tracked` – list what this channel follows\n\
         • `{command} defects [open|critical|alerts|all|words]` – what is wrong\n\
         • `{command} run SUITE` – start a test suite\n\
         • `{command} why KEY or words` – why something was told, or not\n\
         • `{command} status` – is everything connected, and what is open?\n\
         • `{command} help` – this text\n\
         In a thread: mention me with `draft`, or use the message menu → *Draft a Jira ticket*."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        let key: IssueKey = "SCRUM-1".parse().unwrap();
        let cases = [
            ("", Command::Help),
            ("HELP", Command::Help),
            (
                "create Login  fails",
                Command::Create {
                    title: "Login fails".into(),
                },
            ),
            (
                "create",
                Command::Create {
                    title: String::new(),
                },
            ),
            ("draft", Command::Draft),
            (
                "track scrum-1 SCRUM-1, x",
                Command::Track(vec![Ok(key.clone()), Err("x".into())]),
            ),
            ("untrack SCRUM-1", Command::Untrack(vec![Ok(key)])),
            ("track", Command::Track(vec![])),
            ("tracked", Command::Tracked),
            (
                "defects High",
                Command::Defects(FindingQuery::parse("high")),
            ),
            (
                "run nightly: <b>",
                Command::Run {
                    suite: "nightly: <b>".into(),
                },
            ),
            ("why SCRUM-1", Command::Why("SCRUM-1".into())),
            ("status", Command::Status),
            ("drop tables", Command::Unknown("drop".into())),
        ];
        for (text, command) in cases {
            assert_eq!(Command::parse(text), command, "{text}");
        }
    }
}
