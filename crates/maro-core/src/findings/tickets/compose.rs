//! One finding under one plan: the fields of its ticket, or what stands in the way.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Facts, FieldProblem, FieldValue, Screen, ScreenField, Shaped, TicketPlan, priority_for,
};
use crate::drafts::SUMMARY_LIMIT;
use crate::text::{clip, make_visible, one_line};

/// The field that a template may write though every ticket has it.
const SUMMARY: &str = "summary";
/// What every ticket has, and what Jira fills in by itself.
const ALWAYS_THERE: [&str; 7] = [
    SUMMARY,
    "project",
    "issuetype",
    "description",
    "priority",
    "labels",
    "reporter",
];

/// The fields of a ticket, but for its description.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// One line.
    pub summary: String,
    /// A priority of the project, where the screen has one.
    pub priority: Option<String>,
    /// Labels, where the screen has them.
    pub labels: Vec<String>,
    /// Other fields by Jira's id.
    pub fields: BTreeMap<String, Shaped>,
}

/// What the create screen says against a plan: required fields that it does not fill, fields that are
/// not there, values that are not taken.
#[must_use]
pub fn problems(plan: &TicketPlan, screen: &Screen) -> Vec<FieldProblem> {
    if let Some(problem) = type_problem(plan, screen) {
        return vec![problem];
    }
    let mut found: Vec<FieldProblem> = missing(plan, screen).collect();
    let allowed = screen.labels_of("priority");
    let is_known = |name: &String| allowed.iter().any(|known| known.eq_ignore_ascii_case(name));
    for name in plan.priorities.values().filter(|name| !is_known(name)) {
        let message = format!("{:?} is no priority of {}.", name, plan.project);
        found.push(FieldProblem::of("priority", "Priority", message));
    }
    for (id, value) in &plan.fields {
        let Some(field) = screen.field(id) else {
            found.push(not_there(id, plan));
            continue;
        };
        let wrong = fixed(value)
            .into_iter()
            .find_map(|value| field.shape(value).err());
        found.extend(wrong.map(|message| problem(field, message)));
    }
    found
}

/// The fields of the ticket of a finding. What [`problems`] finds comes back, and what the plan leaves
/// empty for this finding although Jira demands it.
pub fn compose(
    plan: &TicketPlan,
    facts: &Facts<'_>,
    screen: &Screen,
) -> Result<Composed, Vec<FieldProblem>> {
    let mut found = problems(plan, screen);
    let mut fields = BTreeMap::new();
    for (id, value) in plan.fields.iter().filter(|(id, _)| *id != SUMMARY) {
        let Some(field) = screen.field(id) else {
            continue;
        };
        match filled(value, facts) {
            Some(value) => match field.shape(&value) {
                Ok(shaped) => drop(fields.insert(id.clone(), shaped)),
                Err(message) => found.push(problem(field, message)),
            },
            None if field.must_be_given => {
                found.push(problem(field, "It is empty for this finding.".to_owned()));
            }
            None => {}
        }
    }
    found.dedup();
    if !found.is_empty() {
        return Err(found);
    }
    let has_labels = screen.fields.is_empty() || screen.field("labels").is_some();
    Ok(Composed {
        summary: summary(plan, facts),
        priority: priority_for(
            facts.defect.severity,
            &plan.priorities,
            &screen.labels_of("priority"),
        ),
        labels: plan.labels.iter().filter(|_| has_labels).cloned().collect(),
        fields,
    })
}

fn type_problem(plan: &TicketPlan, screen: &Screen) -> Option<FieldProblem> {
    if screen.issue_types.contains(&plan.issue_type) {
        return None;
    }
    let (wanted, project) = (&plan.issue_type, &plan.project);
    let message = match screen.issue_types.as_slice() {
        [] => {
            format!("Maro's account can create nothing in {project}, or there is no such project.")
        }
        known => format!(
            "{wanted:?} is no issue type of {project}; it has {}.",
            known.join(", ")
        ),
    };
    Some(FieldProblem::of("issuetype", "Issue type", message))
}

fn missing<'a>(
    plan: &'a TicketPlan,
    screen: &'a Screen,
) -> impl Iterator<Item = FieldProblem> + 'a {
    let required = screen.fields.iter().filter(|field| field.must_be_given);
    required
        .filter(|field| !ALWAYS_THERE.contains(&field.id.as_str()))
        .filter(|field| !plan.fields.contains_key(&field.id))
        .map(|field| {
            let message = format!(
                "Jira requires {} and the plan does not fill it.",
                field.name
            );
            problem(field, message)
        })
}

fn problem(field: &ScreenField, message: String) -> FieldProblem {
    FieldProblem::of(&field.id, &field.name, message)
}

fn not_there(id: &str, plan: &TicketPlan) -> FieldProblem {
    let message = format!(
        "It is not on the create screen of {} in {}.",
        plan.issue_type, plan.project
    );
    FieldProblem::of(id, id, message)
}

/// The values that a plan puts whatever the finding says.
fn fixed(value: &FieldValue) -> Vec<&Value> {
    match value {
        FieldValue::Constant(value) => vec![value],
        FieldValue::Map {
            values, otherwise, ..
        } => values.values().chain(otherwise).collect(),
        FieldValue::Template(_) | FieldValue::Finding(_) => Vec::new(),
    }
}

