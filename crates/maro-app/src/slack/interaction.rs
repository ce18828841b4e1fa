//! Clicks, shortcuts and forms: which use case each one is.

use maro_core::ids::SessionId;
use maro_slack::manifest::DRAFT_SHORTCUT;
use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::{BlockActions, Interaction, MessageAction};
use maro_store::{drafts as draft_rows, sessions};

use super::actions;
use super::answers::{AnswerTo, answer};
use super::form::{FORM, FormContext, PROJECT_ACTION, fill, notice, open_form, view};
use super::submission::{content_in_form, handle_submission};
use super::thread_draft::thread_content;
use crate::App;
use crate::cause::Cause;
use crate::findings::cards::FindingButton;
use crate::inbound::HandleError;

/// Handles one interaction.
pub(crate) async fn handle_interaction(
    app: &App,
    body: &[u8],
    cause: &Cause,
) -> Result<(), HandleError> {
    let interaction =
        Interaction::parse(body).map_err(|err| HandleError::Broken(err.to_string()))?;
    match interaction {
        Interaction::BlockActions(click) if click.view.is_some() => {
            change_in_form(app, &click).await
        }
        Interaction::BlockActions(click) => click_on_card(app, &click, cause).await,
        Interaction::MessageAction(action) => shortcut(app, &action, cause).await,
        Interaction::ViewSubmission(submission) => handle_submission(app, &submission, cause).await,
        _ => Ok(()),
    }
}

async fn click_on_card(app: &App, click: &BlockActions, cause: &Cause) -> Result<(), HandleError> {
    if actions::refuse_locked_out(app, click, cause).await? {
        return Ok(());
    }
    let action = click.action();
    let value = action.value.as_deref().unwrap_or_default();
    match action.action_id.as_str() {
        "draft_approve" => actions::approve(app, click, value, cause).await,
        "draft_edit" => actions::edit(app, click, value, cause).await,
        "draft_discard" => actions::discard(app, click, value, cause).await,
        "draft_view_full" => actions::view_full(app, click, value, cause).await,
        "operation_it_exists" => actions::ask_for_key(app, click, value, cause).await,
        "operation_create_anyway" | "operation_give_up" => {
            actions::decide(app, click, value, cause).await
        }
        id if id.starts_with("draft_link_existing") => {
            actions::link(app, click, value, cause).await
        }
        id if let Some(button) = FindingButton::parse(id) => {
            actions::decide_finding(app, click, button, cause).await
        }
        _ => Ok(()),
    }
}

/// Another project was chosen: its issue types and priorities take the place of the old ones.
async fn change_in_form(app: &App, click: &BlockActions) -> Result<(), HandleError> {
    let Some(form) = click.view.as_ref().filter(|form| form.callback_id == FORM) else {
        return Ok(());
    };
    if click.action().action_id != PROJECT_ACTION {
        return Ok(());
    }
    let Ok(context) = serde_json::from_str::<FormContext>(&form.private_metadata) else {
        return Ok(());
    };
    let (Some(slack), content) = (app.slack_for(&context.team), content_in_form(&form.state))
    else {
        return Ok(());
    };
    let shown = match fill(app, content).await {
        Ok((content, choices)) => view(&context, &content, &choices, &[]),
        Err(why) => notice(&format!(
            "Jira could not be asked: {} Please try again.",
            from_user(&why)
        )),
    };
    // A stale hash means that a newer change is on its way; that one wins.
    if let Err(err) = slack.views_update(&form.id, Some(&form.hash), &shown).await {
        tracing::info!(slack.error = err.code(), "the form was not updated");
    }
    Ok(())
}

/// "Draft a Jira ticket" in a message's menu: the thread of that message goes into the form.
async fn shortcut(app: &App, action: &MessageAction, cause: &Cause) -> Result<(), HandleError> {
    if action.callback_id != DRAFT_SHORTCUT {
        return Ok(());
    }
    let (team, channel, thread) = (action.team_id(), &action.channel.id, action.thread_ts());
    let id = SessionId::new(team, channel, thread);
    let to = AnswerTo::Person {
        team: team.to_owned(),
        channel: channel.clone(),
        user: action.user.id.clone(),
        thread_ts: Some(thread.to_owned()),
    };
    let existing = sessions::find(app.store(), &id).await?;
    let current = match existing.as_ref().and_then(|session| session.current_draft) {
        Some(draft) => draft_rows::find(app.store(), draft).await?,
        None => None,
    };
    let existing_draft = current.as_ref().map(|draft| draft.id);
    let context = |permalink| FormContext {
        session: Some(id.clone()),
        based_on: existing_draft,
        team: team.to_owned(),
        channel: channel.clone(),
        channel_name: Some(action.channel.name.clone()),
        thread_ts: Some(thread.to_owned()),
        permalink,
    };
    let opened = if let Some(draft) = current {
        open_form(app, &action.trigger_id, context(None), draft.content, &[]).await
    } else {
        match thread_content(app, team, channel, thread).await {
            Ok(read) => {
                open_form(
                    app,
                    &action.trigger_id,
                    context(read.permalink),
                    read.content,
                    &[],
                )
                .await
            }
            Err(err) => Err(err.sentence()),
        }
    };
    match opened {
        Ok(()) => Ok(()),
        Err(sentence) => Ok(answer(app, &to, &sentence, cause).await?),
    }
}
