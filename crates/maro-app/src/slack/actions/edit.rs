//! The Edit button: the form with the newest draft, and what Jira said about its fields.

use maro_core::operations::OperationState;
use maro_slack::payloads::BlockActions;
use maro_store::operations::OperationFilter;
use maro_store::{PageRequest, operations, sessions};

use super::{draft_of, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::inbound::HandleError;
use crate::slack::form::{FieldError, FormContext, open_form};
use crate::slack::lookups::name_of_channel;

pub(in crate::slack) async fn edit(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Some((draft, _)) = draft_of(app, click, value).await? else {
        return forged(app, click, cause).await;
    };
    let Some(session) = sessions::find(app.store(), &draft.session).await? else {
        return forged(app, click, cause).await;
    };
    if session.current_draft != Some(draft.id) {
        return tell(
            app,
            click,
            "The draft was edited since. Look at the newest preview.",
            cause,
        )
        .await;
    }
    if !session.phase.is_editable() {
        return tell(app, click, "This draft can no longer be edited.", cause).await;
    }
    let errors = field_errors(app, &session.id).await?;
    let context = FormContext {
        session: Some(session.id),
        based_on: Some(draft.id),
        team: session.channel.team.clone(),
        channel: session.channel.channel,
        channel_name: session.channel_name.or(name_of_channel(app, click).await),
        thread_ts: session.thread_ts,
        permalink: None,
    };
    match open_form(app, &click.trigger_id, context, draft.content, &errors).await {
        Ok(()) => Ok(()),
        Err(sentence) => tell(app, click, &sentence, cause).await,
    }
}

/// What Jira refused last, by the form's fields.
async fn field_errors(
    app: &App,
    session: &maro_core::ids::SessionId,
) -> Result<Vec<FieldError>, HandleError> {
    let filter = OperationFilter {
        session: Some(session.clone()),
        ..OperationFilter::default()
    };
    let page = operations::page(app.store(), &filter, &PageRequest::first(1)).await?;
    let refused = page
        .items
        .into_iter()
        .find(|op| op.state == OperationState::Rejected);
    let fields = refused
        .and_then(|op| op.evidence.into_iter().next_back())
        .map(|e| e.fields);
    Ok(fields
        .unwrap_or_default()
        .into_iter()
        .map(|(field, message)| (form_field(&field), message))
        .collect())
}

/// The form's name for a field of Jira; fields that the form does not have are shown at the project.
fn form_field(jira_field: &str) -> &'static str {
    match jira_field {
        "summary" => "title",
        "description" => "problem",
        "issuetype" => "issue_type",
        "priority" => "priority",
        "labels" => "labels",
        "parent" => "parent",
        _ => "project",
    }
}