fn filled(value: &FieldValue, facts: &Facts<'_>) -> Option<Value> {
    let text = |text: String| {
        let text = make_visible(&text);
        (!text.trim().is_empty()).then_some(Value::String(text))
    };
    match value {
        FieldValue::Constant(value) => Some(value.clone()).filter(|value| !value.is_null()),
        FieldValue::Template(template) => text(facts.fill(template)),
        FieldValue::Finding(field) => text(facts.text(*field)),
        FieldValue::Map {
            of,
            values,
            otherwise,
        } => {
            let found = values.get(&facts.text(*of)).or(otherwise.as_ref());
            found.filter(|value| !value.is_null()).cloned()
        }
    }
}

fn summary(plan: &TicketPlan, facts: &Facts<'_>) -> String {
    let planned = plan.fields.get(SUMMARY);
    let planned = planned.and_then(|value| filled(value, facts));
    let planned = planned.as_ref().and_then(Value::as_str).map(one_line);
    let summary = planned.unwrap_or_else(|| one_line(&facts.defect.title));
    clip(&summary, SUMMARY_LIMIT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::facts::tests::defect;
    use super::super::{Choice, FieldKind};
    use super::*;

    fn field(id: &str, kind: FieldKind, must_be_given: bool) -> ScreenField {
        ScreenField {
            id: id.into(),
            name: format!("Name of {id}"),
            must_be_given,
            kind,
            allowed: Vec::new(),
        }
    }

    fn screen(more: Vec<ScreenField>) -> Screen {
        let high = Choice {
            label: "High".into(),
            sent: json!({ "name": "High" }),
        };
        let priority = ScreenField {
            allowed: vec![high],
            ..field("priority", FieldKind::Choice, true)
        };
        let usual = [
            field("summary", FieldKind::Text, true),
            field("labels", FieldKind::Words, false),
            priority,
        ];
        Screen {
            issue_types: vec!["Bug".into()],
            fields: usual.into_iter().chain(more).collect(),
        }
    }

    fn plan(fields: &[(&str, FieldValue)]) -> TicketPlan {
        let fields = fields
            .iter()
            .map(|(id, value)| ((*id).to_owned(), value.clone()));
        TicketPlan {
            labels: vec!["found".into()],
            fields: fields.collect(),
            ..TicketPlan::of_project("SCRUM")
        }
    }

    fn composed(plan: &TicketPlan, screen: &Screen) -> Result<Composed, Vec<FieldProblem>> {
        let defect = defect();
        let facts = Facts {
            defect: &defect,
            link: None,
        };
        compose(plan, &facts, screen)
    }

    #[test]
    fn a_plan_of_a_project_alone_makes_a_ticket() {
        let ticket = composed(&plan(&[]), &screen(Vec::new())).unwrap();
        assert_eq!(ticket.summary, "Login fails");
        assert_eq!(ticket.priority.as_deref(), Some("High"));
        assert_eq!(ticket.labels, ["found"]);
    }

    #[test]
    fn a_field_that_became_required_is_named() {
        let screen = screen(vec![field("customfield_1", FieldKind::Text, true)]);
        let found = composed(&plan(&[]), &screen).unwrap_err();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "Name of customfield_1");
        let filled = plan(&[("customfield_1", FieldValue::Template("{source}".into()))]);
        let ticket = composed(&filled, &screen).unwrap();
        assert_eq!(
            ticket.fields["customfield_1"],
            Shaped::Json(json!("nightly"))
        );
    }

    #[test]
    fn what_the_screen_does_not_take_is_refused() {
        let wrong = [
            plan(&[("customfield_9", FieldValue::Constant(json!("x")))]),
            TicketPlan {
                issue_type: "Saga".into(),
                ..plan(&[])
            },
            TicketPlan {
                priorities: [(crate::findings::Severity::Low, "P9".to_owned())].into(),
                ..plan(&[])
            },
        ];
        for (plan, field) in wrong.iter().zip(["customfield_9", "issuetype", "priority"]) {
            let found = problems(plan, &screen(Vec::new()));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].field, field);
        }
    }

    #[test]
    fn a_required_field_that_this_finding_leaves_empty_is_said() {
        let screen = screen(vec![field("customfield_1", FieldKind::Text, true)]);
        let map = FieldValue::Map {
            of: super::super::FindingField::Severity,
            values: [("low".to_owned(), json!("Later"))].into(),
            otherwise: None,
        };
        let found = composed(&plan(&[("customfield_1", map)]), &screen).unwrap_err();
        assert_eq!(found[0].message, "It is empty for this finding.");
    }

    #[test]
    fn a_summary_by_template_is_one_line_of_jiras_length() {
        let long = FieldValue::Template(format!("[{{severity}}]\n{}", "x".repeat(300)));
        let ticket = composed(&plan(&[("summary", long)]), &screen(Vec::new())).unwrap();
        assert!(ticket.summary.starts_with("[high] xxx"));
        assert_eq!(ticket.summary.chars().count(), SUMMARY_LIMIT);
    }
}
