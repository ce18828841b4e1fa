//! The form's blocks: one input per field of a draft, and what Jira said last beside it.

use maro_core::drafts::DraftContent;
use maro_slack::blocks::{
    Block, Choice, Context, ExternalSelect, Input, Section, StaticSelect, Text, TextInput, View,
};
use maro_slack::mrkdwn::from_user;

use super::choices::Choices;
use super::long_text::text_inputs;
use super::{FORM, FieldError, FormContext, PROJECT_ACTION, VALUE};

const MOST_OPTIONS: usize = 100;

/// Builds the form.
pub(in crate::slack) fn view(
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

/// A form that only says something.
pub(in crate::slack) fn notice(text: &str) -> View {
    View::new(
        "notice",
        "Draft a Jira ticket",
        vec![Section::new(Text::mrkdwn(text)).into()],
    )
    .with_close("Close")
}
