//! `defects …`: the newest findings of a kind, with a link to each and to all of them.

use maro_core::commands::FindingQuery;
use maro_core::findings::{CardSubject, Defect};
use maro_core::text::clip;
use maro_slack::mrkdwn::{from_user, link};
use maro_store::defects::{self as rows, DefectFilter, MOST_TITLES};
use maro_store::{PageRequest, StoreError};

use crate::App;
use crate::findings::cards;

/// More would be no answer but a page.
const MOST: u64 = 10;
const LONGEST_TITLE: usize = 100;

/// The answer to `defects`.
pub(in crate::slack) async fn defects(
    app: &App,
    query: &FindingQuery,
) -> Result<String, StoreError> {
    let filter = DefectFilter {
        kind: query.kind,
        statuses: query.statuses.clone(),
        severity: query.severity,
        source: None,
        words: (!query.words.is_empty()).then(|| query.words.clone()),
    };
    let found = rows::page(app.store(), &filter, &PageRequest::first(MOST)).await?;
    let is_short = found.next.is_some() && (found.items.len() as u64) < MOST;
    let is_partial = is_short && filter.words.is_some();
    if found.items.is_empty() && !is_partial {
        return Ok(format!("No such findings{}.", all(app)));
    }
    let mut lines: Vec<String> = found
        .items
        .iter()
        .map(|defect| entry(app, defect))
        .collect();
    if is_partial {
        lines.push(format!(
            "I looked through the newest {MOST_TITLES} findings; older ones are on the page{}.",
            all(app)
        ));
    } else if found.next.is_some() {
        lines.push(format!(
            "These are the newest {MOST}; there are more{}.",
            all(app)
        ));
    }
    Ok(lines.join("\n"))
}

fn entry(app: &App, defect: &Defect) -> String {
    let subject = CardSubject::Defect(defect.id);
    let title = cards::named(app, &subject, &clip(&defect.title, LONGEST_TITLE));
    let key = defect.jira_issue_key.as_deref().map(|key| {
        let url = defect.jira_issue_url.as_deref().unwrap_or_default();
        format!(" · {}", link(url, key))
    });
    let source = match clip(&defect.source, LONGEST_TITLE) {
        source if source.is_empty() => String::new(),
        source => format!(" · {}", from_user(&source)),
    };
    format!(
        "{} {title} – {}{source}{}",
        cards::icon(defect.severity),
        cards::standing_in_short(defect),
        key.unwrap_or_default()
    )
}

/// Where all of them are, in brackets.
fn all(app: &App) -> String {
    let page = app.settings().page_url("defects");
    let page = page.map(|url| format!(" ({})", link(url.as_str(), "all findings")));
    page.unwrap_or_default()
}
