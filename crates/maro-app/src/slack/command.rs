//! `/maro …`: one use case per command, and an answer that only the person sees.

use futures_util::future::join_all;
use maro_core::actor::Actor;
use maro_core::commands::{Command, help};
use maro_core::drafts::DraftContent;
use maro_core::ids::ChannelRef;
use maro_core::issue_key::IssueKey;
use maro_core::tracking as words;
use maro_slack::mrkdwn::from_user;
use maro_slack::payloads::{CommandDelivery, SlashCommand};
use maro_store::StoreError;

use super::answers::{AnswerTo, answer};
use super::asked;
use super::form::{FormContext, open_form};
use crate::cause::Cause;
use crate::inbound::HandleError;
use crate::suite_starts::ask;
use crate::{App, tracking};

/// The answer to a command that needs neither Jira nor the database: it goes into the
/// acknowledgement. `None` for commands that a worker must handle.
pub(super) fn answer_at_once(command: &SlashCommand) -> Option<String> {
    // What was typed may be an alias.
    let name = &from_user(&command.command).replace('`', "'");
    match Command::parse(&command.text) {
        Command::Help => Some(help(name)),
        Command::Draft => Some(DRAFT_IN_THREAD.into()),
        Command::Unknown(word) => {
            let word = from_user(&word).replace('`', "'");
            Some(format!("I do not know `{word}`.\n{}", help(name)))
        }
        _ => None,
    }
}

const DRAFT_IN_THREAD: &str = "In a thread, mention me with `draft`: slash commands do not work \
    there. Or use the message menu → *Draft a Jira ticket*.";

/// Handles one slash command.
pub(crate) async fn handle_command(
    app: &App,
    body: &[u8],
    cause: &Cause,
) -> Result<(), HandleError> {
    let parsed = SlashCommand::parse(body).map_err(|err| HandleError::Broken(err.to_string()))?;
    let CommandDelivery::Command(command) = parsed else {
        return Ok(());
    };
    let to = AnswerTo::Url {
        team: command.team_id.clone(),
        response_url: command.response_url.as_str().to_owned(),
    };
    let text = match Command::parse(&command.text) {
        Command::Create { title } => return create(app, &command, title, &to, cause).await,
        other => run(app, &command, other, cause).await?,
    };
    answer(app, &to, &text, cause).await?;
    Ok(())
}

async fn create(
    app: &App,
    command: &SlashCommand,
    title: String,
    to: &AnswerTo,
    cause: &Cause,
) -> Result<(), HandleError> {
    let context = FormContext {
        session: None,
        based_on: None,
        team: command.team_id.clone(),
        channel: command.channel_id.clone(),
        channel_name: Some(command.channel_name.clone()),
        thread_ts: None,
        permalink: None,
    };
    let content = DraftContent {
        title,
        ..DraftContent::default()
    };
    match open_form(app, &command.trigger_id, context, content, &[]).await {
        Ok(()) => Ok(()),
        Err(sentence) => Ok(answer(app, to, &sentence, cause).await?),
    }
}

async fn run(
    app: &App,
    command: &SlashCommand,
    what: Command,
    cause: &Cause,
) -> Result<String, HandleError> {
    let channel = ChannelRef {
        team: command.team_id.clone(),
        channel: command.channel_id.clone(),
    };
    let by = Actor::Slack {
        team: command.team_id.clone(),
        user: command.user_id.clone(),
    };
    Ok(match what {
        Command::Track(keys) => track(app, &channel, &keys, &by).await?,
        Command::Untrack(keys) => untrack(app, &channel, &keys, &by).await?,
        Command::Tracked => tracked(app, &channel, &command.channel_name).await?,
        Command::Defects(query) => asked::defects(app, &query).await?,
        Command::Status => asked::status(app).await?,
        Command::Why(what) => asked::why(app, &what).await?,
        Command::Run { suite } => ask(app, &suite, &channel, &by, cause).await?,
        _ => answer_at_once(command).unwrap_or_default(),
    })
}

const NO_KEYS: &str = "Please name at least one issue, for example `track SCRUM-123`.";

pub(super) async fn track(
    app: &App,
    channel: &ChannelRef,
    keys: &[Result<IssueKey, String>],
    by: &Actor,
) -> Result<String, HandleError> {
    // Together, so that a slow Jira is waited for once.
    let answers = join_all(keys.iter().map(async |key| {
        match key {
            Ok(key) => Ok(tracking::track(app, channel, key, by)
                .await?
                .sentence(from_user)),
            Err(word) => Ok(no_key(word)),
        }
    }));
    lines(answers.await)
}

pub(super) async fn untrack(
    app: &App,
    channel: &ChannelRef,
    keys: &[Result<IssueKey, String>],
    by: &Actor,
) -> Result<String, HandleError> {
    let answers = join_all(keys.iter().map(async |key| match key {
        Ok(key) => Ok(tracking::untrack(app, channel, key, by).await?.sentence()),
        Err(word) => Ok(no_key(word)),
    }));
    lines(answers.await)
}

fn lines(answers: Vec<Result<String, StoreError>>) -> Result<String, HandleError> {
    let lines = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(if lines.is_empty() {
        NO_KEYS.into()
    } else {
        lines.join("\n")
    })
}

fn no_key(word: &str) -> String {
    format!("{} is not an issue key such as SCRUM-123", from_user(word))
}

pub(super) async fn tracked(
    app: &App,
    channel: &ChannelRef,
    name: &str,
) -> Result<String, HandleError> {
    let issues = tracking::list_refreshed(app, channel).await?;
    Ok(words::list_answer(&from_user(name), &issues, from_user))
}
