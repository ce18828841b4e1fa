//! One suite run: its totals, where it ran, and the cases that failed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{FailedCase, FailureKind, PageRequest, SuiteRun};
use maro_app::{App, findings};
use maro_core::text::clip;
use serde::Deserialize;

use super::{duration, outcome, path};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::address;
use crate::pages::parts::{Markup, badge, when};
use crate::pages::preview::Fact;
use crate::pages::words::Names;
use crate::pages::{PageError, defects, render, trends};

const ROWS: u64 = 20;
/// What of a trace is shown; the API has all that is kept.
const SHOWN: usize = 1_200;

/// Which failures are shown.
#[derive(Debug, Default, Deserialize)]
pub(in crate::pages) struct Query {
    after: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "run.html")]
pub(in crate::pages) struct RunPage {
    frame: Frame,
    suite: String,
    trend: String,
    badge: Markup,
    counts: Vec<(&'static str, u64)>,
    facts: Vec<Fact>,
    failures: Vec<Failure>,
    left_out: u64,
    next: Option<String>,
}

struct Failure {
    place: String,
    name: String,
    badge: Markup,
    exception: String,
    message: String,
    details: String,
    defect: Option<String>,
}

/// Shows a run.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    Path(id): Path<String>,
    PageQuery(query): PageQuery<Query>,
) -> Result<Html<String>, PageError> {
    let missing = || PageError::NotFound("suite run");
    let id = id.parse().map_err(|_| missing())?;
    let request = PageRequest {
        after: query.after,
        limit: ROWS,
    };
    let detail = findings::run(&app, id, &request)
        .await?
        .ok_or_else(missing)?;
    let reporter = Names::default().of(&app, &detail.run.reporter).await?;
    let next = detail.failures.next.as_deref();
    render(&RunPage {
        frame: Frame::new(viewer.session, Section::Runs),
        badge: outcome(detail.run.outcome),
        counts: counts(&detail.run),
        facts: facts(&detail.run, &reporter, app.now()),
        next: next.map(|next| address(&path(id), &[("after", next)])),
        failures: detail.failures.items.into_iter().map(failure).collect(),
        left_out: detail.run.left_out,
        trend: trends::path(&detail.run.suite),
        suite: detail.run.suite,
    })
}

fn counts(run: &SuiteRun) -> Vec<(&'static str, u64)> {
    vec![
        ("Tests", run.totals.tests),
        ("Passed", run.totals.passed),
        ("Failed", run.totals.failed),
        ("Errors", run.totals.errors),
        ("Skipped", run.totals.skipped),
        ("Flaky", run.totals.flaky),
    ]
}

fn facts(run: &SuiteRun, reporter: &str, now: DateTime<Utc>) -> Vec<Fact> {
    let mut facts = vec![
        ("Reported", when(run.reported_at, now)),
        ("Reported by", Markup::text(reporter)),
        ("Took", Markup::text(&duration(run))),
    ];
    if let Some(at) = run.started_at {
        facts.push(("Began", when(at, now)));
    }
    let context = [
        ("Branch", &run.context.branch),
        ("Commit", &run.context.revision),
        ("Environment", &run.context.environment),
    ];
    for (name, value) in context {
        facts.extend(value.as_deref().map(|value| (name, Markup::code(value))));
    }
    if let Some(url) = &run.context.url {
        facts.push(("Build", Markup::issue(Some("Open the build"), Some(url))));
    }
    facts
}

fn failure(failed: FailedCase) -> Failure {
    let place = [failed.case.suite, failed.case.class_name];
    let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
    Failure {
        place: place.join(" › "),
        name: failed.case.name,
        badge: match (failed.flaky, failed.kind) {
            (true, _) => badge("warn", "warn", "Flaky"),
            (false, FailureKind::Failure) => badge("bad", "bad", "Failed"),
            (false, FailureKind::Error) => badge("bad", "bad", "Error"),
        },
        exception: failed.failure_type.unwrap_or_default(),
        message: failed.message,
        details: clip(&failed.details, SHOWN),
        defect: failed.defect.map(defects::path),
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for RunPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::{CaseName, DefectId, Role};
        let failed = |flaky| FailedCase {
            case: CaseName {
                suite: "api".to_owned(),
                class_name: "Cart".to_owned(),
                name: "pays <twice>".to_owned(),
            },
            kind: FailureKind::Failure,
            failure_type: Some("Refused".to_owned()),
            message: "card <refused>".to_owned(),
            details: "at pay.rs:7 & more\n".repeat(200),
            flaky,
            defect: (!flaky).then(|| DefectId(uuid::Uuid::nil())),
        };
        let run = super::sample_run();
        let page = |role, count: usize| Self {
            frame: Frame::sample(role, Section::Runs),
            suite: run.suite.clone(),
            trend: trends::path(&run.suite),
            badge: outcome(run.outcome),
            counts: counts(&run),
            facts: facts(&run, "Ada & Co", DateTime::UNIX_EPOCH),
            failures: (0..count).map(|n| failure(failed(n == 1))).collect(),
            left_out: count as u64,
            next: (count > 0).then(|| address(&path(run.id), &[("after", "19")])),
        };
        vec![page(Role::Viewer, 0), page(Role::Admin, 20)]
    }
}
