//! The part of a defect's page that says how it and its issue stand to each other.

use maro_app::App;
use maro_app::model::DefectId;
use maro_app::sync::{self, SyncState};
use maro_core::sync::Meaning;
use maro_core::text::{clip, one_line};

use crate::pages::PageError;
use crate::pages::defects::word;
use crate::pages::parts::{Markup, badge, when};
use crate::pages::preview::Fact;

/// What Jira calls things is as long as Jira likes.
const LONGEST: usize = 200;

/// The part of the page.
pub(in crate::pages) struct SyncCard {
    pub(in crate::pages) badge: Markup,
    pub(in crate::pages) facts: Vec<Fact>,
    /// Why nothing is carried over.
    pub(in crate::pages) paused: Option<String>,
}

/// Reads the part. `None`: the defect has no issue.
pub(in crate::pages) async fn card(
    app: &App,
    defect: DefectId,
) -> Result<Option<SyncCard>, PageError> {
    let state = sync::state(app, defect).await?;
    Ok(state.map(|state| card_of(app.now(), &state)))
}

fn card_of(now: chrono::DateTime<chrono::Utc>, state: &SyncState) -> SyncCard {
    let link = &state.link;
    let mut facts = vec![
        ("Jira says", Markup::text(&said(state))),
        ("That is here", Markup::text(&meaning(state))),
    ];
    if let Some(at) = link.jira_updated {
        facts.push(("Changed in Jira", when(at, now)));
    }
    facts.push(("Known since", when(link.updated_at, now)));
    if let (Some(since), 1..) = (link.flips_since, link.flips) {
        facts.push((
            "Changes carried over",
            Markup::text(&link.flips.to_string()),
        ));
        facts.push(("Counted since", when(since, now)));
    }
    SyncCard {
        badge: match link.paused_reason {
            Some(_) => badge("warn", "warn", "Paused"),
            None => badge("good", "good", "In step"),
        },
        facts,
        paused: link.paused_reason.clone(),
    }
}

fn said(state: &SyncState) -> String {
    let short = |text: &str| clip(&one_line(text), LONGEST);
    let status = state.link.jira_status.as_deref();
    let status = status.map_or_else(|| "not read yet".to_owned(), short);
    match &state.link.jira_resolution {
        Some(resolution) => format!("{status} ({})", short(resolution)),
        None => status,
    }
}

fn meaning(state: &SyncState) -> String {
    match state.meaning {
        _ if state.link.jira_category.is_none() => "not known yet".to_owned(),
        Meaning::Status(status) => word(status).to_owned(),
        Meaning::Leave => "nothing, on purpose".to_owned(),
        Meaning::Unmapped => "not in the status map, so the defect stays as it is".to_owned(),
    }
}

#[cfg(test)]
pub(in crate::pages) fn sample() -> SyncCard {
    SyncCard {
        badge: badge("warn", "warn", "Paused"),
        facts: vec![("Jira says", Markup::text("<Done> (Won't & do)"))],
        paused: Some("Jira offers <no> step".to_owned()),
    }
}
