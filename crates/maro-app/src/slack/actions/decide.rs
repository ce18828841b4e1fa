//! The three buttons of an unknown outcome: it exists, create anyway, give up.

use maro_core::actor::Actor;
use maro_core::ids::OperationId;
use maro_core::issue_key::IssueKey;
use maro_slack::blocks::{Input, TextInput, View};
use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::{BlockActions, SubmittedView, ViewSubmission};
use maro_store::{operations as ledger, sessions};

use super::locked_out::{LOCKED_OUT, is_refused};
use super::{clicker, forged, tell};
use crate::App;
use crate::cause::Cause;
use crate::inbound::HandleError;
use crate::operations::{self, DecideError, DecisionRequest};
use crate::people::identify;
use crate::slack::answers::{AnswerTo, answer};

/// The name of the form that asks for a key.
pub(in crate::slack) const IT_EXISTS: &str = "it_exists_modal";
const KEY: &str = "key";

pub(in crate::slack) async fn decide(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Ok(id) = value.parse::<OperationId>() else {
        return forged(app, click, cause).await;
    };
    let request = match click.action().action_id.as_str() {
        "operation_create_anyway" => DecisionRequest::CreateAnyway,
        _ => DecisionRequest::GiveUp,
    };
    let by = identify(app, &clicker(click)).await?;
    match operations::decide(app, id, &request, &by, cause).await {
        Ok(()) => Ok(()),
        Err(DecideError::Store(err)) => Err(err.into()),
        Err(refusal) => tell(app, click, &from_user(&refusal.to_string()), cause).await,
    }
}

/// "It exists…": asks for the key.
pub(in crate::slack) async fn ask_for_key(
    app: &App,
    click: &BlockActions,
    value: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Ok(id) = value.parse::<OperationId>() else {
        return forged(app, click, cause).await;
    };
    let Some(slack) = app.slack_for(click.team_id()) else {
        return Ok(());
    };
    match slack
        .views_open(&click.trigger_id, &it_exists_form(&id.to_string()))
        .await
    {
        Ok(_) => Ok(()),
        Err(err) => tell(app, click, &err.sentence(), cause).await,
    }
}

/// The form that asks for a key; it remembers the operation.
pub(in crate::slack) fn it_exists_form(operation: &str) -> View {
    let key = TextInput::new(KEY).with_placeholder("SCRUM-123");
    let input = Input::new(KEY, "Which issue is it?", key);
    let input = input.with_hint("Maro reads it from Jira before it believes it.");
    View::new(IT_EXISTS, "The ticket exists", vec![input.into()])
        .with_submit("This is it")
        .with_close("Cancel")
        .with_private_metadata(operation)
}

/// The key in a submitted form, or the block and text of what is wrong.
pub(in crate::slack) fn it_exists_key(view: &SubmittedView) -> Result<IssueKey, (String, String)> {
    let text = view.state.text(KEY, KEY).unwrap_or_default();
    text.parse()
        .map_err(|err: maro_core::issue_key::ParseIssueKeyError| {
            (KEY.to_owned(), format!("{err}."))
        })
}

pub(in crate::slack) async fn submit_it_exists(
    app: &App,
    submission: &ViewSubmission,
    cause: &Cause,
) -> Result<(), HandleError> {
    let (Ok(key), Ok(id)) = (
        it_exists_key(&submission.view),
        submission.view.private_metadata.parse::<OperationId>(),
    ) else {
        return Err(HandleError::Broken(
            "private_metadata names no operation".into(),
        ));
    };
    let actor = Actor::Slack {
        team: submission.team_id().to_owned(),
        user: submission.user.id.clone(),
    };
    if is_refused(app, &actor, "decision.refused", &id).await? {
        return tell_in_session(app, id, submission, LOCKED_OUT, cause).await;
    }
    let by = identify(app, &actor).await?;
    match operations::decide(app, id, &DecisionRequest::ItExists(key), &by, cause).await {
        Ok(()) => Ok(()),
        Err(DecideError::Store(err)) => Err(err.into()),
        Err(refusal) => {
            tell_in_session(app, id, submission, &from_user(&refusal.to_string()), cause).await
        }
    }
}

async fn tell_in_session(
    app: &App,
    id: OperationId,
    submission: &ViewSubmission,
    text: &str,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Some(operation) = ledger::find(app.store(), id).await? else {
        return Ok(());
    };
    let Some(session) = sessions::find(app.store(), &operation.session).await? else {
        return Ok(());
    };
    let to = AnswerTo::Person {
        team: session.channel.team,
        channel: session.channel.channel,
        user: submission.user.id.clone(),
        thread_ts: session.thread_ts,
    };
    Ok(answer(app, &to, text, cause).await?)
}
