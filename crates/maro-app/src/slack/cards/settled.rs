//! Cards of drafts that are on their way or settled. None of them has buttons.

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_slack::mrkdwn::{date, from_user, link};
use maro_store::sessions::Session;

use super::Card;
use super::parts::{paragraph, small, summary, who};
use super::preview::head;
use crate::App;

/// Approved: the ledger is at work.
pub(crate) fn creating(app: &App, session: &Session, draft: &Draft, by: &Actor) -> Card {
    let line = format!(
        ":hourglass_flowing_sand: Approved by {}. Creating the ticket…",
        who(by)
    );
    with_line(app, session, draft, &line)
}

/// Approved, but Jira cannot take it now.
pub(crate) fn waiting(app: &App, session: &Session, draft: &Draft, why: &str) -> Card {
    let line = format!(
        ":hourglass_flowing_sand: Approved and waiting: {} Nothing was sent; Maro tries again by itself.",
        from_user(why)
    );
    with_line(app, session, draft, &line)
}

/// Nobody knows yet whether Jira has it.
pub(crate) fn unknown(app: &App, session: &Session, draft: &Draft, why: &str) -> Card {
    let line = format!(
        ":grey_question: It is not known yet whether Jira created the ticket ({}). \
         Maro looks for it and does not send it again.",
        from_user(why)
    );
    with_line(app, session, draft, &line)
}

/// A person must say; the buttons are in the thread.
pub(crate) fn needs_human(app: &App, session: &Session, draft: &Draft) -> Card {
    let line = ":raised_hand: Maro could not find out whether Jira created the ticket. \
                Somebody must decide: see the thread.";
    with_line(app, session, draft, line)
}

/// "Created: KEY" with a link, and who approved when.
pub(crate) fn created(app: &App, session: &Session, draft: &Draft, by: &Actor) -> Card {
    let (key, url) = issue(session);
    let now = app.now();
    let when = date(
        now.timestamp(),
        &now.format("%Y-%m-%d %H:%M UTC").to_string(),
    );
    Card::new(
        &format!("Created: {key}"),
        vec![
            paragraph(&format!(
                ":white_check_mark: *Created: {}*\n{}",
                link(url, key),
                from_user(summary(draft))
            )),
            super::parts::field_section(draft),
            small(&format!("Created by {} at {when}", who(by))),
        ],
    )
}

/// Bound to an issue that existed before.
pub(crate) fn linked(_app: &App, session: &Session, draft: &Draft, by: &Actor) -> Card {
    let (key, url) = issue(session);
    Card::new(
        &format!("Linked to {key}"),
        vec![
            paragraph(&format!(
                ":link: *Linked to {}*\n{}",
                link(url, key),
                from_user(summary(draft))
            )),
            small(&format!("Linked by {}. Nothing was created.", who(by))),
        ],
    )
}

/// Given up.
pub(crate) fn discarded(_app: &App, _session: &Session, draft: &Draft, by: &Actor) -> Card {
    let title = from_user(summary(draft)).replace('~', "∼");
    Card::new(
        "Draft discarded",
        vec![
            paragraph(&format!(
                "~{}~",
                if title.is_empty() {
                    "(no title)"
                } else {
                    &title
                }
            )),
            small(&format!(
                "Discarded by {}. Maro sends nothing more.",
                who(by)
            )),
        ],
    )
}

fn with_line(app: &App, session: &Session, draft: &Draft, line: &str) -> Card {
    let mut blocks = head(app, session, draft);
    blocks.push(paragraph(line));
    Card::new(
        &format!("Ticket draft: {}", from_user(summary(draft))),
        blocks,
    )
}

fn issue(session: &Session) -> (&str, &str) {
    (
        session.jira_key.as_deref().unwrap_or_default(),
        session.jira_url.as_deref().unwrap_or_default(),
    )
}
