//! Samples of every card, for validators that are not ours.

use maro_core::actor::Actor;
use maro_core::drafts::{Draft, DraftContent, draft_hash};
use maro_core::ids::{ChannelRef, DraftId, OperationId, SessionId};
use maro_core::operations::{
    ApprovedWrite, EvidenceKind, IssueRef, Operation, OperationKind, OperationState, after_evidence,
};
use maro_core::sessions::Phase;
use maro_store::sessions::Session;
use uuid::Uuid;

use super::{Card, PreviewNote};
use crate::App;
use crate::drafts::{SimilarIssue, compose};

/// One card of every kind, the hostile and the huge among them.
#[must_use]
pub fn samples(app: &App) -> Vec<(&'static str, Card)> {
    let (session, draft, operation) =
        story(app, "Login fails on Safari", "It fails.\n\n- once\n- twice");
    let by = Actor::Slack {
        team: "T1".into(),
        user: "U1".into(),
    };
    let hostile = "<!channel> <@U1> @here *bold* ``` & <https://evil.example|https://good.example>";
    let (_, huge, _) = story(app, hostile, &format!("{hostile}\n\n").repeat(300));
    let note = PreviewNote {
        similar: similar(),
        error: Some("Summary is required.".into()),
    };
    let drafting = Session {
        phase: Phase::Drafting,
        ..session.clone()
    };
    let incomplete = Draft {
        content: DraftContent::default(),
        ..draft.clone()
    };
    let both = [issue("10001", "SCRUM-1"), issue("10002", "SCRUM-2")];
    let step = after_evidence(&operation, EvidenceKind::Search, &both, app.now());
    let mut cards = vec![
        (
            "preview",
            super::preview(app, &session, &draft, &PreviewNote::default()),
        ),
        (
            "preview_notes",
            super::preview(app, &session, &draft, &note),
        ),
        (
            "preview_hostile",
            super::preview(app, &session, &huge, &note),
        ),
        (
            "preview_incomplete",
            super::preview(app, &drafting, &incomplete, &PreviewNote::default()),
        ),
        ("creating", super::creating(app, &session, &draft, &by)),
        (
            "waiting",
            super::waiting(app, &session, &draft, "Jira could not be reached."),
        ),
        (
            "unknown",
            super::unknown(app, &session, &draft, "no answer came in time"),
        ),
        ("needs_human", super::needs_human(app, &session, &draft)),
        ("created", super::created(app, &session, &draft, &by)),
        ("linked", super::linked(app, &session, &draft, &by)),
        ("discarded", super::discarded(app, &session, &draft, &by)),
        (
            "could_not_create",
            super::could_not_create(Some("Summary is required.")),
        ),
        ("put_off", super::put_off(None)),
        ("outcome_unknown", super::outcome_unknown(app)),
        ("ask_a_person", super::ask_a_person(app, &operation, true)),
        ("duplicate", super::duplicate(app, &operation, &step)),
    ];
    cards.extend(crate::findings::cards::samples(app));
    cards
}

fn similar() -> Vec<SimilarIssue> {
    ["SCRUM-7", "SCRUM-8"]
        .iter()
        .filter_map(|key| key.parse().ok())
        .map(|key| SimilarIssue {
            key,
            summary: "Login is <broken>".into(),
            status: "To Do".into(),
        })
        .collect()
}

fn issue(id: &str, key: &str) -> IssueRef {
    IssueRef {
        id: id.into(),
        key: key.into(),
    }
}

fn story(app: &App, title: &str, problem: &str) -> (Session, Draft, Operation) {
    let author = Actor::Slack {
        team: "T1".into(),
        user: "U1".into(),
    };
    let id = SessionId::new("T1", "C1", "1700000000.000100");
    let content = DraftContent {
        title: title.into(),
        problem: problem.into(),
        solution: "Mend it.".into(),
        acceptance_criteria: "it works\nit stays so".into(),
        project: "SCRUM".into(),
        issue_type: "Bug".into(),
        priority: Some("High".into()),
        labels: vec!["backend".into()],
        parent: "SCRUM-1".parse().ok(),
    }
    .cleaned();
    let (target, request) = compose(app, &content, None);
    let now = app.now();
    let draft = Draft {
        id: DraftId(Uuid::nil()),
        session: id.clone(),
        hash: draft_hash(&target, &request),
        content,
        request: request.clone(),
        target: target.clone(),
        nonce: "0".repeat(32),
        author: author.clone(),
        created_at: now,
    };
    let session = Session {
        id: id.clone(),
        channel: ChannelRef {
            team: "T1".into(),
            channel: "C1".into(),
        },
        channel_name: Some("payments".into()),
        thread_ts: Some("1700000000.000100".into()),
        preview_ts: Some("1700000000.000100".into()),
        phase: Phase::AwaitingApproval,
        current_draft: Some(draft.id),
        author: author.clone(),
        author_name: Some("Amira".into()),
        source_permalink: Some("https://acme.slack.com/archives/C1/p1700000000000100".into()),
        jira_key: Some("SCRUM-1".into()),
        jira_url: Some("https://acme.atlassian.net/browse/SCRUM-1".into()),
        created_at: now,
        updated_at: now,
    };
    let write = ApprovedWrite {
        session: id,
        kind: OperationKind::JiraCreate,
        draft_hash: draft.hash.clone(),
        request,
        target,
        created_by: author.clone(),
        approved_by: author,
    };
    let id = OperationId(Uuid::nil());
    let operation = Operation {
        state: OperationState::NeedsHuman,
        searches: 9,
        send_started_at: Some(now),
        next_at: None,
        ..Operation::prepared(id, write, app.deployment_key(), now)
    };
    (session, draft, operation)
}

/// A sample of the "View full" form, with more text than one section holds.
#[must_use]
pub fn full_sample(app: &App) -> maro_slack::blocks::View {
    let (_, draft, _) = story(
        app,
        "Login fails on Safari",
        &"It fails & <fails>.\n\n".repeat(400),
    );
    super::full_view(app, &draft)
}
