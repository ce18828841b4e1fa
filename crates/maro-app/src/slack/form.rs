//! The draft form: a modal with the fields of a draft, filled from Jira's create metadata.
//!
//! It must open within three seconds of the click. When Jira is slower than that, a form that says
//! so opens at once and is replaced when Jira has answered.
//!
//! Long texts are split over several inputs, because Slack's inputs hold 3,000 characters.

use std::time::Duration;

use maro_core::drafts::DraftContent;
use maro_core::ids::SessionId;
use maro_slack::blocks::{
    Block, Choice, Context, ExternalSelect, Input, Section, StaticSelect, Text, TextInput, View,
};
use maro_slack::mrkdwn::from_user;
use maro_slack::{SlackClient, SlackError};
use serde::{Deserialize, Serialize};

use super::thread_draft::defaults;
use crate::App;

/// The form's name in submissions.
pub(super) const FORM: &str = "draft_modal";
/// The action id of the project menu, which reloads the form.
pub(super) const PROJECT_ACTION: &str = "form_project";
/// The action id of every other input.
pub(super) const VALUE: &str = "value";
/// Longest part of a text in one input, below Slack's 3,000 so that there is room to edit.
const PART: usize = 2_500;
const INPUT_LIMIT: usize = 3_000;
/// Jira gets this long before the form opens without it.
const PATIENCE: Duration = Duration::from_millis(1_200);
const LONGEST_WAIT: Duration = Duration::from_secs(20);
const MOST_OPTIONS: usize = 100;

/// What the form must remember; it travels in `private_metadata`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FormContext {
    /// The session that is edited; absent for a new one.
    pub(super) session: Option<SessionId>,
    pub(super) team: String,
    pub(super) channel: String,
    pub(super) channel_name: Option<String>,
    pub(super) thread_ts: Option<String>,
    pub(super) permalink: Option<String>,
}

/// What Jira said last about a field of this draft.
pub(super) type FieldError = (&'static str, String);

/// What the menus offer.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    pub(super) projects: Vec<(String, String)>,
    pub(super) issue_types: Vec<String>,
    pub(super) priorities: Vec<String>,
    /// Required fields that the form does not have.
    pub(super) missing: Vec<String>,
}

/// Opens the form. The error is a sentence for the person who asked.
pub(super) async fn open_form(
    app: &App,
    trigger_id: &str,
    context: FormContext,
    content: DraftContent,
    errors: &[FieldError],
) -> Result<(), String> {
    let slack = app.slack().ok_or("Slack is not configured.")?;
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
        _ => open_in_two_steps(app, slack, trigger_id, context, content, errors).await,
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
    let form = match tokio::time::timeout(LONGEST_WAIT, fill(app, content)).await {
        Ok(Ok((content, choices))) => view(&context, &content, &choices, errors),
        Ok(Err(why)) => notice(&format!("Jira could not be asked: {why} Please try again.")),
        Err(_) => notice("Jira did not answer in time. Nothing was saved. Please try again."),
    };
    slack
        .views_update(&opened.id, None, &form)
        .await
        .map(drop)
        .map_err(|err| err.sentence())
}

fn opening_failed(err: &SlackError) -> String {
    match err.code() {
        "expired_trigger_id" | "trigger_expired" | "exchanged_trigger_id" | "trigger_exchanged" => {
            "That took too long for Slack, so the form could not open. Please try again.".into()
        }
        _ => err.sentence(),
    }
}

/// Chooses what is not chosen yet, and reads what the menus offer.
pub(super) async fn fill(
    app: &App,
    content: DraftContent,
) -> Result<(DraftContent, Choices), String> {
    let mut content = content;
    if content.project.is_empty() {
        let (project, issue_type) = defaults(app).await;
        content = DraftContent {
            project,
            issue_type,
            ..content
        };
    }
    let choices = read_choices(app, &content)
        .await
        .map_err(|err| err.to_string())?;
    if !choices.issue_types.contains(&content.issue_type) {
        let wanted = app
            .settings()
            .jira
            .as_ref()
            .map(|jira| jira.default_issue_type.clone());
        content.issue_type = wanted
            .filter(|wanted| choices.issue_types.contains(wanted))
            .or_else(|| choices.issue_types.first().cloned())
            .unwrap_or_default();
    }
    Ok((content, choices))
}

