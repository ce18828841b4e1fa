//! The Approve button.

use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::BlockActions;

use super::{DraftValue, clicker, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::drafts::{self, Approve, ApproveError};
use crate::inbound::HandleError;
use crate::people::identify;

pub(in crate::slack) async fn approve(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Ok(button) = serde_json::from_str::<DraftValue>(value) else {
        return forged(app, click, cause).await;
    };
    let request = Approve {
        draft: button.draft,
        nonce: Some(button.nonce),
        hash: button.hash,
        by: identify(app, &clicker(click)).await?,
    };
    match drafts::approve(app, request, cause).await {
        Ok(_) => Ok(()),
        Err(ApproveError::Store(err)) => Err(err.into()),
        Err(ApproveError::AlreadyCreated { key, url }) => {
            tell(
                app,
                click,
                &format!("Ticket was already created: <{url}|{key}>"),
                cause,
            )
            .await
        }
        Err(refusal) => tell(app, click, &from_user(&refusal.to_string()), cause).await,
    }
}
