//! All operations, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::{Operation, OperationFilter, OperationState, StoreError};
use maro_app::{App, queries};

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::{Filter, ListQuery};
use crate::pages::parts::{Markup, when};
use crate::pages::preview::title_of;
use crate::pages::words::{self, Names};
use crate::pages::{PageError, render};

const PATH: &str = "/operations";
const STATES: [(&str, &str); 8] = [
    ("needs_human", "Needs a person"),
    ("unknown", "Outcome unknown"),
    ("prepared", "Prepared"),
    ("sending", "Sending"),
    ("confirmed", "Confirmed"),
    ("duplicate", "Duplicate"),
    ("rejected", "Rejected"),
    ("cancelled", "Given up"),
];

/// The list.
#[derive(Template)]
#[template(path = "operations.html")]
pub(in crate::pages) struct OperationsPage {
    frame: Frame,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: String,
    title: String,
    error: Option<String>,
    badge: Markup,
    issue: Markup,
    attempt: i32,
    approved_by: String,
    when: Markup,
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<ListQuery>,
) -> Result<Html<String>, PageError> {
    let states = query
        .state
        .as_deref()
        .and_then(OperationState::parse)
        .into_iter()
        .collect();
    let filter = OperationFilter {
        states,
        ..OperationFilter::default()
    };
    let page = queries::operations(&app, &filter, &query.page()).await?;
    let mut names = Names::default();
    let mut rows = Vec::new();
    for operation in page.items {
        rows.push(row(&app, operation, &mut names).await?);
    }
    render(&OperationsPage {
        frame: Frame::new(viewer.session, Section::Operations),
        filters: query.filters(PATH, &STATES),
        next: query.next(PATH, page.next),
        rows,
    })
}

async fn row(app: &App, operation: Operation, names: &mut Names) -> Result<Row, StoreError> {
    Ok(Row {
        id: operation.id.to_string(),
        title: title_of(&operation.request),
        badge: words::state(operation.state),
        issue: Markup::issue(operation.jira_key.as_deref(), None),
        attempt: operation.attempt,
        approved_by: names.of(app, &operation.approved_by).await?,
        when: when(operation.updated_at, app.now()),
        error: operation.error_message,
    })
}

#[cfg(test)]
impl crate::pages::samples::Sample for OperationsPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let row = |state: &OperationState| Row {
            id: "0190".to_owned(),
            title: "<title>".to_owned(),
            error: Some("Jira said <no>".to_owned()),
            badge: words::state(*state),
            issue: Markup::issue(Some("SCRUM-1"), None),
            attempt: 1,
            approved_by: "Boris & Co".to_owned(),
            when: Markup::text("now"),
        };
        let page = |rows| Self {
            frame: Frame::sample(Role::Viewer, Section::Operations),
            filters: ListQuery::default().filters(PATH, &STATES),
            rows,
            next: None,
        };
        vec![
            page(Vec::new()),
            page(OperationState::ALL.iter().map(row).collect()),
        ]
    }
}
