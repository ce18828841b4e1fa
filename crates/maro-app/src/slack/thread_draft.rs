//! `@maro draft`: a whole thread becomes a draft, with its permalink, and its preview in the thread.

use std::collections::HashMap;

use maro_core::actor::Actor;
use maro_core::drafts::DraftContent;
use maro_core::ids::{ChannelRef, SessionId};
use maro_slack::SlackError;
use maro_slack::api::ThreadMessage;

use super::answers::{AnswerTo, answer};
use super::lookups::{author_name, channel_name, defaults};
use super::sentences::not_saved;
use super::thread_text::{body_of, title_of};
use crate::App;
use crate::cause::Cause;
use crate::drafts::{self, Origin, SaveDraft, SaveError};
use crate::inbound::HandleError;

/// Longer threads are cut; the link leads to the rest.
const MOST_MESSAGES: usize = 200;
const MOST_NAMES: usize = 20;
const LONGEST_BODY: usize = 20_000;
const HAS_DRAFT: &str = "This thread already has a draft. Use the buttons of its preview above.";

/// Drafts a ticket from a thread and shows its preview there.
pub(super) async fn draft_thread(
    app: &App,
    channel: &ChannelRef,
    thread_ts: &str,
    by: &Actor,
    to: &AnswerTo,
    cause: &Cause,
) -> Result<(), HandleError> {
    let content = match thread_content(app, &channel.team, &channel.channel, thread_ts).await {
        Ok(content) => content,
        Err(err) if err.is_permanent() => {
            return Ok(answer(app, to, &err.sentence(), cause).await?);
        }
        Err(err) => return Err(HandleError::Later(err.sentence())),
    };
    let similar = drafts::find_similar(app, &content.content.project, &content.content.title).await;
    let request = SaveDraft {
        session: SessionId::new(&channel.team, &channel.channel, thread_ts),
        origin: Origin {
            channel: channel.clone(),
            channel_name: Some(channel_name(app, channel).await),
            thread_ts: Some(thread_ts.to_owned()),
            permalink: content.permalink,
            author_name: author_name(app, by).await,
        },
        content: content.content,
        author: by.clone(),
        based_on: None,
        allow_incomplete: true,
        similar,
    };
    match drafts::save(app, request, cause).await {
        Ok(_) => Ok(()),
        Err(SaveError::Store(err)) => Err(err.into()),
        Err(SaveError::Raced) => Ok(answer(app, to, HAS_DRAFT, cause).await?),
        Err(err) => Ok(answer(app, to, &not_saved(&err), cause).await?),
    }
}

/// What a thread says, as the beginning of a draft.
pub(super) struct ThreadContent {
    pub(super) content: DraftContent,
    pub(super) permalink: Option<String>,
}

/// Reads a thread into a draft of the default project.
pub(super) async fn thread_content(
    app: &App,
    team: &str,
    channel: &str,
    thread_ts: &str,
) -> Result<ThreadContent, SlackError> {
    let Some(slack) = app.slack_for(team) else {
        return Err(SlackError::Unauthorized {
            error: "not_configured".into(),
        });
    };
    let thread = slack.read_thread(channel, thread_ts, MOST_MESSAGES).await?;
    let permalink = slack.permalink(channel, thread_ts).await.ok();
    let messages: Vec<ThreadMessage> = thread
        .messages
        .into_iter()
        .filter(|message| !is_call_of_maro(message))
        .collect();
    let names = names(app, team, &messages).await;
    let name_of = |user: &str| names.get(user).cloned().unwrap_or_else(|| user.to_owned());
    let mut problem = maro_core::text::clip(
        &body_of(&messages, permalink.as_deref(), &name_of),
        LONGEST_BODY,
    );
    if thread.capped {
        problem.push_str("\n\n(Slack gave Maro only the first 15 messages of this thread.)");
    } else if thread.truncated {
        problem.push_str("\n\n(The thread goes on; see the link.)");
    }
    let (project, issue_type) = defaults(app).await;
    let content = DraftContent {
        title: title_of(&messages, &name_of),
        problem,
        project,
        issue_type,
        ..DraftContent::default()
    };
    Ok(ThreadContent { content, permalink })
}

/// The message that called Maro, and Maro's own, are not part of the story.
fn is_call_of_maro(message: &ThreadMessage) -> bool {
    let text = message.text.trim();
    let words: Vec<&str> = text.split_whitespace().collect();
    let call = matches!(words.as_slice(), [mention, "draft"] if mention.starts_with("<@"));
    call || message
        .metadata
        .as_ref()
        .is_some_and(|note| note.event_type == "maro_outbox")
}

async fn names(app: &App, team: &str, messages: &[ThreadMessage]) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for user in messages
        .iter()
        .filter_map(|message| message.user.as_deref())
    {
        if names.len() < MOST_NAMES
            && !names.contains_key(user)
            && let Some(profile) = app.profiles().find(app, team, user).await
        {
            names.insert(user.to_owned(), profile.name);
        }
    }
    names
}
