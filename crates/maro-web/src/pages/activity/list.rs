//! The last events of each connection, newest first, with the true error of each failure.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{Activity, ActivityFilter, ActivityOutcome, Integration, PageRequest};
use maro_app::{App, health};
use serde::Deserialize;

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::Filter;
use crate::pages::parts::{Markup, badge, when};
use crate::pages::{PageError, render};

const PATH: &str = "/activity";
const ROWS: u64 = 50;
const OUTCOMES: [(&str, &str); 3] = [
    ("failed", "Failed"),
    ("changed", "Changes"),
    ("worked", "Worked"),
];

/// Which entries are shown.
#[derive(Debug, Default, Deserialize)]
pub(in crate::pages) struct Query {
    after: Option<String>,
    integration: Option<String>,
    outcome: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "activity.html")]
pub(in crate::pages) struct ActivityPage {
    frame: Frame,
    integrations: Vec<Filter>,
    outcomes: Vec<Filter>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    integration: &'static str,
    kind: String,
    calls: i32,
    took: String,
    badge: Markup,
    message: Option<String>,
    when: Markup,
}

/// Shows the activity.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<Query>,
) -> Result<Html<String>, PageError> {
    let filter = ActivityFilter {
        integration: query.integration.as_deref().and_then(Integration::parse),
        kind: None,
        outcome: query.outcome.as_deref().and_then(ActivityOutcome::parse),
    };
    let request = PageRequest {
        after: query.after.clone(),
        limit: ROWS,
    };
    let page = health::activity(&app, &filter, &request).await?;
    let now = app.now();
    render(&ActivityPage {
        frame: Frame::new(viewer.session, Section::Activity),
        integrations: query.integrations(),
        outcomes: query.outcomes(),
        next: page.next.as_deref().map(|next| {
            address(
                query.integration.as_deref(),
                query.outcome.as_deref(),
                Some(next),
            )
        }),
        rows: page
            .items
            .into_iter()
            .map(|entry| row(entry, now))
            .collect(),
    })
}

impl Query {
    fn integrations(&self) -> Vec<Filter> {
        let outcome = self.outcome.as_deref();
        let all = Filter {
            href: address(None, outcome, None),
            word: "All",
            current: self.integration.is_none(),
        };
        let each = Integration::ALL.map(|integration| Filter {
            href: address(Some(integration.as_str()), outcome, None),
            word: integration.title(),
            current: self.integration.as_deref() == Some(integration.as_str()),
        });
        std::iter::once(all).chain(each).collect()
    }

    fn outcomes(&self) -> Vec<Filter> {
        let integration = self.integration.as_deref();
        let all = Filter {
            href: address(integration, None, None),
            word: "Everything",
            current: self.outcome.is_none(),
        };
        let each = OUTCOMES.map(|(outcome, word)| Filter {
            href: address(integration, Some(outcome), None),
            word,
            current: self.outcome.as_deref() == Some(outcome),
        });
        std::iter::once(all).chain(each).collect()
    }
}

/// The address of the page with these filters.
fn address(integration: Option<&str>, outcome: Option<&str>, after: Option<&str>) -> String {
    let named = [
        ("integration", integration),
        ("outcome", outcome),
        ("after", after),
    ];
    let set: Vec<(&str, &str)> = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    if set.is_empty() {
        return PATH.to_owned();
    }
    format!(
        "{PATH}?{}",
        serde_urlencoded::to_string(set).unwrap_or_default()
    )
}

fn row(entry: Activity, now: DateTime<Utc>) -> Row {
    Row {
        integration: entry.integration.title(),
        kind: entry.kind,
        calls: entry.calls,
        took: entry
            .slowest_ms
            .map_or_else(|| "–".to_owned(), |ms| format!("{ms} ms")),
        badge: match entry.outcome {
            ActivityOutcome::Worked => badge("good", "good", "Worked"),
            ActivityOutcome::Failed => badge("bad", "bad", "Failed"),
            ActivityOutcome::Changed => badge("calm", "wait", "Changed"),
        },
        message: entry.message,
        when: when(entry.at, now),
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for ActivityPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let row = || Row {
            integration: "Slack",
            kind: "chat.postMessage".to_owned(),
            calls: 3,
            took: "12 ms".to_owned(),
            badge: badge("bad", "bad", "Failed"),
            message: Some("channel_not_found <x>".repeat(20)),
            when: Markup::text("now"),
        };
        let query = Query {
            integration: Some("jira".to_owned()),
            ..Query::default()
        };
        let page = |role, count: usize| Self {
            frame: Frame::sample(role, Section::Activity),
            integrations: query.integrations(),
            outcomes: query.outcomes(),
            rows: std::iter::repeat_with(row).take(count).collect(),
            next: (count > 0).then(|| address(Some("jira"), None, Some("1"))),
        };
        vec![page(Role::Viewer, 0), page(Role::Admin, 50)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_keeps_the_other() {
        let query = Query {
            after: None,
            integration: Some("jira".into()),
            outcome: Some("failed".into()),
        };
        let hrefs = |filters: Vec<Filter>| -> Vec<String> {
            filters.into_iter().map(|filter| filter.href).collect()
        };
        assert_eq!(
            hrefs(query.integrations())[..2],
            [
                "/activity?outcome=failed",
                "/activity?integration=slack&outcome=failed"
            ]
        );
        assert_eq!(hrefs(query.outcomes())[0], "/activity?integration=jira");
    }
}