async fn read_choices(
    app: &App,
    content: &DraftContent,
) -> Result<Choices, crate::metadata::MetadataError> {
    let metadata = app.metadata();
    let projects = metadata.projects(app).await?;
    let projects = projects
        .iter()
        .map(|p| (p.key.clone(), p.name.clone()))
        .collect();
    if content.project.is_empty() {
        return Ok(Choices {
            projects,
            ..Choices::default()
        });
    }
    let types = metadata.issue_types(app, &content.project).await?;
    let issue_types: Vec<String> = types
        .iter()
        .filter(|t| !t.subtask)
        .map(|t| t.name.clone())
        .collect();
    let issue_type = Some(&content.issue_type)
        .filter(|wanted| issue_types.contains(wanted))
        .or(issue_types.first())
        .cloned()
        .unwrap_or_default();
    let priorities = metadata
        .priorities(app, &content.project, &issue_type)
        .await?;
    let missing = metadata
        .fields_we_cannot_fill(app, &content.project, &issue_type)
        .await?;
    Ok(Choices {
        projects,
        issue_types,
        priorities,
        missing,
    })
}

/// Builds the form.
pub(super) fn view(
    context: &FormContext,
    content: &DraftContent,
    choices: &Choices,
    errors: &[FieldError],
) -> View {
    let mut blocks: Vec<Block> = Vec::new();
    if !choices.missing.is_empty() {
        let text = format!(
            ":warning: {} asks for {}, which this form does not have. Jira will refuse the ticket.",
            from_user(&content.project),
            from_user(&choices.missing.join(", "))
        );
        blocks.push(Section::new(Text::mrkdwn(&text)).into());
    }
    let mut add = |field: &'static str, inputs: Vec<Block>| {
        blocks.extend(inputs);
        for (_, message) in errors.iter().filter(|(wrong, _)| *wrong == field) {
            let text = format!(":x: Jira: {}", from_user(message));
            blocks.push(Context::new(Text::mrkdwn(&text)).into());
        }
    };
    let title = TextInput::new(VALUE)
        .with_max_length(255)
        .with_initial(&content.title);
    add("title", vec![Input::new("title", "Title", title).into()]);
    add("project", vec![project_input(content, choices)]);
    add("issue_type", vec![issue_type_input(content, choices)]);
    if !choices.priorities.is_empty() {
        add("priority", vec![priority_input(content, choices)]);
    }
    add(
        "problem",
        text_inputs("problem", "Problem", &content.problem),
    );
    add(
        "solution",
        text_inputs("solution", "Solution", &content.solution),
    );
    let criteria = text_inputs(
        "acceptance_criteria",
        "Acceptance criteria",
        &content.acceptance_criteria,
    );
    add("acceptance_criteria", criteria);
    let labels = TextInput::new(VALUE).with_initial(&content.labels.join(" "));
    let labels = Input::new("labels", "Labels", labels).optional();
    add(
        "labels",
        vec![labels.with_hint("Separated by spaces or commas.").into()],
    );
    add("parent", vec![parent_input(content)]);
    View::new(FORM, "Draft a Jira ticket", blocks)
        .with_submit("Preview")
        .with_close("Cancel")
        .with_private_metadata(&serde_json::to_string(context).unwrap_or_default())
}

fn project_input(content: &DraftContent, choices: &Choices) -> Block {
    if choices.projects.len() > MOST_OPTIONS {
        let mut select = ExternalSelect::new(PROJECT_ACTION, 0).with_placeholder("Type to search");
        if !content.project.is_empty() {
            select = select.with_initial(Choice::new(&content.project, &content.project));
        }
        return Input::new("project", "Project", select)
            .dispatching()
            .into();
    }
    let options = choices
        .projects
        .iter()
        .map(|(key, name)| Choice::new(key, &format!("{name} ({key})")));
    let select = StaticSelect::new(PROJECT_ACTION, options).with_initial(&content.project);
    Input::new("project", "Project", select)
        .dispatching()
        .into()
}

fn issue_type_input(content: &DraftContent, choices: &Choices) -> Block {
    // A block id of its own per project: Slack keeps a choice as long as the id stays.
    let block_id = format!("issue_type:{}", content.project);
    let options = choices
        .issue_types
        .iter()
        .take(MOST_OPTIONS)
        .map(|name| Choice::new(name, name));
    if choices.issue_types.is_empty() {
        let typed = TextInput::new(VALUE).with_initial(&content.issue_type);
        return Input::new(&block_id, "Issue type", typed).into();
    }
    let select = StaticSelect::new(VALUE, options).with_initial(&content.issue_type);
    Input::new(&block_id, "Issue type", select).into()
}

fn priority_input(content: &DraftContent, choices: &Choices) -> Block {
    let options = choices
        .priorities
        .iter()
        .take(MOST_OPTIONS)
        .map(|name| Choice::new(name, name));
    let mut select = StaticSelect::new(VALUE, options).with_placeholder("The project's default");
    if let Some(priority) = content
        .priority
        .as_ref()
        .filter(|p| choices.priorities.contains(p))
    {
        select = select.with_initial(priority);
    }
    Input::new(&format!("priority:{}", content.project), "Priority", select)
        .optional()
        .into()
}

