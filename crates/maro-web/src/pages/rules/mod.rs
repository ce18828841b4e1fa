//! Rules on the web: all of them with their state, and one as text, with a dry run beside it.

mod delete;
mod dry_run;
mod list;
mod new;
mod save;
mod show;
mod starters;
mod try_out;

#[cfg(test)]
pub(super) use list::RulesPage;
#[cfg(test)]
pub(super) use show::RulePage;

use axum::Router;
use axum::routing::{get, post};
use maro_app::App;
use maro_app::model::rules::{Key, Kind, Verdict};
use maro_app::model::{DefectId, RunId};

use super::parts::{Markup, badge};
use super::{defects, runs};

/// Where rules are.
const PATH: &str = "/rules";

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(list::list))
        .route("/rules/new", get(new::new))
        .route("/rules/edit", get(show::show))
        .route("/rules/save", post(save::save))
        .route("/rules/dry-run", post(dry_run::dry_run))
        .route("/rules/delete", post(delete::delete))
        .route("/rules/test", post(try_out::try_out))
        .route("/rules/starters", post(starters::starters))
}

/// The address of a rule.
pub(super) fn path(name: &str) -> String {
    let query = serde_urlencoded::to_string([("name", name)]).unwrap_or_default();
    format!("/rules/edit?{query}")
}

/// The page of what a rule remembers.
fn page_of(key: &Key) -> String {
    match key {
        Key::Defect(id) => defects::path(DefectId(id.0)),
        Key::Run(id) => runs::path(RunId(id.0)),
        Key::Suite { suite, .. } => super::lists::address(runs::PATH, &[("suite", suite)]),
    }
}

/// What a rule decided.
pub(super) fn verdict(word: &str) -> Markup {
    match Verdict::parse(word) {
        Some(Verdict::Told) => badge("good", "good", "Told"),
        Some(Verdict::InDigest) => badge("good", "runs", "In a digest"),
        Some(Verdict::Held) => badge("info", "wait", "Waits"),
        Some(Verdict::Counting) => badge("calm", "wait", "Counting"),
        Some(Verdict::NotTold) => badge("calm", "off", "Not told"),
        None => badge("calm", "off", "Not about it"),
    }
}

/// The word for a kind.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::SuiteRun => "Suite run",
        Kind::Defect => "Defect",
        Kind::Alert => "Alert",
        Kind::EdgeCase => "Edge case",
    }
}

#[cfg(test)]
fn sample_rule() -> maro_app::model::rules::Rule {
    let json = r##"{"name":"bad-defects","when":{"kinds":["defect"],"min_severity":"high",
        "sources":["<api>*"]},"notify":{"to":"#quality"},"ticket":{"plan":{"project":"OPS"}}}"##;
    serde_json::from_str(json).unwrap()
}
