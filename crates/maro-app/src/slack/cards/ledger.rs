//! Messages in the thread about a write: refused, put off, unknown, a question, a duplicate.

use maro_core::operations::{Operation, Step};
use maro_slack::blocks::{Actions, Button, Confirm};
use maro_slack::mrkdwn::{from_user, link};

use super::Card;
use super::parts::{paragraph, small};
use crate::App;

/// "Could not create ticket: REASON".
pub(crate) fn could_not_create(reason: Option<&str>) -> Card {
    Card::text(format!(
        "Could not create ticket: {}",
        from_user(reason.unwrap_or("unknown reason"))
    ))
}

/// Not sent, and tried again.
pub(crate) fn put_off(reason: Option<&str>) -> Card {
    Card::text(format!(
        "The ticket is not created yet: {} Nothing was sent. Maro tries again by itself and tells you here.",
        from_user(reason.unwrap_or("Jira cannot be reached."))
    ))
}

/// Unknown, and what happens next.
pub(crate) fn outcome_unknown(app: &App) -> Card {
    let pauses = &app.settings().schedule.searches;
    let total = pauses
        .iter()
        .fold(chrono::TimeDelta::zero(), |sum, pause| sum + *pause);
    let minutes = total.num_minutes().max(1);
    Card::text(format!(
        "It is not known whether Jira created the ticket. Maro looks for it now and does not send it again. \
         If it is not found within about {minutes} min, you are asked here what to do."
    ))
}

/// The question with its three answers.
pub(crate) fn ask_a_person(app: &App, operation: &Operation, searched: bool) -> Card {
    let id = operation.id.to_string();
    let summary = operation.request["fields"]["summary"]
        .as_str()
        .unwrap_or_default();
    let text = format!(
        ":raised_hand: *Does this ticket exist in Jira?*
{}
Maro cannot know ({}) {}. \
         It is not sent again without one of you.",
        from_user(summary),
        from_user(
            operation
                .error_message
                .as_deref()
                .unwrap_or("no clear answer came")
        ),
        if searched {
            "and did not find it"
        } else {
            "and could not search Jira for it"
        }
    );
    let anyway = Confirm::new(
        "Create it again?",
        "If the first request reached Jira after all, there will be two tickets. Look in Jira first.",
        "Create anyway",
    );
    let give_up = Confirm::new(
        "Give up?",
        "Maro will not send this draft again.",
        "Give up",
    );
    let buttons = Actions::new(
        Button::new("operation_it_exists", "It exists…")
            .with_value(&id)
            .primary(),
    )
    .and(
        Button::new("operation_create_anyway", "Create anyway")
            .with_value(&id)
            .with_confirm(anyway.danger()),
    )
    .and(
        Button::new("operation_give_up", "Give up")
            .with_value(&id)
            .with_confirm(give_up),
    );
    let mut blocks = vec![paragraph(&text), buttons.into()];
    let mut hint = format!("In Jira, search for the label `{}`.", operation.marker);
    if let Some(url) = app.settings().page_url(&format!("operations/{id}")) {
        hint.push_str(" · ");
        hint.push_str(&link(url.as_str(), "What Maro knows"));
    }
    blocks.push(small(&hint));
    Card::new("Does this ticket exist in Jira?", blocks)
}

/// More than one issue for one draft.
pub(crate) fn duplicate(app: &App, operation: &Operation, step: &Step) -> Card {
    let mut keys: Vec<String> = operation
        .known_issue()
        .into_iter()
        .map(|issue| issue.key)
        .collect();
    keys.extend(step.evidence.issues.iter().map(|issue| issue.key.clone()));
    keys.dedup();
    let links: Vec<String> = keys
        .iter()
        .map(|key| link(&crate::links::issue(app, key), key))
        .collect();
    Card::text(format!(
        ":warning: Jira has more than one ticket for this draft: {}. Maro deletes nothing; please close the extra one in Jira.",
        links.join(", ")
    ))
}
