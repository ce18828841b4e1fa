//! The Discard button.

use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::BlockActions;

use super::{clicker, draft_of, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::drafts::{self, Discard, DiscardError};
use crate::inbound::HandleError;

pub(in crate::slack) async fn discard(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Some((draft, _)) = draft_of(app, click, value).await? else {
        return forged(app, click, cause).await;
    };
    let request = Discard {
        draft: draft.id,
        by: clicker(click),
    };
    match drafts::discard(app, request, cause).await {
        Ok(_) => Ok(()),
        Err(DiscardError::Store(err)) => Err(err.into()),
        Err(refusal) => tell(app, click, &from_user(&refusal.to_string()), cause).await,
    }
}
