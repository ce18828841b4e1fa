//! What is wrong with a rule, field by field, before it is stored.

use super::{Kind, Pause, Rule};
use crate::findings::Outcome;

/// What is wrong with one field of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// The field, as the file and the API name it, for example `notify.interval`.
    pub field: String,
    /// A sentence for the person who wrote it.
    pub message: String,
}

const LONGEST_NAME: usize = 60;
const MOST_WORDS: usize = 50;
const LONGEST_WORD: usize = 200;
/// The shortest interval: Slack takes one message per second and channel.
const SHORTEST_INTERVAL: Pause = Pause::seconds(1);
const LONGEST_INTERVAL: Pause = Pause::minutes(7 * 24 * 60);
const LONGEST_WAIT: Pause = Pause::minutes(60);
const SHORTEST_REPEAT: Pause = Pause::minutes(5);
const MOST_IN_A_ROW: u32 = 10_000;
const MOST_TICKETS: u32 = 1_000;

impl Rule {
    /// Names everything that is wrong, without asking Slack or Jira.
    #[must_use]
    pub fn faults(&self) -> Vec<RuleFault> {
        let mut faults = Faults(Vec::new());
        faults.check(is_name(&self.name), "name", NAME);
        let does = self.notify.is_some() || self.ticket.is_some();
        faults.check(
            does,
            "notify",
            "Say who hears of it, or which ticket it becomes.",
        );
        self.check_match(&mut faults);
        self.check_notify(&mut faults);
        self.check_ticket(&mut faults);
        faults.0
    }

    fn check_match(&self, faults: &mut Faults) {
        let lists = [
            ("when.sources", &self.when.sources),
            ("when.title", &self.when.title),
            ("when.branches", &self.when.branches),
        ];
        for (field, words) in lists {
            let fits =
                |word: &String| !word.trim().is_empty() && word.chars().count() <= LONGEST_WORD;
            let fine = words.len() <= MOST_WORDS && words.iter().all(fits);
            faults.check(
                fine,
                field,
                "At most 50 of at most 200 characters, none of them empty.",
            );
        }
        let passed = self.when.outcomes.contains(&Outcome::Passed);
        let changes = self.notify.as_ref().is_some_and(|n| n.state_changes_only);
        let message = "That a suite passes again is told anyway. To hear of every run that passes, \
            turn state_changes_only off.";
        faults.check(!(passed && changes), "when.outcomes", message);
    }

    fn check_notify(&self, faults: &mut Faults) {
        let Some(notify) = &self.notify else { return };
        let interval = (SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(&notify.interval);
        faults.check(interval, "notify.interval", "An interval is from 1s to 7d.");
        let wait = notify.group_wait <= LONGEST_WAIT;
        faults.check(wait, "notify.group_wait", "Wait for at most 1h.");
        let in_a_row = (1..=MOST_IN_A_ROW).contains(&notify.in_a_row);
        faults.check(in_a_row, "notify.in_a_row", "In a row is from 1 to 10000.");
        let repeat = notify.repeat.is_none_or(|repeat| repeat >= SHORTEST_REPEAT);
        faults.check(repeat, "notify.repeat", "Repeat after 5m at the earliest.");
        let quiet = notify.quiet_hours.as_ref();
        let some = quiet.is_none_or(|quiet| quiet.from != quiet.to);
        faults.check(
            some,
            "notify.quiet_hours",
            "Quiet hours begin and end at different times.",
        );
    }

    fn check_ticket(&self, faults: &mut Faults) {
        let Some(ticket) = &self.ticket else { return };
        let after = (1..=MOST_IN_A_ROW).contains(&ticket.after);
        faults.check(after, "ticket.after", "After is from 1 to 10000.");
        let per_hour = (1..=MOST_TICKETS).contains(&ticket.per_hour);
        faults.check(per_hour, "ticket.per_hour", "Per hour is from 1 to 1000.");
        let only_runs = self.when.kinds == [Kind::SuiteRun];
        let message = "A run is no ticket; what fails in it is a defect. Add that kind.";
        faults.check(!only_runs, "ticket", message);
        for fault in ticket.plan.faults() {
            let field = format!("ticket.plan.{}", fault.field);
            let message = fault.message;
            faults.0.push(RuleFault { field, message });
        }
    }
}

const NAME: &str = "A name has 1 to 60 small letters, digits and hyphens, and begins with a letter \
    or a digit.";

/// Names stand in addresses, in the audit log and in the ledger.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.chars().all(plain)
        && !name.starts_with('-')
}

struct Faults(Vec<RuleFault>);

impl Faults {
    fn check(&mut self, fine: bool, field: &str, message: &str) {
        if !fine {
            self.0.push(RuleFault {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: &str) -> Vec<String> {
        let rule: Rule = serde_json::from_str(json).unwrap();
        rule.faults().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn each_mistake_is_named_by_its_field() {
        assert!(faults(r##"{"name":"ci-2","notify":{"to":"#ci"}}"##).is_empty());
        assert_eq!(faults(r#"{"name":"CI"}"#), ["name", "notify"]);
        let notify = r##"{"name":"ci","when":{"sources":[""],"outcomes":["passed"]},"notify":{"to":"#ci",
            "interval":"0s","group_wait":"2h","in_a_row":0,"repeat":"1s",
            "quiet_hours":{"from":"07:00","to":"07:00"}}}"##;
        assert_eq!(
            faults(notify),
            [
                "when.sources",
                "when.outcomes",
                "notify.interval",
                "notify.group_wait",
                "notify.in_a_row",
                "notify.repeat",
                "notify.quiet_hours"
            ]
        );
        let ticket = r#"{"name":"t","when":{"kinds":["suite_run"]},
            "ticket":{"after":0,"per_hour":0,"plan":{"project":"?"}}}"#;
        assert_eq!(
            faults(ticket),
            [
                "ticket.after",
                "ticket.per_hour",
                "ticket",
                "ticket.plan.project"
            ]
        );
    }
}
