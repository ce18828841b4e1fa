//! One session: where it began, its versions, its writes, its history.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use maro_app::App;
use maro_app::model::{AuditFilter, PageRequest, SessionId, StoreError};
use maro_app::queries::{self, SessionDetail};

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::dashboard::Line;
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, when};
use crate::pages::preview::{Fact, Preview, title_of};
use crate::pages::words::{self, Entry, Names};
use crate::pages::{PageError, render};

const HISTORY: u64 = 50;

/// The page.
#[derive(Template)]
#[template(path = "session.html")]
pub(in crate::pages) struct SessionPage {
    frame: Frame,
    title: String,
    badge: Markup,
    facts: Vec<Fact>,
    versions: Vec<Line>,
    history: Vec<Entry>,
    preview: Option<Preview>,
}

/// Shows a session.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    let detail = queries::session_detail(&app, &SessionId(id)).await?;
    let detail = detail.ok_or(PageError::NotFound("session"))?;
    let mut names = Names::default();
    names.learn(&detail.session);
    let title = detail.draft.as_ref().map(|draft| title_of(&draft.request));
    render(&SessionPage {
        frame: Frame::new(viewer.session, Section::Sessions),
        title: title.unwrap_or_else(|| "(no draft)".to_owned()),
        badge: words::phase(detail.session.phase),
        facts: facts(&app, &detail, &mut names).await?,
        versions: versions(&app, &detail, &mut names).await?,
        history: history(&app, &detail.session.id, &mut names).await?,
        preview: detail.draft.as_ref().map(Preview::of_draft),
    })
}

async fn facts(
    app: &App,
    detail: &SessionDetail,
    names: &mut Names,
) -> Result<Vec<Fact>, StoreError> {
    let session = &detail.session;
    let mut facts = vec![
        (
            "Author",
            Markup::text(&names.of(app, &session.author).await?),
        ),
        words::origin(session),
        (
            "Issue",
            Markup::issue(session.jira_key.as_deref(), session.jira_url.as_deref()),
        ),
        ("Began", when(session.created_at, app.now())),
        ("Changed", when(session.updated_at, app.now())),
        ("Session", Markup::code(&session.id.0)),
    ];
    if let Some(url) = &session.source_permalink {
        facts.insert(
            2,
            ("Source", Markup::issue(Some("Message in Slack"), Some(url))),
        );
    }
    Ok(facts)
}

async fn versions(
    app: &App,
    detail: &SessionDetail,
    names: &mut Names,
) -> Result<Vec<Line>, StoreError> {
    let mut lines = Vec::new();
    for operation in &detail.operations {
        let by = names.of(app, &operation.approved_by).await?;
        lines.push(Line {
            href: format!("/operations/{}", operation.id),
            title: "Operation".to_owned(),
            sub: format!("approved by {by}, attempt {}", operation.attempt),
            badge: words::state(operation.state),
            when: when(operation.updated_at, app.now()),
        });
    }
    if let Some(draft) = &detail.draft {
        lines.push(Line {
            href: format!("/approvals/{}", draft.id),
            title: format!("Version {}", detail.versions),
            sub: format!("by {}", names.of(app, &draft.author).await?),
            badge: Markup::default(),
            when: when(draft.created_at, app.now()),
        });
    }
    Ok(lines)
}

async fn history(app: &App, id: &SessionId, names: &mut Names) -> Result<Vec<Entry>, StoreError> {
    let filter = AuditFilter {
        subject: Some(id.to_string()),
        ..AuditFilter::default()
    };
    let page = queries::audit(app, &filter, &PageRequest::first(HISTORY)).await?;
    words::entries(app, &page.items, names).await
}

#[cfg(test)]
impl crate::pages::samples::Sample for SessionPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::{Phase, Role};
        let page = |preview: Option<Preview>| Self {
            frame: Frame::sample(Role::Admin, Section::Sessions),
            title: "<title>".to_owned(),
            badge: words::phase(Phase::Discarded),
            facts: vec![("Author", Markup::text("<A>"))],
            versions: vec![Line {
                href: "/operations/1".to_owned(),
                title: "Operation".to_owned(),
                sub: "approved by <B>".to_owned(),
                badge: Markup::default(),
                when: Markup::text("now"),
            }],
            history: Vec::new(),
            preview,
        };
        vec![page(None), page(Some(Preview::sample()))]
    }
}
