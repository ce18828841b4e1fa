//! What a session has to say, as a line for people who cannot see the conversation.

use maro_core::drafts::Draft;
use maro_core::outbox::Message;
use maro_slack::mrkdwn::{from_user, link};
use maro_store::sessions::Session;
use maro_store::{StoreError, Tx, drafts};

use super::by_webhook;
use crate::App;

const NO_ADDRESS: &str = "Approve or discard it on Maro's page Approvals.";

/// The line for a message of a session; `None` when it is no news there, such as an edit.
pub(crate) async fn line_of_session(
    app: &App,
    tx: &Tx,
    session: &Session,
    message: &Message,
) -> Result<Option<Message>, StoreError> {
    let Message::SlackPost {
        text, preview_of, ..
    } = message
    else {
        return Ok(None);
    };
    let draft = match session.current_draft {
        Some(draft) => drafts::find(tx, draft).await?,
        None => None,
    };
    let line = match (draft, preview_of) {
        (Some(draft), Some(_)) => format!("{text} · {}", to_approve(app, &draft)),
        (Some(draft), None) => format!("{text} · {}", about(app, session, &draft)),
        (None, _) => text.clone(),
    };
    Ok(Some(by_webhook(line)))
}

/// There is nothing to click in the channel, so people are led to the page.
fn to_approve(app: &App, draft: &Draft) -> String {
    let page = app.settings().page_url(&format!("approvals/{}", draft.id));
    page.map_or_else(
        || NO_ADDRESS.to_owned(),
        |url| link(url.as_str(), "Approve or discard it"),
    )
}

/// Lines of several sessions stand among each other, so each says which one it means.
fn about(app: &App, session: &Session, draft: &Draft) -> String {
    let title = &draft.content.title;
    let page = app.settings().page_url(&format!("sessions/{}", session.id));
    page.map_or_else(|| from_user(title), |url| link(url.as_str(), title))
}
