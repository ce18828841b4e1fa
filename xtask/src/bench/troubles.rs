//! What a Slack and a Jira that are silent, slow, limiting or lying cost those who report defects.
//!
//! A rule tells a channel of what is reported and makes tickets of it, so there is always something to
//! send. Healthy and troubled take turns on one database; the p99 of the answers is compared with the
//! healthy one of the same round, and the median of the rounds counts.

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
    let healthy = Announced::sandbox(&[])?;
    let troubled = TROUBLES
        .iter()
        .map(|(_, fault)| Announced::sandbox(&[fault]));
    let troubled = troubled.collect::<anyhow::Result<Vec<_>>>()?;
    let (mut alone, mut ratios) = (Vec::new(), [const { Vec::new() }; TROUBLES.len()]);
    for _ in 0..effort.rounds {
        let usual = p99(database, &healthy, effort)?;
        alone.push(usual);
        for (sandbox, ratios) in troubled.iter().zip(&mut ratios) {
            ratios.push(p99(database, sandbox, effort)? / usual * 100.0);
        }
    }
    let name = database.name();
    table.note(
        &format!("{name}: p99 of a defect's report, with a rule"),
        format!("{:.1} ms", median(alone)),
        None,
    );
    let mut counts = Counts::default();
    for ((trouble, _), ratios) in TROUBLES.into_iter().zip(ratios) {
        let what = format!("{name}: that p99 while Slack and Jira are {trouble}");
        let held = table.at_most(&what, median(ratios), MOST_OF_P99, "%");
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
