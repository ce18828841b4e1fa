//! Saving a draft: a new session or a new version, and the preview that shows it.

use maro_core::actor::Actor;
use maro_core::drafts::{Draft, DraftContent, DraftProblem, draft_hash};
use maro_core::findings::tickets::ticket_of;
use maro_core::ids::{ChannelRef, DraftId, SessionId};
use maro_core::operations::OperationState;
use maro_core::outbox::{Message, Thread};
use maro_core::sessions::Phase;
use maro_store::operations::OperationFilter;
use maro_store::sessions::{self, Session};
use maro_store::{PageRequest, StoreError, Tx, drafts, operations};
use serde_json::json;

use super::{SimilarIssue, compose};
use crate::audit::record;
use crate::cause::Cause;
use crate::happening::Happening;
use crate::messages::enqueue;
use crate::slack::cards::{self, PreviewNote};
use crate::{App, clock};

/// A draft to save.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// The session, new or existing.
    pub session: SessionId,
    /// Where it came from; needed when the session is new.
    pub origin: Origin,
    /// What the person wrote, as it came in.
    pub content: DraftContent,
    /// Who wrote it.
    pub author: Actor,
    /// Whether an incomplete draft is kept, to be completed with Edit.
    pub allow_incomplete: bool,
    /// The version that the author saw; absent for the first.
    pub based_on: Option<DraftId>,
    /// Issues that may be the same, for the preview.
    pub similar: Vec<SimilarIssue>,
}

/// Where a session came from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The channel that sees the preview.
    pub channel: ChannelRef,
    /// Its name, where it is known.
    pub channel_name: Option<String>,
    /// The thread it belongs to; without one, the preview begins a thread.
    pub thread_ts: Option<String>,
    /// A link to the message that began it.
    pub permalink: Option<String>,
    /// The name of the author, for pages.
    pub author_name: Option<String>,
}

/// A draft that was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The draft.
    pub draft: Draft,
    /// Its session.
    pub session: Session,
}

/// Why a draft was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Something must be corrected first.
    #[error("the draft has problems")]
    Problems(Vec<DraftProblem>),
    /// The session has an issue already.
    #[error("the ticket was already created")]
    AlreadyCreated {
        /// The key of the issue.
        key: String,
        /// The link to it.
        url: String,
    },
    /// The draft is approved and on its way.
    #[error("operation already in progress")]
    InProgress,
    /// An earlier create of this session was given up with an unknown outcome.
    #[error("an earlier attempt of this conversation was given up; start a new draft")]
    GivenUp,
    /// It was made from a finding, whose page has it.
    #[error("this draft is made from a finding; change it on the finding's page")]
    OfFinding,
    /// Somebody else changed the session at the same moment.
    #[error("the draft was changed at the same moment")]
    Raced,
    /// The database failed.
    #[error("could not save the draft")]
    Store(#[from] StoreError),
}

/// Saves a draft and puts its preview into the outbox, in one transaction.
pub async fn save(app: &App, request: SaveDraft, cause: &Cause) -> Result<Saved, SaveError> {
    if ticket_of(&request.session).is_some() {
        return Err(SaveError::OfFinding);
    }
    let content = request.content.clone().cleaned();
    let problems = content.problems();
    if !problems.is_empty() && !request.allow_incomplete {
        return Err(SaveError::Problems(problems));
    }
    let draft = build(app, &request, content).await;
    let given_up = was_sent_and_given_up(app, &request.session).await?;
    let tx = app.store().begin().await?;
    let session = open_session(app, &tx, &request, given_up).await?;
    let phase = if problems.is_empty() {
        Phase::AwaitingApproval
    } else {
        Phase::Drafting
    };
    drafts::insert(&tx, &draft).await?;
    let open = [Phase::Drafting, Phase::AwaitingApproval, Phase::Discarded];
    if !sessions::point_to_draft(&tx, &session.id, draft.id, &open, phase, app.now()).await? {
        return Err(SaveError::Raced);
    }
    let needs_post = session.current_draft.is_none() || session.phase == Phase::Discarded;
    let session = Session {
        phase,
        current_draft: Some(draft.id),
        ..session
    };
    show_preview(app, &tx, &session, &draft, request.similar, needs_post).await?;
    if !cause.settle(&tx).await? {
        return Err(SaveError::Raced);
    }
    record(
        app,
        &tx,
        &draft.author,
        "draft.saved",
        &session.id,
        json!({ "draft": draft.id, "hash": draft.hash }),
    )
    .await?;
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Sessions);
    tracing::info!(session.id = %session.id, draft.id = %draft.id, "draft saved");
    Ok(Saved { draft, session })
}

