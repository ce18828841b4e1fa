//! What a person writes into a draft, and what is wrong with it.

use serde::{Deserialize, Serialize};

use crate::issue_key::{IssueKey, is_project_key};
use crate::text::{make_visible, one_line};

/// Jira's limit for a summary, in characters.
pub const SUMMARY_LIMIT: usize = 255;
/// Longest long text that is accepted, in characters; Jira holds 32,767 of serialised ADF.
const TEXT_LIMIT: usize = 30_000;
const LABELS_LIMIT: usize = 50;

/// The fields of a draft, as a person sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DraftContent {
    /// Jira's summary.
    pub title: String,
    /// What is wrong or wanted, in Markdown.
    pub problem: String,
    /// What to do about it, in Markdown.
    pub solution: String,
    /// When it is done, in Markdown; usually one criterion per line.
    pub acceptance_criteria: String,
    /// The key of the project.
    pub project: String,
    /// The name of the issue type in that project.
    pub issue_type: String,
    /// The name of the priority in that project.
    pub priority: Option<String>,
    /// Labels without spaces.
    pub labels: Vec<String>,
    /// The parent, for example an epic.
    pub parent: Option<IssueKey>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftProblem {
    /// The field, by its name in [`DraftContent`].
    pub field: &'static str,
    /// A sentence for the person who wrote it.
    pub message: String,
}

impl DraftContent {
    /// Makes hostile characters visible and white space regular. Done before anything is stored.
    #[must_use]
    pub fn cleaned(self) -> Self {
        Self {
            title: one_line(&self.title),
            problem: make_visible(self.problem.trim()),
            solution: make_visible(self.solution.trim()),
            acceptance_criteria: make_visible(self.acceptance_criteria.trim()),
            project: self.project.trim().to_ascii_uppercase(),
            issue_type: one_line(&self.issue_type),
            priority: self
                .priority
                .map(|name| one_line(&name))
                .filter(|name| !name.is_empty()),
            labels: clean_labels(&self.labels),
            parent: self.parent,
        }
    }

    /// Lists what a person must correct before the draft can be shown for approval.
    #[must_use]
    pub fn problems(&self) -> Vec<DraftProblem> {
        let mut problems = Vec::new();
        let mut refuse = |field, message: String| problems.push(DraftProblem { field, message });

        let title = self.title.chars().count();
        if title == 0 {
            refuse("title", "Please give the ticket a title.".into());
        } else if title > SUMMARY_LIMIT {
            refuse(
                "title",
                format!("The title has {title} characters; Jira takes {SUMMARY_LIMIT}."),
            );
        }
        if !is_project_key(&self.project) {
            refuse("project", "Please choose a project.".into());
        }
        if self.issue_type.is_empty() {
            refuse("issue_type", "Please choose an issue type.".into());
        }
        for (field, text) in [
            ("problem", &self.problem),
            ("solution", &self.solution),
            ("acceptance_criteria", &self.acceptance_criteria),
        ] {
            let length = text.chars().count();
            if length > TEXT_LIMIT {
                refuse(
                    field,
                    format!("This text has {length} characters; at most {TEXT_LIMIT} fit."),
                );
            }
        }
        if let Some(problem) = self.label_problem() {
            refuse("labels", problem);
        }
        problems
    }

    fn label_problem(&self) -> Option<String> {
        if self.labels.len() > LABELS_LIMIT {
            return Some(format!("At most {LABELS_LIMIT} labels fit."));
        }
        self.labels.iter().find_map(|label| {
            if label.chars().count() > SUMMARY_LIMIT {
                Some(format!("A label has more than {SUMMARY_LIMIT} characters."))
            } else if label.starts_with("maro-") {
                Some(format!(
                    "Labels that begin with \"maro-\" are Maro's own: {label}"
                ))
            } else {
                None
            }
        })
    }
}

/// Jira's labels hold no spaces: commas and white space separate them. Repeats go.
fn clean_labels(labels: &[String]) -> Vec<String> {
    let mut clean: Vec<String> = Vec::new();
    for label in labels
        .iter()
        .flat_map(|l| l.split(|c: char| c == ',' || c.is_whitespace()))
    {
        let label = make_visible(label);
        if !label.is_empty() && !clean.contains(&label) {
            clean.push(label);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> DraftContent {
        DraftContent {
            title: "Login fails".into(),
            project: "SCRUM".into(),
            issue_type: "Bug".into(),
            ..DraftContent::default()
        }
    }

    #[test]
    fn a_complete_draft_has_no_problems() {
        assert_eq!(content().problems(), []);
    }

    #[test]
    fn each_problem_names_its_field() {
        let cases = [
            (
                DraftContent {
                    title: String::new(),
                    ..content()
                },
                "title",
            ),
            (
                DraftContent {
                    title: "x".repeat(256),
                    ..content()
                },
                "title",
            ),
            (
                DraftContent {
                    project: "no key".into(),
                    ..content()
                },
                "project",
            ),
            (
                DraftContent {
                    issue_type: String::new(),
                    ..content()
                },
                "issue_type",
            ),
            (
                DraftContent {
                    problem: "x".repeat(30_001),
                    ..content()
                },
                "problem",
            ),
            (
                DraftContent {
                    labels: vec!["maro-x".into()],
                    ..content()
                },
                "labels",
            ),
        ];
        for (draft, field) in cases {
            let problems = draft.problems();
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].field, field);
        }
    }

    #[test]
    fn cleaning_makes_text_regular() {
        let clean = DraftContent {
            title: "  two\nlines\u{202E} ".into(),
            project: " scrum".into(),
            labels: vec!["a, b".into(), "a".into(), " ".into()],
            priority: Some("  ".into()),
            ..content()
        }
        .cleaned();
        assert_eq!(clean.title, "two lines⟦U+202E⟧");
        assert_eq!(clean.project, "SCRUM");
        assert_eq!(clean.labels, ["a", "b"]);
        assert_eq!(clean.priority, None);
    }
}
