//! The drafts that wait for somebody.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::{Phase, SessionFilter};
use maro_app::{App, queries};

use super::row::{Row, row};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::ListQuery;
use crate::pages::words::Names;
use crate::pages::{PageError, render};

/// The list.
#[derive(Template)]
#[template(path = "approvals.html")]
pub(in crate::pages) struct ApprovalsPage {
    frame: Frame,
    command: String,
    rows: Vec<Row>,
    next: Option<String>,
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<ListQuery>,
) -> Result<Html<String>, PageError> {
    let waiting = SessionFilter {
        phase: Some(Phase::AwaitingApproval),
        ..SessionFilter::default()
    };
    let page = queries::sessions(&app, &waiting, &query.page()).await?;
    let mut names = Names::default();
    let mut rows = Vec::new();
    for session in &page.items {
        rows.extend(row(&app, session, &mut names).await?);
    }
    render(&ApprovalsPage {
        frame: Frame::new(viewer.session, Section::Approvals),
        command: app.settings().command().to_owned(),
        next: query.next("/approvals", page.next),
        rows,
    })
}

#[cfg(test)]
impl crate::pages::samples::Sample for ApprovalsPage {
    fn samples() -> Vec<Self> {
        use crate::pages::parts::Markup;
        use maro_app::model::Role;
        let row = || Row {
            draft: "0190".to_owned(),
            title: "<title>".to_owned(),
            project: "SCRUM".to_owned(),
            issue_type: "Bug".to_owned(),
            author: "Amira".to_owned(),
            channel: "#dev".to_owned(),
            when: Markup::text("now"),
        };
        let page = |count| Self {
            frame: Frame::sample(Role::Approver, Section::Approvals),
            command: "/maro".to_owned(),
            rows: std::iter::repeat_with(row).take(count).collect(),
            next: (count > 0).then(|| "/approvals?after=1".to_owned()),
        };
        vec![page(0), page(25)]
    }
}
