//! What a Slack and a Jira that are silent, slow, limiting or lying cost those who report defects.
//!
//! A rule tells a channel of what is reported and makes tickets of it, so there is always something to
//! send. Healthy and troubled take turns on one database, which grows meanwhile, and each round begins
//! with another; the median p99 of each is compared with the healthy one.

use serde_json::Value;

use super::children::{Announced, Maro, Place};
use super::database::Database;
use super::findings::load;
use super::inbound::{Effort, number};
use super::table::{Table, median};
use crate::summary::Counts;

/// Of the p99 beside a Slack and a Jira that answer.
const MOST_OF_P99: f64 = 120.0;
/// What goes wrong with every call, as the sandbox writes it, and how it is called.
const TROUBLES: [(&str, &str); 4] = [
    ("silent", "*:*:*:hang"),
    ("slow", "*:*:*:late-answer:ms=3000"),
    ("limiting", "*:*:*:status:status=429:retry-after=2"),
    ("lying", "*:*:*:html:status=200"),
];
const RULES: &str = "
[[rules]]
name = \"bench\"
notify.to = \"C0CHECKOUT\"
notify.interval = \"1s\"
ticket.plan.project = \"SCRUM\"
";

/// Measures one database.
pub(super) fn measure(
    table: &mut Table,
    database: &Database,
    effort: Effort,
) -> anyhow::Result<Counts> {
    let troubled = TROUBLES
        .iter()
        .map(|(_, fault)| Announced::sandbox(&[fault]));
    let all: Vec<Announced> = [Announced::sandbox(&[])]
        .into_iter()
        .chain(troubled)
        .collect::<anyhow::Result<_>>()?;
    // The first load finds an empty table, unlike every other.
    p99(database, &all[0], effort)?;
    let mut measured = vec![Vec::new(); all.len()];
    for round in 0..effort.rounds as usize {
        for turn in 0..all.len() {
            let which = (round + turn) % all.len();
            measured[which].push(p99(database, &all[which], effort)?);
        }
    }
    let mut medians = measured.into_iter().map(median);
    let healthy = medians.next().unwrap_or_default();
    let name = database.name();
    let what = format!("{name}: p99 of a defect's report, with a rule");
    table.note(&what, format!("{healthy:.1} ms"), None);
    let mut counts = Counts::default();
    for ((trouble, _), troubled) in TROUBLES.into_iter().zip(medians) {
        let what = format!("{name}: that p99 while Slack and Jira are {trouble}");
        let held = table.at_most(&what, troubled / healthy * 100.0, MOST_OF_P99, "%");
        counts.passed += held.passed;
        counts.failed += held.failed;
    }
    Ok(counts)
}

fn p99(database: &Database, sandbox: &Announced, effort: Effort) -> anyhow::Result<f64> {
    let rules = database.data().join("rules.toml");
    std::fs::write(&rules, RULES)?;
    let said = |name: &str| sandbox.said[name].as_str().unwrap_or_default().to_owned();
    let place = Place {
        database_url: &database.url(),
        data: database.data(),
        slack: Some(said("slack_api_url")),
        jira: Some(&sandbox.said),
        more: vec![
            ("SLACK_BOT_TOKEN", said("slack_bot_token")),
            ("MARO_RULES_FILE", rules.display().to_string()),
        ],
    };
    let maro = Maro::serve(&place)?;
    let result: Value = load(&maro, effort.seconds)?;
    number(&result, "p99_ms")
}