async fn build(app: &App, request: &SaveDraft, content: DraftContent) -> Draft {
    let epic_link = app.metadata().epic_link(app, &content).await;
    let (target, body) = compose(app, &content, epic_link.as_deref());
    Draft {
        id: DraftId(clock::new_id()),
        session: request.session.clone(),
        hash: draft_hash(&target, &body),
        content,
        request: body,
        target,
        nonce: clock::nonce(),
        author: request.author.clone(),
        created_at: app.now(),
    }
}

/// Finds the session or makes it; refuses what can no longer be edited.
async fn open_session(
    app: &App,
    tx: &Tx,
    request: &SaveDraft,
    given_up: bool,
) -> Result<Session, SaveError> {
    let fresh = new_session(app, request);
    if sessions::insert(tx, &fresh).await? {
        return Ok(fresh);
    }
    let session = sessions::lock(tx, &request.session)
        .await?
        .ok_or(SaveError::Raced)?;
    match session.phase {
        // Somebody else's newer version is not overwritten unseen.
        Phase::Drafting | Phase::AwaitingApproval if session.current_draft != request.based_on => {
            Err(SaveError::Raced)
        }
        Phase::Drafting | Phase::AwaitingApproval => Ok(session),
        Phase::Creating => Err(SaveError::InProgress),
        Phase::Discarded => {
            if given_up {
                return Err(SaveError::GivenUp);
            }
            Ok(session)
        }
        Phase::Created | Phase::Linked => Err(SaveError::AlreadyCreated {
            key: session.jira_key.unwrap_or_default(),
            url: session.jira_url.unwrap_or_default(),
        }),
    }
}

/// A given-up create may still have happened, so its session makes no second one.
async fn was_sent_and_given_up(app: &App, session: &SessionId) -> Result<bool, StoreError> {
    let filter = OperationFilter {
        session: Some(session.clone()),
        ..OperationFilter::default()
    };
    let operations = operations::page(app.store(), &filter, &PageRequest::first(50)).await?;
    Ok(operations.items.iter().any(|operation| {
        operation.state == OperationState::Cancelled && operation.send_started_at.is_some()
    }))
}

fn new_session(app: &App, request: &SaveDraft) -> Session {
    let origin = &request.origin;
    Session {
        id: request.session.clone(),
        channel: origin.channel.clone(),
        channel_name: origin.channel_name.clone(),
        thread_ts: origin.thread_ts.clone(),
        preview_ts: None,
        phase: Phase::Drafting,
        current_draft: None,
        author: request.author.clone(),
        author_name: origin.author_name.clone(),
        source_permalink: origin.permalink.clone(),
        jira_key: None,
        jira_url: None,
        created_at: app.now(),
        updated_at: app.now(),
    }
}

/// The first draft posts the preview; later ones edit it. A session that was discarded gets a new one.
async fn show_preview(
    app: &App,
    tx: &Tx,
    session: &Session,
    draft: &Draft,
    similar: Vec<SimilarIssue>,
    needs_post: bool,
) -> Result<(), StoreError> {
    let note = PreviewNote {
        similar,
        ..PreviewNote::default()
    };
    let card = cards::preview(app, session, draft, &note);
    let message = if needs_post {
        Message::SlackPost {
            channel: session.channel.channel.clone(),
            thread: session
                .thread_ts
                .clone()
                .map_or(Thread::Channel, Thread::Ts),
            text: card.text,
            blocks: card.blocks,
            preview_of: Some(session.id.clone()),
        }
    } else {
        cards::update_preview(session, card)
    };
    enqueue(app, tx, session, message).await
}
