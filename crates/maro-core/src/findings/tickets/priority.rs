//! From a severity to a priority that the project has.

use std::collections::BTreeMap;

use crate::findings::Severity;

/// The priority for a severity, out of those that the issue type takes, the most urgent first.
///
/// What the plan says counts first, then the usual names (`critical` is Highest, `high` High,
/// `medium` Medium, `low` Low, and what older schemes call them). A project with names of its own
/// gets the one at the same height. `None` where the screen has no priority.
#[must_use]
pub fn priority_for(
    severity: Severity,
    planned: &BTreeMap<Severity, String>,
    allowed: &[String],
) -> Option<String> {
    let find = |name: &str| {
        let mut same = allowed
            .iter()
            .filter(|known| known.eq_ignore_ascii_case(name));
        same.next().cloned()
    };
    let planned = planned.get(&severity).and_then(|name| find(name));
    planned
        .or_else(|| usual(severity).iter().find_map(|name| find(name)))
        .or_else(|| at_the_same_height(severity, allowed))
}

fn usual(severity: Severity) -> &'static [&'static str] {
    match severity {
        Severity::Critical => &["Highest", "Blocker", "Critical"],
        Severity::High => &["High", "Critical", "Major"],
        Severity::Medium => &["Medium", "Normal", "Major"],
        Severity::Low => &["Low", "Minor"],
    }
}

fn at_the_same_height(severity: Severity, allowed: &[String]) -> Option<String> {
    let last = allowed.len().checked_sub(1)?;
    let rank = Severity::ALL.iter().position(|known| *known == severity)?;
    let lowest = Severity::ALL.len() - 1;
    // Rounded to the nearest.
    let place = (rank * last * 2 + lowest) / (lowest * 2);
    allowed.get(place).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(allowed: &[&str], planned: &BTreeMap<Severity, String>) -> Vec<String> {
        let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        let of = |severity| priority_for(severity, planned, &allowed).unwrap_or_default();
        Severity::ALL.into_iter().map(of).collect()
    }

    #[test]
    fn every_scheme_has_a_priority_for_every_severity() {
        let none = BTreeMap::new();
        let cloud = ["Highest", "High", "Medium", "Low", "Lowest"];
        assert_eq!(all(&cloud, &none), ["Highest", "High", "Medium", "Low"]);
        let classic = ["Blocker", "Critical", "Major", "Minor", "Trivial"];
        assert_eq!(
            all(&classic, &none),
            ["Blocker", "Critical", "Major", "Minor"]
        );
        assert_eq!(all(&["P1", "P2", "P3"], &none), ["P1", "P2", "P2", "P3"]);
        assert_eq!(all(&["P0"], &none), ["P0"; 4]);
        assert_eq!(all(&[], &none), [""; 4]);
    }

    #[test]
    fn what_the_plan_says_counts_where_the_project_has_it() {
        let planned = BTreeMap::from([
            (Severity::Low, "lowest".to_owned()),
            (Severity::High, "Urgent".to_owned()),
        ]);
        let cloud = ["Highest", "High", "Medium", "Low", "Lowest"];
        assert_eq!(
            all(&cloud, &planned),
            ["Highest", "High", "Medium", "Lowest"]
        );
    }
}