fn parent_input(content: &DraftContent) -> Block {
    let mut select = ExternalSelect::new(VALUE, 2).with_placeholder("Search by key or words");
    if let Some(parent) = &content.parent {
        select = select.with_initial(Choice::new(parent.as_str(), parent.as_str()));
    }
    let input = Input::new("parent", "Parent", select).optional();
    input
        .with_hint("For example the epic that this belongs to.")
        .into()
}

/// One input, or several when the text is longer than one holds. The block id says how the parts
/// are joined again: `name.2.n` after a line feed, `name.2.c` without one.
fn text_inputs(name: &str, label: &str, text: &str) -> Vec<Block> {
    split(text)
        .into_iter()
        .enumerate()
        .map(|(index, (joint, part))| {
            let block_id = if index == 0 {
                name.to_owned()
            } else {
                format!("{name}.{}.{joint}", index + 1)
            };
            let label = if index == 0 {
                label.to_owned()
            } else {
                format!("{label}, part {}", index + 1)
            };
            let input = TextInput::new(VALUE)
                .multiline()
                .with_max_length(INPUT_LIMIT)
                .with_initial(&part);
            Input::new(&block_id, &label, input).optional().into()
        })
        .collect()
}

fn split(text: &str) -> Vec<(char, String)> {
    let mut parts = Vec::new();
    let mut joint = 'n';
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > PART {
        let line_end = rest[..PART]
            .iter()
            .rposition(|c| *c == '\n')
            .filter(|at| *at > 0);
        let (cut, next_joint) = line_end.map_or((PART, 'c'), |at| (at, 'n'));
        let tail = rest.split_off(cut);
        parts.push((joint, rest.iter().collect()));
        rest = if next_joint == 'n' {
            tail[1..].to_vec()
        } else {
            tail
        };
        joint = next_joint;
    }
    parts.push((joint, rest.iter().collect()));
    parts
}

/// A form that only says something.
pub(super) fn notice(text: &str) -> View {
    View::new(
        "notice",
        "Draft a Jira ticket",
        vec![Section::new(Text::mrkdwn(text)).into()],
    )
    .with_close("Close")
}

/// Samples of every form, for validators that are not ours.
#[must_use]
pub fn samples() -> Vec<(&'static str, View)> {
    let context = FormContext {
        session: Some(SessionId::new("T1", "C1", "1.2")),
        team: "T1".into(),
        channel: "C1".into(),
        channel_name: Some("payments".into()),
        thread_ts: Some("1.2".into()),
        permalink: None,
    };
    let long = "A long line of text that goes on.\n".repeat(300);
    let full = DraftContent {
        title: "Login fails".into(),
        problem: long,
        project: "SCRUM".into(),
        issue_type: "Bug".into(),
        priority: Some("High".into()),
        labels: vec!["backend".into()],
        parent: "SCRUM-1".parse().ok(),
        ..DraftContent::default()
    };
    let choices = Choices {
        projects: vec![("SCRUM".into(), "Scrum".into())],
        issue_types: vec!["Bug".into(), "Task".into()],
        priorities: vec!["High".into(), "Low".into()],
        missing: vec!["Severity class".into()],
    };
    let many = (0..150)
        .map(|n| (format!("P{n:03}"), format!("Project {n}")))
        .collect();
    let errors = [("title", "Summary can't exceed 255 characters.".to_owned())];
    vec![
        ("form", view(&context, &full, &choices, &errors)),
        (
            "form_empty",
            view(&context, &DraftContent::default(), &Choices::default(), &[]),
        ),
        (
            "form_many_projects",
            view(
                &context,
                &full,
                &Choices {
                    projects: many,
                    ..choices
                },
                &[],
            ),
        ),
        ("form_notice", notice("Jira is slow at the moment.")),
        ("it_exists", super::actions::it_exists_form("0")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_within_slacks_limits() {
        for (name, form) in samples() {
            assert_eq!(form.validate(), [], "{name}");
        }
    }

    #[test]
    fn long_texts_are_split_and_can_be_joined() {
        for text in [
            "short".to_owned(),
            "line\n".repeat(2_000),
            "x".repeat(9_000),
            String::new(),
        ] {
            let mut joined = String::new();
            for (index, (joint, part)) in split(&text).into_iter().enumerate() {
                assert!(part.chars().count() <= PART);
                if index > 0 && joint == 'n' {
                    joined.push('\n');
                }
                joined.push_str(&part);
            }
            assert_eq!(joined, text);
        }
    }
}
