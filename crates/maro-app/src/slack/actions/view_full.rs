//! The "View full" button: everything that will be sent, in a modal.

use maro_slack::payloads::BlockActions;

use super::{draft_of, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::inbound::HandleError;
use crate::slack::cards::full_view;

pub(in crate::slack) async fn view_full(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Some((draft, _)) = draft_of(app, click, value).await? else {
        return forged(app, click, cause).await;
    };
    let Some(slack) = app.slack_for(click.team_id()) else {
        return Ok(());
    };
    match slack
        .views_open(&click.trigger_id, &full_view(app, &draft))
        .await
    {
        Ok(_) => Ok(()),
        Err(err) => tell(app, click, &err.sentence(), cause).await,
    }
}
