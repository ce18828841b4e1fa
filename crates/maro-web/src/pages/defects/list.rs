//! All defects, newest first; those that are open by default.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{
    Defect, DefectFilter, DefectId, DefectStatus, FindingKind, FindingLink, PageRequest, Severity,
};
use maro_app::{App, findings};
use serde::Deserialize;

use super::{PATH, flaky, kind, path, severity, status, ticket};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::{Choice, address};
use crate::pages::parts::{Markup, when};
use crate::pages::{PageError, render};

const ROWS: u64 = 25;
const STATUSES: [(&str, &str); 7] = [
    ("unsettled", "Open or acknowledged"),
    ("open", "Open"),
    ("acknowledged", "Acknowledged"),
    ("fixed", "Fixed"),
    ("wont_fix", "Won't fix"),
    ("duplicate", "Duplicate"),
    ("false_positive", "No defect"),
];
const KINDS: [(&str, &str); 3] = [
    ("defect", "Defects"),
    ("alert", "Alerts"),
    ("edge_case", "Edge cases"),
];
const SEVERITIES: [(&str, &str); 4] = [
    ("critical", "Critical"),
    ("high", "High"),
    ("medium", "Medium"),
    ("low", "Low"),
];

/// Which defects are shown. An empty field of the form is no filter.
#[derive(Debug, Default, Deserialize)]
pub(in crate::pages) struct Query {
    after: Option<String>,
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    severity: String,
}

/// The list.
#[derive(Template)]
#[template(path = "defects.html")]
pub(in crate::pages) struct DefectsPage {
    frame: Frame,
    words: String,
    kinds: Vec<Choice>,
    statuses: Vec<Choice>,
    severities: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
    /// Whether the search ended before the page was full, and goes on at `next`.
    is_partial: bool,
    searched: usize,
}

struct Row {
    href: String,
    title: String,
    kind: &'static str,
    source: String,
    severity: Markup,
    status: Markup,
    flaky: Option<Markup>,
    count: i64,
    issue: Markup,
    /// Where its ticket stands, while it has one.
    ticket: Option<Markup>,
    when: Markup,
}

impl Query {
    fn filter(&self) -> DefectFilter {
        let statuses = match self.status.as_str() {
            "unsettled" => vec![DefectStatus::Open, DefectStatus::Acknowledged],
            word => DefectStatus::parse(word).into_iter().collect(),
        };
        DefectFilter {
            kind: FindingKind::parse(&self.kind),
            statuses,
            severity: Severity::parse(&self.severity),
            source: None,
            words: Some(self.q.trim().to_owned()).filter(|words| !words.is_empty()),
        }
    }
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<Query>,
) -> Result<Html<String>, PageError> {
    let request = PageRequest {
        after: query.after.clone(),
        limit: ROWS,
    };
    let filter = query.filter();
    let page = findings::defects(&app, &filter, &request).await?;
    let ids: Vec<DefectId> = page.items.iter().map(|defect| defect.id).collect();
    let tickets = findings::tickets::tickets_of(&app, &ids).await?;
    let ticket = |id| tickets.iter().find(|ticket| ticket.defect == id);
    let now = app.now();
    let is_short = page.next.is_some() && (page.items.len() as u64) < ROWS;
    let is_partial = is_short && filter.words.is_some();
    render(&DefectsPage {
        is_partial,
        searched: findings::MOST_TITLES,
        frame: Frame::new(viewer.session, Section::Defects),
        kinds: Choice::list(&KINDS, &query.kind),
        statuses: Choice::list(&STATUSES, &query.status),
        severities: Choice::list(&SEVERITIES, &query.severity),
        next: page.next.as_deref().map(|next| {
            let set = [
                ("q", query.q.as_str()),
                ("kind", &query.kind),
                ("status", &query.status),
                ("severity", &query.severity),
                ("after", next),
            ];
            address(PATH, &set)
        }),
        rows: page
            .items
            .into_iter()
            .map(|defect| {
                let ticket = ticket(defect.id);
                row(defect, ticket, now)
            })
            .collect(),
        words: query.q,
    })
}

fn row(defect: Defect, ticket: Option<&FindingLink>, now: DateTime<Utc>) -> Row {
    Row {
        href: path(defect.id),
        kind: kind(defect.kind),
        severity: severity(defect.severity),
        status: status(defect.status),
        flaky: defect.flaky.then(flaky),
        count: defect.count,
        issue: Markup::issue(
            defect.jira_issue_key.as_deref(),
            defect.jira_issue_url.as_deref(),
        ),
        ticket: ticket.map(ticket::state),
        when: when(defect.last_seen, now),
        title: defect.title,
        source: defect.source,
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for DefectsPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let page = |role, count: usize| Self {
            frame: Frame::sample(role, Section::Defects),
            words: "\"card\"".to_owned(),
            kinds: Choice::list(&KINDS, "alert"),
            statuses: Choice::list(&STATUSES, "open"),
            severities: Choice::list(&SEVERITIES, ""),
            rows: std::iter::repeat_with(|| {
                row(super::sample_defect(), None, DateTime::UNIX_EPOCH)
            })
            .take(count)
            .collect(),
            next: (count > 0).then(|| address(PATH, &[("after", "1")])),
            is_partial: false,
            searched: findings::MOST_TITLES,
        };
        let partial = Self {
            next: Some(address(PATH, &[("q", "card"), ("after", "1")])),
            is_partial: true,
            ..page(Role::Viewer, 0)
        };
        vec![page(Role::Viewer, 0), page(Role::Admin, 25), partial]
    }
}
