//! The preview: everything that will be sent, and the buttons.

use maro_core::drafts::Draft;
use maro_core::operations::{Marker, OperationKind};
use maro_core::sessions::Phase;
use maro_slack::blocks::{Actions, Block, Button, Confirm, Section, Text};
use maro_slack::mrkdwn::{from_user, link};
use maro_store::sessions::Session;

use super::Card;
use super::parts::{
    self, as_typed, description, field_section, head_and_tail, paragraph, small, summary, who,
};
use crate::App;
use crate::drafts::SimilarIssue;
use crate::slack::actions::{DraftValue, LinkValue};

/// More headings than this are not set apart on a card.
const MOST_SECTIONS: usize = 20;

/// What a preview tells beside the draft.
#[derive(Debug, Clone, Default)]
pub(crate) struct PreviewNote {
    /// Issues that may be the same.
    pub(crate) similar: Vec<SimilarIssue>,
    /// What went wrong with the last attempt.
    pub(crate) error: Option<String>,
}

/// The preview of a draft that waits for approval, or for its author.
pub(crate) fn preview(app: &App, session: &Session, draft: &Draft, note: &PreviewNote) -> Card {
    let mut blocks = head(app, session, draft);
    blocks.extend(note.similar.iter().map(|issue| similar(app, draft, issue)));
    if let Some(error) = &note.error {
        let text = format!(":x: *Jira did not create the ticket.* {}", from_user(error));
        blocks.push(paragraph(&text));
    }
    let problems = draft.content.problems();
    if session.phase == Phase::Drafting && !problems.is_empty() {
        let texts: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        blocks.push(paragraph(&format!(
            ":pencil2: *Not complete yet.* {}",
            from_user(&texts.join(" "))
        )));
    }
    blocks.push(buttons(session, draft).into());
    Card::new(
        &format!("Ticket draft: {}", from_user(summary(draft))),
        blocks,
    )
}

/// What every card of a draft begins with: the request, field by field.
pub(super) fn head(app: &App, session: &Session, draft: &Draft) -> Vec<Block> {
    let title = summary(draft);
    let title = if title.is_empty() {
        "(no title yet)"
    } else {
        title
    };
    let mut blocks = vec![
        small(&format!(
            "Ticket draft by {}{}",
            who(&draft.author),
            source(session)
        )),
        parts::title(title),
        field_section(draft),
    ];
    let description = description(draft);
    if !description.is_empty() {
        blocks.extend(as_typed(&head_and_tail(&description), MOST_SECTIONS));
    }
    blocks.push(small(&destination(app, draft)));
    blocks
}

fn source(session: &Session) -> String {
    let Some(url) = &session.source_permalink else {
        return String::new();
    };
    format!(" · from {}", link(url, "this thread"))
}

/// Where it goes, as whom, and the marker that travels with it.
fn destination(app: &App, draft: &Draft) -> String {
    let marker = Marker::new(
        app.deployment_key(),
        &draft.session,
        OperationKind::JiraCreate,
    );
    if draft.target.site.is_empty() {
        return "Jira is not configured, so this cannot be created yet.".into();
    }
    let mark = if app.metadata().is_known_to_take_labels(&draft.request) {
        format!("Maro adds the label `{marker}` and an issue property to find it again.")
    } else {
        "Maro adds an issue property to find it again.".into()
    };
    let (site, account) = (
        from_user(&draft.target.site),
        from_user(&draft.target.acting_identity),
    );
    format!("Goes to {site} as {account} · {mark}")
}

fn similar(app: &App, draft: &Draft, issue: &SimilarIssue) -> Block {
    let url = crate::links::issue(app, issue.key.as_str());
    let text = format!(
        ":mag: Possible duplicate: {} {} ({})",
        link(&url, issue.key.as_str()),
        from_user(&issue.summary),
        from_user(&issue.status)
    );
    let value = LinkValue {
        draft: draft.id,
        nonce: draft.nonce.clone(),
        key: issue.key.clone(),
    };
    let action = format!("draft_link_existing:{}", issue.key);
    let button = Button::new(&action, "Link to this instead").with_value(&json(&value));
    Section::new(Text::mrkdwn(&text))
        .with_accessory(button)
        .into()
}

fn buttons(session: &Session, draft: &Draft) -> Actions {
    let value = DraftValue {
        draft: draft.id,
        nonce: draft.nonce.clone(),
        hash: draft.hash.clone(),
    };
    let value = json(&value);
    let edit = Button::new("draft_edit", "Edit").with_value(&value);
    let discard = Button::new("draft_discard", "Discard")
        .with_value(&value)
        .danger()
        .with_confirm(
            Confirm::new("Discard this draft?", "Nothing is sent to Jira.", "Discard")
                .with_deny("Keep"),
        );
    let full = Button::new("draft_view_full", "View full").with_value(&value);
    if session.phase == Phase::Drafting {
        return Actions::new(edit).and(discard).and(full);
    }
    let approve = Button::new("draft_approve", "Approve")
        .with_value(&value)
        .primary();
    Actions::new(approve).and(edit).and(discard).and(full)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
