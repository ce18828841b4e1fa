//! The "Link to this instead" button beside a possible duplicate.

use maro_core::ids::DraftId;
use maro_core::issue_key::IssueKey;
use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::BlockActions;
use maro_store::drafts as draft_rows;
use serde::{Deserialize, Serialize};

use super::{clicker, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::drafts::{self, LinkError, LinkExisting};
use crate::inbound::HandleError;

/// What the button carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::slack) struct LinkValue {
    pub(in crate::slack) draft: DraftId,
    pub(in crate::slack) nonce: String,
    pub(in crate::slack) key: IssueKey,
}

pub(in crate::slack) async fn link(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Ok(button) = serde_json::from_str::<LinkValue>(value) else {
        return forged(app, click, cause).await;
    };
    let draft = draft_rows::find(app.store(), button.draft).await?;
    let known = draft
        .is_some_and(|draft| draft.nonce == button.nonce && draft.session.is_in(click.team_id()));
    if !known {
        return forged(app, click, cause).await;
    }
    let request = LinkExisting {
        draft: button.draft,
        key: button.key,
        by: clicker(click),
    };
    match drafts::link_existing(app, request, cause).await {
        Ok(_) => Ok(()),
        Err(LinkError::Store(err)) => Err(err.into()),
        Err(refusal) => tell(app, click, &from_user(&refusal.to_string()), cause).await,
    }
}
