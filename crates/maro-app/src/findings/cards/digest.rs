//! A digest: many findings in one message, so that a storm is told and drowns nobody.

use maro_core::findings::{Digest, DigestLine, Place};
use maro_core::outbox::{Message, Thread};
use maro_core::text::clip;
use maro_slack::blocks::Block;
use maro_slack::mrkdwn::from_user;
use maro_store::{StoreError, Tx};

use super::defect::{icon, moment, severity, times};
use super::{Told, line, way};
use crate::App;
use crate::messages::queue;
use crate::slack::cards::{Card, paragraph, small};

/// Findings that one message names; the rest is counted.
const MOST_LINES: usize = 12;
const LONGEST_TITLE: usize = 120;
/// Lines of one section, which then fits into Slack's limit with links and all.
const LINES_AT_ONCE: usize = 3;

/// Posts a digest in a place.
pub async fn digest(
    app: &App,
    tx: &Tx,
    place: &Place,
    digest: &Digest,
) -> Result<Told, StoreError> {
    let Some(place) = way(app, place) else {
        return Ok(Told::TurnedOff);
    };
    let Card { text, blocks } = card(app, digest);
    let subject = format!("digest:{place}");
    let (team, message) = match place {
        Place::Channel { team, channel } => {
            let message = Message::SlackPost {
                channel,
                thread: Thread::Channel,
                text,
                blocks,
                preview_of: None,
            };
            (team, message)
        }
        Place::Webhook => (String::new(), Message::SlackWebhook { text, blocks }),
    };
    queue(app, tx, &team, subject, message).await?;
    Ok(Told::Posted)
}

/// What a digest shows.
pub(super) fn card(app: &App, digest: &Digest) -> Card {
    let rule = from_user(&clip(&digest.rule, LONGEST_TITLE));
    let head = format!(
        ":newspaper: *{} findings*{} · rule {rule} · {} to {}",
        digest.total,
        by_severity(digest),
        moment(digest.from),
        moment(digest.to)
    );
    let mut blocks = vec![paragraph(&head)];
    let shown = &digest.top[..digest.top.len().min(MOST_LINES)];
    for lines in shown.chunks(LINES_AT_ONCE) {
        let lines: Vec<String> = lines.iter().map(|line| entry(app, line)).collect();
        blocks.push(paragraph(&lines.join("\n")));
    }
    blocks.extend(rest(app, digest, shown.len()));
    let fallback = format!("{} findings by rule {rule}", digest.total);
    Card::new(&fallback, blocks)
}

fn by_severity(digest: &Digest) -> String {
    let counts: Vec<String> = digest
        .severities
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(bad, count)| format!("{count} {}", severity(*bad).to_lowercase()))
        .collect();
    if counts.is_empty() {
        return String::new();
    }
    format!(": {}", counts.join(", "))
}

fn entry(app: &App, entry: &DigestLine) -> String {
    let title = clip(&entry.title, LONGEST_TITLE);
    let sign = entry.severity.map_or("•", icon);
    let word = entry.severity.map(severity).unwrap_or_default();
    let named = line::named(app, &entry.subject, &title);
    let line = format!("{sign} {word} {named} ({})", times(entry.count));
    line.replace("  ", " ")
}

/// How many are not named, and where they are.
fn rest(app: &App, digest: &Digest, shown: usize) -> Option<Block> {
    let left = digest.top.len().saturating_sub(shown);
    let more = digest.more + left as u64;
    let all = app.settings().page_url("defects");
    let all = all.map(|url| maro_slack::mrkdwn::link(url.as_str(), "All findings"));
    match (more, all) {
        (0, None) => None,
        (0, Some(all)) => Some(small(&all)),
        (more, None) => Some(small(&format!("… and {more} more"))),
        (more, Some(all)) => Some(small(&format!("… and {more} more · {all}"))),
    }
}
