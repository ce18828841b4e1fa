//! `views.open`: opens a modal.

use serde::{Deserialize, Serialize};

use crate::blocks::View;
use crate::{SlackClient, SlackError};

/// A modal that is open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OpenedView {
    /// The view's id.
    pub id: String,
    /// Its version: an update that names an older one is refused.
    #[serde(default)]
    pub hash: String,
}

#[derive(Deserialize)]
pub(super) struct ViewAnswer {
    pub(super) view: OpenedView,
}

#[derive(Serialize)]
struct Request<'a> {
    trigger_id: &'a str,
    view: &'a View,
}

impl SlackClient {
    /// Opens a modal. The trigger lives for 3 seconds and works once, so this is called at once
    /// and never from the outbox.
    pub async fn views_open(
        &self,
        trigger_id: &str,
        view: &View,
    ) -> Result<OpenedView, SlackError> {
        let answer: ViewAnswer = self
            .call_json("views.open", &Request { trigger_id, view })
            .await?;
        Ok(answer.view)
    }
}
