//! The draft of a wanted ticket: its fields by the plan and Jira's create screen, and its description.

use maro_atlassian::adf::{DESCRIPTION_LIMIT, measure};
use maro_atlassian::sentences::{NOT_CONFIGURED, with_next_step};
use maro_core::drafts::{Draft, DraftContent, create_body, draft_hash};
use maro_core::findings::Defect;
use maro_core::findings::tickets::{
    Composed, Facts, FieldProblem, Shaped, TicketPlan, compose, sections, session_of,
};
use maro_core::ids::DraftId;
use maro_store::finding_links::FindingLink;
use serde_json::Value;

use super::not_made::Not;
use super::{ScreenError, screen};
use crate::drafts::target;
use crate::{App, clock};

/// Lengths that a text of the description is cut to until the whole fits, in characters.
const CUTS: [usize; 6] = [16_000, 8_000, 4_000, 2_000, 1_000, 300];

/// What the fields of the ticket hold, checked against the screen that Jira shows now.
pub(super) async fn composed(
    app: &App,
    plan: &TicketPlan,
    defect: &Defect,
) -> Result<Composed, Not> {
    let faults = plan.faults();
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    answers(app).await.map_err(Not::Now)?;
    let screen = screen(app, &plan.project, &plan.issue_type).await;
    let screen = screen.map_err(|err| match err {
        ScreenError::NoProject(_) => refused(vec![FieldProblem::of(
            "project",
            "Project",
            err.to_string(),
        )]),
        ScreenError::Later(_) => Not::Now(err.to_string()),
    })?;
    let link = page(app, defect);
    let facts = Facts {
        defect,
        link: link.as_deref(),
    };
    compose(plan, &facts, &screen).map_err(refused)
}

/// Asks Jira for a sign of life: what is known of its screens may be older than an outage, and a
/// create that is sent into one asks a person in the end.
async fn answers(app: &App) -> Result<(), String> {
    let jira = app.jira().ok_or(NOT_CONFIGURED)?;
    let answer = jira.rest().myself().await;
    answer.map(drop).map_err(|err| {
        let told = with_next_step(&err.to_string(), err.next_step());
        format!("Jira could not be asked: {told}")
    })
}

fn refused(problems: Vec<FieldProblem>) -> Not {
    let names: Vec<&str> = problems
        .iter()
        .map(|problem| problem.name.as_str())
        .collect();
    let reason = format!("Fields stand in the way: {}.", names.join(", "));
    Not::So(reason, problems)
}

fn page(app: &App, defect: &Defect) -> Option<String> {
    let url = app.settings().page_url(&format!("defects/{}", defect.id));
    url.map(String::from)
}

/// The draft of the ticket, as it is approved and sent.
pub(super) fn draft(
    app: &App,
    link: &FindingLink,
    plan: &TicketPlan,
    defect: &Defect,
    composed: Composed,
) -> Draft {
    let page = page(app, defect);
    let facts = Facts {
        defect,
        link: page.as_deref(),
    };
    let (text, description) = description(app, &facts);
    let content = DraftContent {
        title: composed.summary,
        problem: text,
        project: plan.project.clone(),
        issue_type: plan.issue_type.clone(),
        priority: composed.priority,
        labels: composed.labels,
        ..DraftContent::default()
    };
    let mut body = create_body(&content, Some(description), None);
    for (id, shaped) in composed.fields {
        body["fields"][id] = match (shaped, app.jira()) {
            (Shaped::Json(value), _) => value,
            (Shaped::LongText(text), Some(jira)) => jira.text(&text),
            (Shaped::LongText(text), None) => Value::String(text),
        };
    }
    let target = target(app, &plan.project);
    Draft {
        id: DraftId(clock::new_id()),
        session: session_of(link.defect, link.generation),
        hash: draft_hash(&target, &body),
        content,
        request: body,
        target,
        nonce: clock::nonce(),
        author: link.wanted_by.clone(),
        created_at: app.now(),
    }
}

/// The longest description that Jira takes, as Markdown and in the form that it is sent in.
fn description(app: &App, facts: &Facts<'_>) -> (String, Value) {
    let mut shortest = (String::new(), Value::Null);
    for cut in CUTS {
        let parts = sections(facts, cut);
        let text: Vec<String> = parts
            .iter()
            .map(|(heading, text)| format!("## {heading}\n\n{text}"))
            .collect();
        let parts: Vec<(&str, &str)> = parts
            .iter()
            .map(|(heading, text)| (*heading, text.as_str()))
            .collect();
        let value = match app.jira() {
            Some(jira) => jira.description(&parts),
            None => maro_atlassian::markdown::sections(maro_atlassian::Flavor::Cloud, &parts),
        };
        let fits = measure(&value) <= DESCRIPTION_LIMIT;
        shortest = (text.join("\n\n"), value);
        if fits {
            break;
        }
    }
    shortest
}
