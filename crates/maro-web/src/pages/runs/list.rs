//! All suite runs, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{Outcome, PageRequest, RunFilter, SuiteRun};
use maro_app::{App, findings};
use serde::Deserialize;

use super::{PATH, duration, outcome, path};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::{Choice, address};
use crate::pages::parts::{Markup, when};
use crate::pages::{PageError, render, trends};

const ROWS: u64 = 25;
const OUTCOMES: [(&str, &str); 3] = [
    ("failed", "Failed"),
    ("passed", "Passed"),
    ("empty", "No tests"),
];

/// Which runs are shown. An empty field of the form is no filter.
#[derive(Debug, Default, Deserialize)]
pub(in crate::pages) struct Query {
    after: Option<String>,
    #[serde(default)]
    suite: String,
    #[serde(default)]
    outcome: String,
}

/// The list.
#[derive(Template)]
#[template(path = "runs.html")]
pub(in crate::pages) struct RunsPage {
    frame: Frame,
    suite: String,
    trend: Option<String>,
    outcomes: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    href: String,
    suite: String,
    branch: String,
    badge: Markup,
    tests: u64,
    failed: u64,
    flaky: u64,
    took: String,
    when: Markup,
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<Query>,
) -> Result<Html<String>, PageError> {
    let suite = Some(query.suite.trim().to_owned()).filter(|suite| !suite.is_empty());
    let filter = RunFilter {
        suite: suite.clone(),
        outcome: Outcome::parse(&query.outcome),
    };
    let request = PageRequest {
        after: query.after.clone(),
        limit: ROWS,
    };
    let page = findings::runs(&app, &filter, &request).await?;
    let now = app.now();
    render(&RunsPage {
        frame: Frame::new(viewer.session, Section::Runs),
        outcomes: Choice::list(&OUTCOMES, &query.outcome),
        next: page.next.as_deref().map(|next| {
            let set = [
                ("suite", query.suite.as_str()),
                ("outcome", &query.outcome),
                ("after", next),
            ];
            address(PATH, &set)
        }),
        rows: page.items.into_iter().map(|run| row(run, now)).collect(),
        trend: suite.as_deref().map(trends::path),
        suite: query.suite,
    })
}

fn row(run: SuiteRun, now: DateTime<Utc>) -> Row {
    Row {
        href: path(run.id),
        badge: outcome(run.outcome),
        tests: run.totals.tests,
        failed: run.totals.failed + run.totals.errors,
        flaky: run.totals.flaky,
        took: duration(&run),
        when: when(run.reported_at, now),
        branch: run.context.branch.unwrap_or_default(),
        suite: run.suite,
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for RunsPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let page = |role, count: usize| Self {
            frame: Frame::sample(role, Section::Runs),
            suite: "\"checkout\" <api>".to_owned(),
            trend: (count > 0).then(|| trends::path("\"checkout\" <api>")),
            outcomes: Choice::list(&OUTCOMES, "failed"),
            rows: std::iter::repeat_with(|| row(super::sample_run(), DateTime::UNIX_EPOCH))
                .take(count)
                .collect(),
            next: (count > 0).then(|| address(PATH, &[("after", "1")])),
        };
        vec![page(Role::Viewer, 0), page(Role::Admin, 25)]
    }
}
