//! What a card shows, read from the database.

use maro_core::findings::CardSubject;
use maro_slack::blocks::{Actions, Block, Button};
use maro_store::{Reader, StoreError, defects, finding_links, suite_runs, suite_starts};

use super::{defect, line, run, start};
use crate::App;
use crate::slack::cards::Card;

/// More runs of an episode than this are not counted one by one.
pub(super) const MOST_RUNS: u64 = 100;
/// Failed cases that a card names.
pub(super) const SHOWN_FAILURES: u64 = 5;

/// Who shows a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The app, which hears of clicks.
    App,
    /// The incoming webhook, where buttons would do nothing.
    Webhook,
}

/// The card of a subject as things are now. `None`: it is not kept any more.
pub(crate) async fn render(
    app: &App,
    conn: &impl Reader,
    subject: &CardSubject,
    look: Look,
) -> Result<Option<Card>, StoreError> {
    match subject {
        CardSubject::Defect(id) => {
            let Some(found) = defects::find(conn, *id).await? else {
                return Ok(None);
            };
            let link = finding_links::newest(conn, *id).await?;
            Ok(Some(defect::card(app, &found, link.as_ref(), look)))
        }
        CardSubject::Run(id) => {
            let Some(found) = suite_runs::find(conn, *id).await? else {
                return Ok(None);
            };
            let failures = suite_runs::first_failures(conn, *id, SHOWN_FAILURES).await?;
            Ok(Some(run::card(app, &found, &failures, look)))
        }
        CardSubject::Start(id) => {
            let Some(found) = suite_starts::find(conn, *id).await? else {
                return Ok(None);
            };
            let reported = match found.run {
                Some(run) => suite_runs::find(conn, run).await?,
                None => None,
            };
            Ok(Some(start::card(app, &found, reported.as_ref())))
        }
        CardSubject::Episode { suite, began } => {
            let runs = suite_runs::since(conn, suite, *began, MOST_RUNS).await?;
            let Some(episode) = run::Episode::of(runs) else {
                return Ok(None);
            };
            let last = episode.last.id;
            let failures = suite_runs::first_failures(conn, last, SHOWN_FAILURES).await?;
            Ok(Some(run::episode(app, subject, &episode, &failures, look)))
        }
    }
}

/// The way to the page of a subject, where people can reach that: a button of the app, which needs
/// no answer. A webhook gets a link in the text instead.
pub(super) fn open(app: &App, subject: &CardSubject, look: Look) -> Option<Button> {
    let url = app.settings().page_url(&line::page(subject))?;
    (look == Look::App).then(|| Button::new("finding_open", "Open").with_url(url.as_str()))
}

/// A row of what people can do; none when there is nothing.
pub(super) fn row(buttons: impl IntoIterator<Item = Button>) -> Option<Block> {
    let mut buttons = buttons.into_iter();
    let first = Actions::new(buttons.next()?);
    Some(buttons.fold(first, Actions::and).into())
}
