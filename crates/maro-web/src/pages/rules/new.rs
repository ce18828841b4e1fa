//! The text of a new rule, from what is usual. Nothing is saved by it.

use axum::extract::State;
use axum::response::Html;
use maro_app::model::Severity;
use maro_app::model::rules::{Destination, Kind, Match, Notify, Rule, TicketRule};
use maro_app::{App, rules};
use serde::Deserialize;

use super::show::{Outcome, page};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageQuery;
use crate::pages::{PageError, render};

/// What was chosen. An empty field says nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Chosen {
    name: String,
    kind: String,
    severity: String,
    source: String,
    to: String,
    project: String,
}

/// Shows the text.
pub(in crate::pages) async fn new(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    PageQuery(chosen): PageQuery<Chosen>,
) -> Result<Html<String>, PageError> {
    let (rule, error) = chosen.rule();
    let outcome = Outcome {
        text: rules::write(&rule).unwrap_or_default(),
        error,
        rehearsal: None,
    };
    render(&page(&app, admin.session, None, outcome).await?)
}

impl Chosen {
    /// The rule, and what of it could not be read.
    fn rule(self) -> (Rule, Option<String>) {
        let to = (!self.to.trim().is_empty()).then(|| self.to.trim().parse::<Destination>());
        let error = match &to {
            Some(Err(err)) => Some(err.to_string()),
            _ => None,
        };
        let source = self.source.trim().to_owned();
        let rule = Rule {
            name: self.name.trim().to_owned(),
            enabled: true,
            when: Match {
                kinds: kind(&self.kind).into_iter().collect(),
                min_severity: Severity::parse(&self.severity),
                sources: Some(source)
                    .filter(|text| !text.is_empty())
                    .into_iter()
                    .collect(),
                ..Match::default()
            },
            notify: to.and_then(Result::ok).map(Notify::plainly),
            ticket: TicketRule::in_project(self.project.trim()),
        };
        (rule, error)
    }
}

fn kind(word: &str) -> Option<Kind> {
    match word {
        "suite_run" => Some(Kind::SuiteRun),
        "defect" => Some(Kind::Defect),
        "alert" => Some(Kind::Alert),
        "edge_case" => Some(Kind::EdgeCase),
        _ => None,
    }
}
