//! One draft with everything that would be sent, and the decision.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use maro_app::App;
use maro_app::model::{Draft, Phase, Session};
use maro_app::queries::{self, SessionDetail};

use super::draft_id;
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, when};
use crate::pages::preview::{Fact, Preview};
use crate::pages::words::{self, Names};
use crate::pages::{PageError, render, sessions};

/// The page.
#[derive(Template)]
#[template(path = "approval.html")]
pub(in crate::pages) struct ApprovalPage {
    frame: Frame,
    preview: Preview,
    badge: Markup,
    closed: Option<String>,
    draft: String,
    nonce: String,
    hash: String,
    facts: Vec<Fact>,
}

/// Shows a draft.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    let missing = || PageError::NotFound("draft");
    let draft = queries::draft(&app, draft_id(&id)?)
        .await?
        .ok_or_else(missing)?;
    let detail = queries::session_detail(&app, &draft.session)
        .await?
        .ok_or_else(missing)?;
    render(&ApprovalPage {
        frame: Frame::new(viewer.session, Section::Approvals),
        preview: Preview::of_draft(&draft),
        badge: words::phase(detail.session.phase),
        closed: closed(&draft, &detail.session),
        facts: facts(&app, &draft, &detail).await?,
        draft: draft.id.to_string(),
        nonce: draft.nonce,
        hash: draft.hash,
    })
}

/// Why there is nothing to decide, if so.
fn closed(draft: &Draft, session: &Session) -> Option<String> {
    if session.current_draft != Some(draft.id) {
        return Some(
            "The draft was edited since. This is an older version; nothing of it can be approved."
                .to_owned(),
        );
    }
    let key = session.jira_key.as_deref().unwrap_or_default();
    match session.phase {
        Phase::AwaitingApproval => None,
        Phase::Drafting => {
            Some("The draft is not complete yet. Edit it in Slack first.".to_owned())
        }
        Phase::Creating => Some("The draft is approved and on its way to Jira.".to_owned()),
        Phase::Created => Some(format!("The ticket was created: {key}")),
        Phase::Linked => Some(format!(
            "The draft was linked to the existing ticket {key}."
        )),
        Phase::Discarded => Some("The draft was discarded.".to_owned()),
    }
}

async fn facts(app: &App, draft: &Draft, detail: &SessionDetail) -> Result<Vec<Fact>, PageError> {
    let session = &detail.session;
    let mut names = Names::default();
    names.learn(session);
    let path = sessions::path(&session.id);
    Ok(vec![
        ("Author", Markup::text(&names.of(app, &draft.author).await?)),
        words::origin(session),
        ("Saved", when(draft.created_at, app.now())),
        ("Versions", Markup::text(&detail.versions.to_string())),
        ("Session", Markup::link(&path, "Show the session")),
    ])
}

#[cfg(test)]
impl crate::pages::samples::Sample for ApprovalPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let page = |role, closed: Option<&str>| Self {
            frame: Frame::sample(role, Section::Approvals),
            preview: Preview::sample(),
            badge: words::phase(Phase::AwaitingApproval),
            closed: closed.map(str::to_owned),
            draft: "0190".to_owned(),
            nonce: "n".to_owned(),
            hash: "h".to_owned(),
            facts: vec![("Author", Markup::text("<A>"))],
        };
        vec![
            page(Role::Viewer, None),
            page(Role::Approver, None),
            page(Role::Admin, Some("Gone.")),
        ]
    }
}
