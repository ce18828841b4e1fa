//! What people write: rules, in JSON or TOML. Unknown fields are refused, so that a typing mistake
//! is no rule that does something else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Pause, QuietHours};
use crate::findings::tickets::TicketPlan;
use crate::findings::{FindingKind, Outcome, Severity};

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name; the approver of its tickets is `rule:<name>`.
    pub name: String,
    /// Whether it is applied.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Which findings it is about.
    #[serde(default)]
    pub when: Match,
    /// Who hears of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
    /// Which ticket they become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketRule>,
}

/// What kind of finding, runs of suites among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A run of a suite.
    SuiteRun,
    /// A defect.
    Defect,
    /// An alert of a monitor.
    Alert,
    /// Something unusual.
    EdgeCase,
}

impl From<FindingKind> for Kind {
    fn from(kind: FindingKind) -> Self {
        match kind {
            FindingKind::Defect => Self::Defect,
            FindingKind::Alert => Self::Alert,
            FindingKind::EdgeCase => Self::EdgeCase,
        }
    }
}

/// Which findings a rule is about. What is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// Of one of these kinds.
    pub kinds: Vec<Kind>,
    /// At least this bad. Runs have no severity and are not held back by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_severity: Option<Severity>,
    /// From one of these suites, monitors or tools; `*` stands for anything.
    pub sources: Vec<String>,
    /// With one of these in the title, whatever their case.
    pub title: Vec<String>,
    /// Runs that ended so; those that failed or were empty, when none is named.
    pub outcomes: Vec<Outcome>,
    /// Seen by a run on one of these branches; `*` stands for anything.
    pub branches: Vec<String>,
    /// Also what is known to be flaky.
    pub include_flaky: bool,
}

/// Where people are told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Destination {
    /// The alert channel of the deployment, else its incoming webhook.
    Alerts,
    /// The incoming webhook.
    Webhook,
    /// A channel, in the workspace of the operator's token or in the named one.
    Channel {
        /// The workspace, where it is named.
        team: Option<String>,
        /// The channel's id, or its name with `#`.
        channel: String,
    },
}

/// How people are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// Where: `alerts`, `webhook`, `#name`, `C0123456` or `T0123456/C0123456`.
    pub to: Destination,
    /// Whether a repetition only changes the number on the card. Otherwise it is a line in the
    /// card's thread too, and a rule for passed runs tells each run.
    #[serde(default = "yes")]
    pub state_changes_only: bool,
    /// How often it must be seen in a row.
    #[serde(default = "one")]
    pub in_a_row: u32,
    /// How long to wait for more that belongs together.
    #[serde(default = "no_pause")]
    pub group_wait: Pause,
    /// A place gets at most one message and one digest in this time.
    #[serde(default = "a_minute")]
    pub interval: Pause,
    /// After how long it is told again while it is open and nobody acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Pause>,
    /// When nothing is told; it is told in a digest afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
}

/// Which ticket a finding becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketRule {
    /// With which sighting in a row.
    #[serde(default = "one")]
    pub after: u32,
    /// How many tickets the rule makes in an hour; the rest waits for the next.
    #[serde(default = "twenty")]
    pub per_hour: u32,
    /// Project, type and fields.
    pub plan: TicketPlan,
}

const fn yes() -> bool {
    true
}

const fn one() -> u32 {
    1
}

const fn twenty() -> u32 {
    20
}

const fn no_pause() -> Pause {
    Pause::ZERO
}

const fn a_minute() -> Pause {
    Pause::minutes(1)
}

impl Notify {
    /// How people are told when nothing but the place is said.
    #[must_use]
    pub fn plainly(to: Destination) -> Self {
        Self {
            to,
            state_changes_only: yes(),
            in_a_row: one(),
            group_wait: no_pause(),
            interval: a_minute(),
            repeat: None,
            quiet_hours: None,
        }
    }
}

