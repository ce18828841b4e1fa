//! "Link to this instead": the session is bound to an issue that exists, and the channel tracks it.

use maro_core::actor::Actor;
use maro_core::ids::DraftId;
use maro_core::issue_key::IssueKey;
use maro_core::outbox::{Message, Thread};
use maro_core::sessions::Phase;
use maro_core::tracking::TrackedIssue;
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, drafts, tracked};
use serde_json::{Value, json};

use crate::App;
use crate::audit::record;
use crate::cause::Cause;
use crate::happening::Happening;
use crate::messages::enqueue;
use crate::slack::cards;

/// What somebody links.
#[derive(Debug, Clone)]
pub struct LinkExisting {
    /// The draft that they saw.
    pub draft: DraftId,
    /// The issue that exists.
    pub key: IssueKey,
    /// Who links.
    pub by: Actor,
}

/// Why a draft was not linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// No such draft.
    #[error("This draft does not exist.")]
    NotFound,
    /// It is approved, created, linked or discarded.
    #[error("This draft can no longer be linked.")]
    TooLate,
    /// Jira does not know the issue, or does not show it to us.
    #[error("{0} not found in Jira")]
    NoSuchIssue(IssueKey),
    /// Jira did not answer.
    #[error("Jira could not be asked: {0}")]
    Jira(String),
    /// The database failed.
    #[error("could not link the draft")]
    Store(#[from] StoreError),
}

/// Binds a session to an existing issue.
pub async fn link_existing(
    app: &App,
    request: LinkExisting,
    cause: &Cause,
) -> Result<Session, LinkError> {
    let seen = crate::tracking::read_issue(app, &request.key)
        .await
        .map_err(|err| match err {
            crate::tracking::ReadError::NotFound => LinkError::NoSuchIssue(request.key.clone()),
            crate::tracking::ReadError::Jira(sentence) => LinkError::Jira(sentence),
        })?;
    let tx = app.store().begin().await?;
    let draft = drafts::find(&tx, request.draft)
        .await?
        .ok_or(LinkError::NotFound)?;
    let session = sessions::lock(&tx, &draft.session)
        .await?
        .ok_or(LinkError::NotFound)?;
    let from = [Phase::Drafting, Phase::AwaitingApproval];
    if !sessions::advance(&tx, &session.id, &from, Phase::Linked, app.now()).await? {
        return Err(LinkError::TooLate);
    }
    let url = crate::links::issue(app, request.key.as_str());
    sessions::set_issue(&tx, &session.id, request.key.as_str(), &url).await?;
    let issue = TrackedIssue {
        tracked_by: request.by.clone(),
        channel: session.channel.clone(),
        ..seen
    };
    tracked::track(&tx, &issue).await?;
    let session = Session {
        phase: Phase::Linked,
        jira_key: Some(request.key.to_string()),
        jira_url: Some(url.clone()),
        ..session
    };
    let card = cards::linked(app, &session, &draft, &request.by);
    enqueue(app, &tx, &session, cards::update_preview(&session, card)).await?;
    let text = format!("Linked to the existing ticket: <{url}|{}>", request.key);
    enqueue(app, &tx, &session, in_thread(&session, text)).await?;
    if !cause.settle(&tx).await? {
        return Err(LinkError::TooLate);
    }
    let details = json!({ "draft": draft.id, "issue": request.key });
    record(app, &tx, &request.by, "draft.linked", &session.id, details).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Sessions);
    app.announce(Happening::Tracking);
    Ok(session)
}

fn in_thread(session: &Session, text: String) -> Message {
    Message::SlackPost {
        channel: session.channel.channel.clone(),
        thread: Thread::Session(session.id.clone()),
        text,
        blocks: Value::Array(Vec::new()),
        preview_of: None,
    }
}
