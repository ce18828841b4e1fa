//! All sessions, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::{Phase, Session, SessionFilter, StoreError};
use maro_app::{App, queries};

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::{Filter, ListQuery};
use crate::pages::parts::{Markup, when};
use crate::pages::preview::title_of;
use crate::pages::words::{self, Names};
use crate::pages::{PageError, render};

const PATH: &str = "/sessions";
const PHASES: [(&str, &str); 6] = [
    ("drafting", "Drafting"),
    ("awaiting_approval", "Waiting for approval"),
    ("creating", "Creating"),
    ("created", "Created"),
    ("linked", "Linked"),
    ("discarded", "Discarded"),
];

/// The list.
#[derive(Template)]
#[template(path = "sessions.html")]
pub(in crate::pages) struct SessionsPage {
    frame: Frame,
    command: String,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    href: String,
    title: String,
    badge: Markup,
    issue: Markup,
    author: String,
    channel: String,
    when: Markup,
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<ListQuery>,
) -> Result<Html<String>, PageError> {
    let phase = query.state.as_deref().and_then(Phase::parse);
    let filter = SessionFilter {
        phase,
        ..SessionFilter::default()
    };
    let page = queries::sessions(&app, &filter, &query.page()).await?;
    let mut names = Names::default();
    let mut rows = Vec::new();
    for session in page.items {
        rows.push(row(&app, session, &mut names).await?);
    }
    render(&SessionsPage {
        frame: Frame::new(viewer.session, Section::Sessions),
        command: app.settings().command().to_owned(),
        filters: query.filters(PATH, &PHASES),
        next: query.next(PATH, page.next),
        rows,
    })
}

async fn row(app: &App, session: Session, names: &mut Names) -> Result<Row, StoreError> {
    names.learn(&session);
    let draft = match session.current_draft {
        Some(id) => queries::draft(app, id).await?,
        None => None,
    };
    Ok(Row {
        href: super::path(&session.id),
        title: draft.map_or_else(|| "(no draft)".to_owned(), |draft| title_of(&draft.request)),
        badge: words::phase(session.phase),
        issue: Markup::issue(session.jira_key.as_deref(), session.jira_url.as_deref()),
        author: names.of(app, &session.author).await?,
        channel: words::channel(&session),
        when: when(session.updated_at, app.now()),
    })
}

#[cfg(test)]
impl crate::pages::samples::Sample for SessionsPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let row = || Row {
            href: "/sessions/T:C:1".to_owned(),
            title: "<title>".to_owned(),
            badge: words::phase(Phase::Created),
            issue: Markup::issue(Some("SCRUM-1"), Some("https://x.example/browse/SCRUM-1")),
            author: "Amira".to_owned(),
            channel: "#<dev>".to_owned(),
            when: Markup::text("now"),
        };
        let page = |count| Self {
            frame: Frame::sample(Role::Member, Section::Sessions),
            command: "/maro".to_owned(),
            filters: ListQuery::default().filters(PATH, &PHASES),
            rows: std::iter::repeat_with(row).take(count).collect(),
            next: (count > 0).then(|| "/sessions?after=1".to_owned()),
        };
        vec![page(0), page(25)]
    }
}
