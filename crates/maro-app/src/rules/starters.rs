//! Rules to start with, offered where there is none.

use maro_core::findings::Severity;
use maro_core::rules::{Destination, Kind, Match, Notify, Rule};

/// Failing suites, bad defects and alerts, each to the alert channel.
#[must_use]
pub fn starters() -> Vec<Rule> {
    let rule = |name: &str, kinds: &[Kind], min_severity| Rule {
        name: name.to_owned(),
        enabled: true,
        when: Match {
            kinds: kinds.to_vec(),
            min_severity,
            ..Match::default()
        },
        notify: Some(Notify::plainly(Destination::Alerts)),
        ticket: None,
    };
    vec![
        rule("failing-suites", &[Kind::SuiteRun], None),
        rule("bad-defects", &[Kind::Defect], Some(Severity::High)),
        rule("alerts", &[Kind::Alert], None),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn rules_to_start_with_are_valid() {
        for rule in super::starters() {
            assert_eq!(rule.faults(), []);
        }
    }
}