impl TicketRule {
    /// A ticket with the first sighting, by the usual plan of a project. `None`: it has no name.
    #[must_use]
    pub fn in_project(key: &str) -> Option<Self> {
        (!key.is_empty()).then(|| Self {
            after: one(),
            per_hour: twenty(),
            plan: TicketPlan::of_project(key),
        })
    }
}

impl Rule {
    /// Whether each run that matches is told for itself, instead of rows of failing runs.
    #[must_use]
    pub fn tells_every_run(&self) -> bool {
        let passed = self.when.outcomes.contains(&Outcome::Passed);
        let all = self
            .notify
            .as_ref()
            .map(|notify| !notify.state_changes_only);
        passed && all == Some(true)
    }
}

/// The text names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no place; write alerts, webhook, #name, the id of a channel, or workspace/channel by their ids"
)]
pub struct NoDestination(String);

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alerts => f.write_str("alerts"),
            Self::Webhook => f.write_str("webhook"),
            Self::Channel { team, channel } => match team {
                Some(team) => write!(f, "{team}/{channel}"),
                None => f.write_str(channel),
            },
        }
    }
}

impl FromStr for Destination {
    type Err = NoDestination;

    fn from_str(text: &str) -> Result<Self, NoDestination> {
        match text {
            "alerts" => return Ok(Self::Alerts),
            "webhook" => return Ok(Self::Webhook),
            _ => {}
        }
        let (team, channel) = match text.split_once('/') {
            Some((team, channel)) => (Some(team), channel),
            None => (None, text),
        };
        let team_fits = team.is_none_or(|team| is_id(team, "TE"));
        if team_fits && (is_id(channel, "CG") || is_name(channel)) {
            return Ok(Self::Channel {
                team: team.map(str::to_owned),
                channel: channel.to_owned(),
            });
        }
        Err(NoDestination(text.chars().take(100).collect()))
    }
}

/// Slack's ids are a letter for their kind and capital letters and digits.
fn is_id(text: &str, kinds: &str) -> bool {
    let rest = text.strip_prefix(|first| kinds.contains(first));
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    rest.is_some_and(|rest| !rest.is_empty() && rest.len() <= 30 && rest.chars().all(plain))
}

/// Slack's names of channels have at most 80 characters, without spaces and capitals.
fn is_name(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_uppercase() && !"/#:<>@".contains(c);
    text.strip_prefix('#').is_some_and(|name| {
        !name.is_empty() && name.chars().count() <= 80 && name.chars().all(fits)
    })
}

impl From<Destination> for String {
    fn from(to: Destination) -> Self {
        to.to_string()
    }
}

impl TryFrom<String> for Destination {
    type Error = NoDestination;

    fn try_from(text: String) -> Result<Self, NoDestination> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_people_write_them() {
        for text in [
            "alerts",
            "webhook",
            "#build-news",
            "C0123",
            "T1/C2",
            "T1/#ops",
        ] {
            let to: Destination = text.parse().unwrap();
            assert_eq!(to.to_string(), text);
        }
        for text in [
            "", "#", "ops", "c0123", "t1/C1", "T1/", "#Ops", "# ops", "C1/C2/C3",
        ] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_short_rule_has_the_usual_manners_and_a_misspelt_one_is_refused() {
        let json = r##"{"name":"ci","notify":{"to":"#ci"}}"##;
        let rule: Rule = serde_json::from_str(json).unwrap();
        let to = Destination::Channel {
            team: None,
            channel: "#ci".into(),
        };
        assert!(rule.enabled);
        assert_eq!(rule.notify, Some(Notify::plainly(to)));
        for json in [
            r##"{"name":"ci","notify":{"to":"#ci","intervall":"1m"}}"##,
            r##"{"name":"ci","notify":{"to":"#ci","interval":60}}"##,
            r#"{"name":"ci","when":{"kind":["defect"]}}"#,
        ] {
            assert!(serde_json::from_str::<Rule>(json).is_err(), "{json}");
        }
    }
}
