//! What a person submitted: read from the form's state, checked at once, then saved.

use std::collections::BTreeMap;

use maro_core::actor::Actor;
use maro_core::drafts::{DraftContent, DraftProblem};
use maro_core::ids::{ChannelRef, SessionId};
use maro_slack::payloads::{Interaction, SubmittedView, ViewState, ViewSubmission};

use super::actions::{IT_EXISTS, it_exists_key, submit_it_exists};
use super::answers::{AnswerTo, answer};
use super::form::{FORM, FormContext, PROJECT_ACTION, VALUE, joined};
use super::lookups::author_name;
use super::sentences::not_saved;
use crate::App;
use crate::cause::Cause;
use crate::drafts::{self, Origin, SaveDraft, SaveError};
use crate::inbound::HandleError;

/// Texts to show beside the fields of a submission, by block id; none when it can be stored.
///
/// It asks neither Jira nor the database: Slack waits for the answer.
pub(super) fn check_submission(interaction: &Interaction) -> BTreeMap<String, String> {
    let Interaction::ViewSubmission(submission) = interaction else {
        return BTreeMap::new();
    };
    let view = &submission.view;
    match view.callback_id.as_str() {
        FORM => problems_of(view),
        IT_EXISTS => it_exists_key(view).err().into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

fn problems_of(view: &SubmittedView) -> BTreeMap<String, String> {
    let read = content_of(&view.state);
    let mut problems: Vec<DraftProblem> = read.content.cleaned().problems();
    if let Some(message) = read.parent_problem {
        problems.push(DraftProblem {
            field: "parent",
            message,
        });
    }
    problems
        .into_iter()
        .map(|problem| (block_of(&view.state, problem.field), problem.message))
        .collect()
}

/// Some blocks carry the project in their id; the error must name the block as it is.
fn block_of(state: &ViewState, field: &str) -> String {
    let prefix = format!("{field}:");
    state
        .blocks()
        .find(|block| block.starts_with(&prefix))
        .unwrap_or(field)
        .to_owned()
}

struct ReadContent {
    content: DraftContent,
    parent_problem: Option<String>,
}

fn content_of(state: &ViewState) -> ReadContent {
    let chosen = |block: &str, action: &str| {
        state
            .selected(block, action)
            .or_else(|| state.text(block, action))
            .map(str::to_owned)
    };
    let issue_type = block_of(state, "issue_type");
    let priority = block_of(state, "priority");
    let parent = chosen("parent", VALUE).map(|text| text.parse());
    let content = DraftContent {
        title: chosen("title", VALUE).unwrap_or_default(),
        problem: joined(state, "problem"),
        solution: joined(state, "solution"),
        acceptance_criteria: joined(state, "acceptance_criteria"),
        project: chosen("project", PROJECT_ACTION).unwrap_or_default(),
        issue_type: chosen(&issue_type, VALUE).unwrap_or_default(),
        priority: chosen(&priority, VALUE),
        labels: chosen("labels", VALUE).into_iter().collect(),
        parent: parent
            .as_ref()
            .and_then(|parsed| parsed.as_ref().ok().cloned()),
    };
    let parent_problem = parent
        .and_then(Result::err)
        .map(|err: maro_core::issue_key::ParseIssueKeyError| format!("{err}."));
    ReadContent {
        content,
        parent_problem,
    }
}

/// The draft that a form holds now, complete or not; for showing it anew.
pub(super) fn content_in_form(state: &ViewState) -> DraftContent {
    content_of(state).content
}

/// Saves what a person submitted.
pub(super) async fn handle_submission(
    app: &App,
    submission: &ViewSubmission,
    cause: &Cause,
) -> Result<(), HandleError> {
    match submission.view.callback_id.as_str() {
        FORM => save(app, submission, cause).await,
        IT_EXISTS => submit_it_exists(app, submission, cause).await,
        _ => Ok(()),
    }
}

async fn save(app: &App, submission: &ViewSubmission, cause: &Cause) -> Result<(), HandleError> {
    let view = &submission.view;
    let context: FormContext = serde_json::from_str(&view.private_metadata)
        .map_err(|err| HandleError::Broken(format!("private_metadata: {err}")))?;
    let author = Actor::Slack {
        team: context.team.clone(),
        user: submission.user.id.clone(),
    };
    let content = content_of(&view.state).content;
    let similar = drafts::find_similar(app, &content.project, &content.title).await;
    // A form is submitted once; its own id makes a repetition find the same session.
    let session = context
        .session
        .clone()
        .unwrap_or_else(|| SessionId::new(&context.team, &context.channel, &view.id));
    let to = AnswerTo::Person {
        team: context.team.clone(),
        channel: context.channel.clone(),
        user: submission.user.id.clone(),
        thread_ts: context.thread_ts.clone(),
    };
    let request = SaveDraft {
        session,
        origin: Origin {
            channel: ChannelRef {
                team: context.team,
                channel: context.channel,
            },
            channel_name: context.channel_name,
            thread_ts: context.thread_ts,
            permalink: context.permalink,
            author_name: author_name(app, &author).await,
        },
        content,
        author,
        based_on: context.based_on,
        allow_incomplete: false,
        similar,
    };
    match drafts::save(app, request, cause).await {
        Ok(_) => Ok(()),
        Err(SaveError::Store(err)) => Err(err.into()),
        Err(err) => Ok(answer(app, &to, &not_saved(&err), cause).await?),
    }
}
