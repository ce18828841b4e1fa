//! Heartbeats: a suite that should have run and did not is a finding, until it runs again.

use maro_core::actor::Actor;
use maro_core::findings::{Defect, FindingKind, Severity, Sighting, Suite, write_span};
use maro_core::text::clip;
use maro_store::{StoreError, Tx, suites as rows};
use sha2::{Digest as _, Sha256};

use super::alerts::resolve;
use super::raise::{Raised, measure, raise};
use crate::happening::Happening;
use crate::{App, clock};

const RESOLVED: &str = "The suite reported again, or is no longer expected.";
const LONGEST_TITLE: usize = 255;

/// Looks at all suites that are expected, raises an alert for each that became late and settles the
/// alerts of those that are in time again. However often and wherever it runs, each happens once.
pub async fn check_suites(app: &App) -> Result<(), StoreError> {
    for suite in rows::expected(app.store()).await? {
        if suite.is_late(app.now()) != suite.late_since.is_some() {
            turn(app, &suite.name).await?;
        }
    }
    Ok(())
}

/// Decides on the locked row: a run may have come, or another instance been quicker.
async fn turn(app: &App, name: &str) -> Result<(), StoreError> {
    let now = app.now();
    let tx = app.store().begin().await?;
    let Some(suite) = rows::lock(&tx, name).await? else {
        return Ok(());
    };
    let kinds = match (suite.is_late(now), suite.late_since.is_some()) {
        (true, false) => {
            rows::set_late(&tx, name, Some(now)).await?;
            let raised = raise(app, &tx, vec![alert(app, &suite)], now).await?;
            raised.values().map(Raised::kind).collect()
        }
        (false, true) => {
            rows::set_late(&tx, name, None).await?;
            in_time_again(app, &tx, &suite).await?;
            Vec::new()
        }
        _ => return Ok(()),
    };
    tx.commit().await?;
    measure(kinds);
    app.announce(Happening::Findings);
    Ok(())
}

async fn in_time_again(app: &App, tx: &Tx, suite: &Suite) -> Result<(), StoreError> {
    let fingerprint = FindingKind::Alert.fingerprint(&fingerprint(&suite.name));
    resolve(app, tx, &[fingerprint], &Actor::System, RESOLVED)
        .await
        .map(drop)
}

fn alert(app: &App, suite: &Suite) -> Defect {
    let every = suite.expectation.map(|one| write_span(one.every()));
    let every = every.unwrap_or_default();
    let last = match &suite.last_run {
        Some(run) => format!(
            "It last reported on {}.",
            run.at.format("%-d %B %Y, %H:%M UTC")
        ),
        None => "It has never reported.".to_owned(),
    };
    let sighting = Sighting {
        kind: FindingKind::Alert,
        fingerprint: Some(fingerprint(&suite.name)),
        title: clip(&format!("{} did not run", suite.name), LONGEST_TITLE),
        severity: Severity::High,
        description: format!("The suite is expected every {every}. {last}"),
        steps: String::new(),
        expected: format!("A run every {every}."),
        actual: last,
        source: suite.name.clone(),
        run: suite.last_run.as_ref().map(|run| run.id),
    };
    sighting.into_defect(clock::new_id(), &Actor::System, app.now())
}

/// The fingerprint of a suite's alert. Names that are too long for one are told apart by a hash.
fn fingerprint(suite: &str) -> String {
    const LONGEST: usize = 180;
    let whole = format!("heartbeat:{suite}");
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let hash: [u8; 32] = Sha256::digest(suite).into();
    let end = u64::from_be_bytes(std::array::from_fn(|place| hash[place]));
    format!(
        "{}-{end:016x}",
        whole.chars().take(LONGEST - 17).collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use maro_core::findings::{DefectStatus, Expectation, Outcome, RunContext, Totals};
    use maro_store::PageRequest;
    use maro_store::defects::{self, DefectFilter};

    use super::*;
    use crate::findings::{NewRun, expect_suite, record_run, set_defect_status};
    use crate::testing::app;

    async fn run(app: &App) {
        let new = NewRun {
            suite: "nightly".to_owned(),
            context: RunContext::default(),
            outcome: Outcome::Passed,
            totals: Totals {
                tests: 1,
                passed: 1,
                ..Totals::default()
            },
            duration_ms: 1,
            started_at: None,
            left_out: 0,
            failures: Vec::new(),
            passed: std::collections::HashSet::new(),
        };
        record_run(app, new, &Actor::Operator, None).await.unwrap();
    }

    /// The only finding, after all suites were looked at twice.
    async fn finding(app: &App) -> Option<Defect> {
        check_suites(app).await.unwrap();
        check_suites(app).await.unwrap();
        let page = PageRequest::first(9);
        let page = defects::page(app.store(), &DefectFilter::default(), &page)
            .await
            .unwrap();
        assert!(page.items.len() <= 1, "{page:?}");
        page.items.into_iter().next()
    }

    #[tokio::test]
    async fn a_suite_that_does_not_run_is_one_alert_until_it_runs() {
        let (app, _folder) = app().await;
        run(&app).await;
        let daily = Expectation::parse("24h", Some("1h")).ok();
        expect_suite(&app, "nightly", daily, &Actor::Operator)
            .await
            .unwrap();
        app.clock().advance(TimeDelta::hours(24));
        assert_eq!(finding(&app).await, None, "within its grace");

        app.clock().advance(TimeDelta::hours(1));
        let late = finding(&app).await.unwrap();
        assert_eq!(
            (late.kind, late.status, late.count),
            (FindingKind::Alert, DefectStatus::Open, 1)
        );
        assert_eq!(
            (late.title.as_str(), late.source.as_str()),
            ("nightly did not run", "nightly")
        );
        // What a person said about it stays.
        set_defect_status(
            &app,
            late.id,
            DefectStatus::Acknowledged,
            "",
            &Actor::Operator,
        )
        .await
        .unwrap();
        assert_eq!(
            finding(&app).await.unwrap().status,
            DefectStatus::Acknowledged
        );

        run(&app).await;
        assert_eq!(finding(&app).await.unwrap().status, DefectStatus::Fixed);
        app.clock().advance(TimeDelta::hours(30));
        let again = finding(&app).await.unwrap();
        assert_eq!(
            (again.status, again.regressions, again.count),
            (DefectStatus::Open, 1, 2)
        );
    }

    #[tokio::test]
    async fn what_is_no_longer_expected_is_not_late() {
        let (app, _folder) = app().await;
        let hourly = Expectation::parse("1h", Some("0m")).ok();
        expect_suite(&app, "never ran", hourly, &Actor::Operator)
            .await
            .unwrap();
        app.clock().advance(TimeDelta::hours(1));
        assert_eq!(finding(&app).await.unwrap().status, DefectStatus::Open);
        expect_suite(&app, "never ran", None, &Actor::Operator)
            .await
            .unwrap();
        assert_eq!(finding(&app).await.unwrap().status, DefectStatus::Fixed);
    }

    #[test]
    fn long_names_have_fingerprints_of_their_own() {
        assert_eq!(fingerprint("nightly"), "heartbeat:nightly");
        let long = "ü".repeat(199);
        let (one, other) = (
            fingerprint(&format!("{long}a")),
            fingerprint(&format!("{long}b")),
        );
        assert_ne!(one, other);
        assert_eq!(one.chars().count(), 180);
    }
}
