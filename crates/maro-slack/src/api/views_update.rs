//! `views.update`: changes a modal that is open.

use serde::Serialize;

use super::OpenedView;
use super::views_open::ViewAnswer;
use crate::blocks::View;
use crate::{SlackClient, SlackError};

#[derive(Serialize)]
struct Request<'a> {
    view_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
    view: &'a View,
}

impl SlackClient {
    /// Changes an open modal. With `hash`, only if it is still the version that the caller saw;
    /// otherwise Slack answers `hash_conflict`.
    pub async fn views_update(
        &self,
        view_id: &str,
        hash: Option<&str>,
        view: &View,
    ) -> Result<OpenedView, SlackError> {
        let request = Request {
            view_id,
            hash,
            view,
        };
        let answer: ViewAnswer = self.call_json("views.update", &request).await?;
        Ok(answer.view)
    }
}
