//! Samples of every form, for validators that are not ours.

use maro_core::drafts::DraftContent;
use maro_core::ids::SessionId;
use maro_slack::blocks::View;

use super::choices::Choices;
use super::{FormContext, notice, view};
use crate::slack::actions::it_exists_form;

/// Samples of every form, for validators that are not ours.
#[must_use]
pub fn samples() -> Vec<(&'static str, View)> {
    let context = FormContext {
        session: Some(SessionId::new("T1", "C1", "1.2")),
        based_on: None,
        team: "T1".into(),
        channel: "C1".into(),
        channel_name: Some("payments".into()),
        thread_ts: Some("1.2".into()),
        permalink: None,
    };
    let long = "A long line of text that goes on.\n".repeat(300);
    let full = DraftContent {
        title: "Login fails".into(),
        problem: long,
        project: "SCRUM".into(),
        issue_type: "Bug".into(),
        priority: Some("High".into()),
        labels: vec!["backend".into()],
        parent: "SCRUM-1".parse().ok(),
        ..DraftContent::default()
    };
    let choices = Choices {
        projects: vec![("SCRUM".into(), "Scrum".into())],
        issue_types: vec!["Bug".into(), "Task".into()],
        priorities: vec!["High".into(), "Low".into()],
        missing: vec!["Severity class".into()],
    };
    let many = (0..150)
        .map(|n| (format!("P{n:03}"), format!("Project {n}")))
        .collect();
    let errors = [("title", "Summary can't exceed 255 characters.".to_owned())];
    vec![
        ("form", view(&context, &full, &choices, &errors)),
        (
            "form_empty",
            view(&context, &DraftContent::default(), &Choices::default(), &[]),
        ),
        (
            "form_many_projects",
            view(
                &context,
                &full,
                &Choices {
                    projects: many,
                    ..choices
                },
                &[],
            ),
        ),
        ("form_notice", notice("Jira is slow at the moment.")),
        ("it_exists", it_exists_form("0")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_within_slacks_limits() {
        for (name, form) in samples() {
            assert_eq!(form.validate(), [], "{name}");
        }
    }
}
