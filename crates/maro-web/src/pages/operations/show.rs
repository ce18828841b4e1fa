//! One operation: its state, the evidence, the history, and the question to a person.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use maro_app::App;
use maro_app::model::{Operation, OperationState, StoreError};
use maro_app::queries::{self, OperationDetail};
use maro_core::operations::OperationKind;
use maro_core::sync::MoveRequest;

use super::operation_id;
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, when};
use crate::pages::preview::{Fact, Preview};
use crate::pages::words::{self, Entry, Names};
use crate::pages::{PageError, defects, render, sessions};

/// The page.
#[derive(Template)]
#[template(path = "operation.html")]
pub(in crate::pages) struct OperationPage {
    frame: Frame,
    id: String,
    preview: Preview,
    badge: Markup,
    meaning: &'static str,
    error: Option<String>,
    facts: Vec<Fact>,
    evidence: Vec<Entry>,
    history: Vec<Entry>,
    asked: bool,
    may_create: bool,
}

/// Shows an operation.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    let detail = queries::operation_detail(&app, operation_id(&id)?).await?;
    let detail = detail.ok_or(PageError::NotFound("operation"))?;
    let mut names = Names::default();
    detail
        .session
        .iter()
        .for_each(|session| names.learn(session));
    let operation = &detail.operation;
    let is_move = operation.kind == OperationKind::JiraTransition;
    render(&OperationPage {
        frame: Frame::new(viewer.session, Section::Operations),
        id: operation.id.to_string(),
        preview: Preview::of_operation(operation),
        badge: words::state(operation.state),
        meaning: if is_move {
            words::meaning_of_move(operation.state)
        } else {
            words::meaning(operation.state)
        },
        error: operation.error_message.clone(),
        facts: facts(&app, &detail, &mut names).await?,
        evidence: evidence(&app, operation),
        history: words::entries(&app, &detail.history, &mut names).await?,
        asked: !is_move
            && matches!(
                operation.state,
                OperationState::NeedsHuman | OperationState::Unknown
            ),
        may_create: operation.state == OperationState::NeedsHuman,
    })
}

async fn facts(
    app: &App,
    detail: &OperationDetail,
    names: &mut Names,
) -> Result<Vec<Fact>, StoreError> {
    let operation = &detail.operation;
    let issue = Markup::issue(operation.jira_key.as_deref(), detail.issue_url.as_deref());
    let mut facts = vec![
        ("Issue", issue),
        ("Attempt", Markup::text(&operation.attempt.to_string())),
        (
            "Written by",
            Markup::text(&names.of(app, &operation.created_by).await?),
        ),
        (
            "Approved by",
            Markup::text(&names.of(app, &operation.approved_by).await?),
        ),
        ("Approved", when(operation.created_at, app.now())),
    ];
    if let Some(at) = operation.send_started_at {
        facts.push(("Sent", when(at, app.now())));
    }
    if let Some(at) = operation.next_at {
        facts.push(("Next step", when(at, app.now())));
    }
    facts.push(("Marker", Markup::code(operation.marker.as_str())));
    facts.push(origin(operation));
    Ok(facts)
}

/// What it was made for.
fn origin(operation: &Operation) -> Fact {
    let request = serde_json::from_value::<MoveRequest>(operation.request.clone());
    if let Ok(request) = request {
        let path = defects::path(request.defect);
        ("Defect", Markup::link(&path, "Show the defect"))
    } else {
        let path = sessions::path(&operation.session);
        ("Session", Markup::link(&path, "Show the session"))
    }
}

fn evidence(app: &App, operation: &Operation) -> Vec<Entry> {
    let entry = |evidence: &maro_app::model::Evidence| Entry {
        sentence: evidence.note.clone(),
        actor: words::evidence(evidence.kind).to_owned(),
        when: when(evidence.at, app.now()),
    };
    operation.evidence.iter().map(entry).collect()
}

#[cfg(test)]
impl crate::pages::samples::Sample for OperationPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let entry = |_| Entry {
            sentence: "<note>".into(),
            actor: "Search".into(),
            when: Markup::text("now"),
        };
        let page = |role, state: OperationState, count: i32| Self {
            frame: Frame::sample(role, Section::Operations),
            id: "0190".to_owned(),
            preview: Preview::sample(),
            badge: words::state(state),
            meaning: words::meaning(state),
            error: (count > 0).then(|| "<reason>".to_owned()),
            facts: vec![(
                "Issue",
                Markup::issue(Some("SCRUM-1"), Some("https://x.example/?a=\"b\"")),
            )],
            evidence: (0..count).map(entry).collect(),
            history: (0..count).map(entry).collect(),
            asked: state == OperationState::NeedsHuman,
            may_create: state == OperationState::NeedsHuman,
        };
        vec![
            page(Role::Viewer, OperationState::Confirmed, 0),
            page(Role::Approver, OperationState::NeedsHuman, 100),
            page(Role::Viewer, OperationState::NeedsHuman, 3),
        ]
    }
}
