//! Opening the form within Slack's three seconds, whatever Jira does.

use std::time::Duration;

use maro_core::drafts::DraftContent;
use maro_slack::mrkdwn::from_user;
use maro_slack::{SlackClient, SlackError};

use super::{FieldError, FormContext, fill, notice, view};
use crate::App;

/// Jira gets this long before the form opens without it.
const PATIENCE: Duration = Duration::from_millis(1_200);
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Opens the form. The error is a sentence for the person who asked.
pub(in crate::slack) async fn open_form(
    app: &App,
    trigger_id: &str,
    context: FormContext,
    content: DraftContent,
    errors: &[FieldError],
) -> Result<(), String> {
    let slack = app
        .slack_for(&context.team)
        .ok_or("Slack is not configured.")?;
    let ready = tokio::time::timeout(PATIENCE, fill(app, content.clone())).await;
    match ready {
        Ok(Ok((content, choices))) => {
            let form = view(&context, &content, &choices, errors);
            slack
                .views_open(trigger_id, &form)
                .await
                .map(drop)
                .map_err(|err| opening_failed(&err))
        }
        _ => open_in_two_steps(app, &slack, trigger_id, context, content, errors).await,
    }
}

async fn open_in_two_steps(
    app: &App,
    slack: &SlackClient,
    trigger_id: &str,
    context: FormContext,
    content: DraftContent,
    errors: &[FieldError],
) -> Result<(), String> {
    let waiting = notice("Jira is slow at the moment. The form appears as soon as it answers.");
    let opened = slack
        .views_open(trigger_id, &waiting)
        .await
        .map_err(|err| opening_failed(&err))?;
    // The rest is no work of this delivery: it must not hold a place while Jira is slow.
    let (app, errors) = (app.clone(), errors.to_vec());
    app.tasks()
        .clone()
        .spawn(async move { fill_opened(&app, &opened.id, &context, content, &errors).await });
    Ok(())
}

/// Replaces the waiting form when Jira has answered. Should the process end before, the person sees
/// a form that says so and asks again; nothing was saved.
async fn fill_opened(
    app: &App,
    view_id: &str,
    context: &FormContext,
    content: DraftContent,
    errors: &[FieldError],
) {
    let form = match tokio::time::timeout(LONGEST_WAIT, fill(app, content)).await {
        Ok(Ok((content, choices))) => view(context, &content, &choices, errors),
        Ok(Err(why)) => notice(&format!(
            "Jira could not be asked: {} Please try again.",
            from_user(&why)
        )),
        Err(_) => notice("Jira did not answer in time. Nothing was saved. Please try again."),
    };
    let Some(slack) = app.slack_for(&context.team) else {
        return;
    };
    if let Err(err) = slack.views_update(view_id, None, &form).await {
        tracing::warn!(slack.error = err.code(), "the form could not be filled");
    }
}

fn opening_failed(err: &SlackError) -> String {
    match err.code() {
        "expired_trigger_id" | "trigger_expired" | "exchanged_trigger_id" | "trigger_exchanged" => {
            "That took too long for Slack, so the form could not open. Please try again.".into()
        }
        _ => err.sentence(),
    }
}
