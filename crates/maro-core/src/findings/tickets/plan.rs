//! The plan of a ticket, as a rule holds it, and what is wrong with it whatever Jira says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::facts::{FindingField, unknown_names};
use crate::findings::Severity;
use crate::issue_key::is_project_key;

/// The type of issue that a plan makes when it names none.
const BUG: &str = "Bug";
const MOST_LABELS: usize = 50;
const MOST_FIELDS: usize = 50;
const LONGEST_WORD: usize = 255;
/// Of a constant or template; Jira holds 32,767 characters in a text.
const LONGEST_TEXT: usize = 10_000;
/// Fields that have a place of their own in a plan, or that Maro makes.
const NOT_BY_FIELDS: [&str; 5] = ["project", "issuetype", "labels", "priority", "description"];

/// Which ticket a finding becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TicketPlan {
    /// The key of the project.
    pub project: String,
    /// The name of the issue type in that project.
    pub issue_type: String,
    /// Labels without spaces.
    pub labels: Vec<String>,
    /// The priority for a severity, where it is not the usual one.
    pub priorities: BTreeMap<Severity, String>,
    /// Other fields, by Jira's id of the field.
    pub fields: BTreeMap<String, FieldValue>,
}

/// How one field is filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldValue {
    /// Always with this. An object goes to Jira as it is.
    Constant(Value),
    /// With a text in which `{title}`, `{severity}` and the other names of [`FindingField`] stand for
    /// what the finding says.
    Template(String),
    /// With what the finding says.
    Finding(FindingField),
    /// With a value for each value of the finding.
    Map {
        /// What is looked up.
        of: FindingField,
        /// What is put for it.
        values: BTreeMap<String, Value>,
        /// What is put for everything else; nothing where it is absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Value>,
    },
}

/// What is wrong with one field of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Jira's id of the field.
    pub field: String,
    /// What people call it.
    pub name: String,
    /// A sentence for whoever can put it right.
    pub message: String,
}

impl Default for TicketPlan {
    fn default() -> Self {
        Self {
            project: String::new(),
            issue_type: BUG.to_owned(),
            labels: Vec::new(),
            priorities: BTreeMap::new(),
            fields: BTreeMap::new(),
        }
    }
}

impl FieldProblem {
    /// A problem with a field whose name is known.
    #[must_use]
    pub fn of(field: &str, name: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            name: name.to_owned(),
            message: message.into(),
        }
    }
}

impl TicketPlan {
    /// The plan for a project where nobody said more.
    #[must_use]
    pub fn of_project(project: &str) -> Self {
        Self {
            project: project.to_owned(),
            ..Self::default()
        }
    }

    /// What is wrong with the plan, without asking Jira.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldProblem> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, message: String| {
            faults.push(FieldProblem::of(field, field, message));
        };
        if !is_project_key(&self.project) {
            fault("project", "Name a project by its key.".to_owned());
        }
        let issue_type = self.issue_type.trim();
        if issue_type.is_empty() || issue_type.chars().count() > LONGEST_WORD {
            fault("issuetype", "Name an issue type.".to_owned());
        }
        if let Some(message) = label_fault(&self.labels) {
            fault("labels", message);
        }
        if self.priorities.values().any(|name| !is_word(name)) {
            fault("priority", "A priority has a name.".to_owned());
        }
        if self.fields.len() > MOST_FIELDS {
            fault("fields", format!("At most {MOST_FIELDS} fields fit."));
        }
        for (id, value) in &self.fields {
            if let Some(message) = field_fault(id, value) {
                fault(id, message);
            }
        }
        faults
    }
}

fn label_fault(labels: &[String]) -> Option<String> {
    if labels.len() > MOST_LABELS {
        return Some(format!("At most {MOST_LABELS} labels fit."));
    }
    labels.iter().find_map(|label| {
        if !is_word(label) || label.chars().any(char::is_whitespace) {
            Some(format!(
                "A label has no spaces and at most {LONGEST_WORD} characters: {label:?}"
            ))
        } else if label.starts_with("maro-") {
            Some(format!(
                "Labels that begin with \"maro-\" are Maro's own: {label}"
            ))
        } else {
            None
        }
    })
}

fn is_word(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_WORD
}

fn field_fault(id: &str, value: &FieldValue) -> Option<String> {
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if id.is_empty() || id.len() > LONGEST_WORD || !id.chars().all(is_id) {
        return Some("Name a field by Jira's id, such as customfield_10050.".to_owned());
    }
    if NOT_BY_FIELDS.contains(&id) {
        return Some(
            "This field is not set here: the plan has its own place for it, or Maro writes it."
                .to_owned(),
        );
    }
    let length = match value {
        FieldValue::Constant(value) => value.to_string().len(),
        FieldValue::Template(text) => text.len(),
        FieldValue::Finding(_) => 0,
        FieldValue::Map {
            values, otherwise, ..
        } => {
            let values = values
                .iter()
                .map(|(key, value)| key.len() + value.to_string().len());
            values.sum::<usize>()
                + otherwise
                    .as_ref()
                    .map_or(0, |value| value.to_string().len())
        }
    };
    if length > LONGEST_TEXT {
        return Some(format!("This may have at most {LONGEST_TEXT} characters."));
    }
    let FieldValue::Template(text) = value else {
        return None;
    };
    let name = unknown_names(text).into_iter().next()?;
    Some(format!("A finding has no {{{name}}}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> TicketPlan {
        TicketPlan::of_project("SCRUM")
    }

    #[test]
    fn a_plan_of_a_project_alone_is_complete() {
        assert_eq!(plan().faults(), []);
        assert_eq!(plan().issue_type, "Bug");
    }

    #[test]
    fn each_fault_names_its_field() {
        let with = |id: &str, value| TicketPlan {
            fields: BTreeMap::from([(id.to_owned(), value)]),
            ..plan()
        };
        let template = |text: &str| FieldValue::Template(text.to_owned());
        let cases = [
            (TicketPlan::of_project("no key"), "project"),
            (
                TicketPlan {
                    issue_type: " ".into(),
                    ..plan()
                },
                "issuetype",
            ),
            (
                TicketPlan {
                    labels: vec!["two words".into()],
                    ..plan()
                },
                "labels",
            ),
            (
                TicketPlan {
                    labels: vec!["maro-x".into()],
                    ..plan()
                },
                "labels",
            ),
            (with("customfield_1", template("{titel}")), "customfield_1"),
            (with("priority", template("x")), "priority"),
            (with("a b", template("x")), "a b"),
        ];
        for (plan, field) in cases {
            let faults = plan.faults();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert_eq!(faults[0].field, field);
        }
    }

    #[test]
    fn a_plan_reads_as_people_write_it() {
        let plan: TicketPlan = serde_json::from_str(
            r#"{"project": "SCRUM", "priorities": {"critical": "P1"}, "fields": {
                "customfield_1": {"constant": "Backend"},
                "customfield_2": {"template": "{source}: {title}"},
                "customfield_3": {"finding": "count"},
                "customfield_4": {"map": {"of": "severity", "values": {"low": "Later"}}}}}"#,
        )
        .unwrap();
        assert_eq!(plan.faults(), []);
        let again: TicketPlan =
            serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        assert_eq!(again, plan);
    }
}
