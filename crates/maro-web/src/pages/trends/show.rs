//! The page of trends: all suites together, or one with what is expected of it.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{PageRequest, Suite, write_span};
use maro_app::{App, findings};
use serde::Deserialize;

use super::figures::{self, Figure};
use super::{PATH, path};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::{Filter, address};
use crate::pages::parts::{Markup, badge, when};
use crate::pages::{PageError, render, runs};

const SUITES: u64 = 25;
const WINDOWS: [(u32, &str); 3] = [(7, "7 days"), (30, "30 days"), (90, "90 days")];
const USUAL: u32 = 30;

/// Which trend is shown.
#[derive(Debug, Default, Deserialize)]
pub(in crate::pages) struct Query {
    after: Option<String>,
    #[serde(default)]
    suite: String,
    #[serde(default)]
    days: String,
}

/// The page.
#[derive(Template)]
#[template(path = "trends.html")]
pub(in crate::pages) struct TrendsPage {
    frame: Frame,
    windows: Vec<Filter>,
    figures: Vec<Figure>,
    suite: Option<OneSuite>,
    suites: Vec<Row>,
    next: Option<String>,
}

/// The suite, when there is one.
struct OneSuite {
    name: String,
    runs: String,
    standing: Markup,
    every: String,
    grace: String,
}

struct Row {
    name: String,
    href: String,
    run: Option<String>,
    badge: Markup,
    standing: Markup,
    when: Markup,
}

/// Shows trends.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<Query>,
) -> Result<Html<String>, PageError> {
    let days = WINDOWS.into_iter().map(|(days, _)| days);
    let days = days.into_iter().find(|days| days.to_string() == query.days);
    let (days, now) = (days.unwrap_or(USUAL), app.now());
    let name = query.suite.trim();
    let one = Some(name).filter(|name| !name.is_empty());
    let suite = match one {
        Some(name) => {
            let suite = findings::suite(&app, name).await?;
            Some(suite.ok_or(PageError::NotFound("suite"))?)
        }
        None => None,
    };
    let trend = findings::trend(&app, one, days).await?;
    let request = PageRequest {
        after: query.after,
        limit: SUITES,
    };
    let others = match one {
        None => Some(findings::suites(&app, &request).await?),
        Some(_) => None,
    };
    let next = others.as_ref().and_then(|page| page.next.as_deref());
    render(&TrendsPage {
        frame: Frame::new(viewer.session, Section::Trends),
        windows: windows(name, days),
        figures: figures::of(&trend),
        suite: suite.map(|suite| one_suite(suite, now)),
        next: next.map(|next| address(PATH, &[("after", next)])),
        suites: others
            .into_iter()
            .flat_map(|page| page.items)
            .map(|suite| row(suite, now))
            .collect(),
    })
}

fn windows(suite: &str, current: u32) -> Vec<Filter> {
    let window = |(days, word): (u32, &'static str)| Filter {
        href: address(PATH, &[("suite", suite), ("days", &days.to_string())]),
        word,
        current: days == current,
    };
    WINDOWS.map(window).into()
}

/// Whether a suite reports as it should.
fn standing(suite: &Suite, now: DateTime<Utc>) -> Markup {
    match (suite.late_since, suite.due()) {
        (Some(_), _) => badge("bad", "warn", "Did not run"),
        (None, Some(due)) => Markup::from_safe(format!("due {}", when(due, now))),
        (None, None) => Markup::text("not expected"),
    }
}

fn one_suite(suite: Suite, now: DateTime<Utc>) -> OneSuite {
    OneSuite {
        runs: runs::of_suite(&suite.name),
        standing: standing(&suite, now),
        every: suite
            .expectation
            .map(|one| write_span(one.every()))
            .unwrap_or_default(),
        grace: suite
            .expectation
            .map(|one| write_span(one.grace()))
            .unwrap_or_default(),
        name: suite.name,
    }
}

fn row(suite: Suite, now: DateTime<Utc>) -> Row {
    let last = suite.last_run.as_ref();
    Row {
        href: path(&suite.name),
        run: last.map(|run| runs::path(run.id)),
        badge: last.map_or_else(
            || Markup::text("never ran"),
            |run| runs::outcome(run.outcome),
        ),
        when: last.map(|run| when(run.at, now)).unwrap_or_default(),
        standing: standing(&suite, now),
        name: suite.name,
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for TrendsPage {
    fn samples() -> Vec<Self> {
        use chrono::TimeDelta;
        use maro_app::findings::Trend;
        use maro_app::model::{Expectation, LastRun, OpenDay, Outcome, Role, RunId, SuiteDay};
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let suite = |late| Suite {
            name: "checkout \"<api>\" & more".to_owned(),
            last_run: Some(LastRun {
                id: RunId(uuid::Uuid::nil()),
                at: now,
                outcome: Outcome::Failed,
            }),
            expectation: Expectation::parse("24h", None).ok(),
            expected_since: Some(now),
            late_since: Some(now).filter(|_| late),
        };
        let day = |back: i64| (now - TimeDelta::days(back)).date_naive();
        let trend = |days: i64| Trend {
            from: day(days),
            to: day(0),
            days: (0..days)
                .rev()
                .map(|back| SuiteDay {
                    day: day(back),
                    runs: 98,
                    passed: 97,
                    failed: 1,
                    cases: 123_456,
                    cases_failed: 7,
                    cases_flaky: back,
                    duration_ms: 8_123_456,
                })
                .collect(),
            open: (0..days)
                .rev()
                .map(|back| OpenDay {
                    day: day(back),
                    open: [1234, 2345, 3456, back],
                })
                .collect(),
        };
        let page = |role, days: i64, one: Option<Suite>| Self {
            frame: Frame::sample(role, Section::Trends),
            windows: windows("\"<a>\"", 30),
            figures: figures::of(&trend(days)),
            suites: (0..days.min(25)).map(|n| row(suite(n == 1), now)).collect(),
            next: (days > 0).then(|| address(PATH, &[("after", "<x>")])),
            suite: one.map(|suite| one_suite(suite, now)),
        };
        vec![
            page(Role::Viewer, 0, None),
            page(Role::Admin, 90, None),
            page(Role::Member, 90, Some(suite(true))),
        ]
    }
}
