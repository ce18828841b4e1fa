//! From Jira's issues and transitions to what the rules decide on.

use maro_atlassian::rest::{Issue, Status, StatusCategory, Transition};
use maro_core::operations::IssueRef;
use maro_core::sync::{Category, Reading, Step};

/// The fields that a reading is made of.
pub(crate) const FIELDS: &[&str] = &["status", "resolution", "updated"];

/// What an issue's status is.
pub(crate) fn reading(issue: &Issue) -> Reading {
    let resolution = issue.fields.get("resolution");
    let resolution = resolution.and_then(|resolution| resolution["name"].as_str());
    Reading {
        issue: IssueRef {
            id: issue.id.clone(),
            key: issue.key.to_string(),
        },
        status: issue
            .status
            .as_ref()
            .map_or_else(String::new, |status| status.name.clone()),
        category: issue.status.as_ref().and_then(category),
        resolution: resolution.map(str::to_owned),
        updated: issue.updated,
    }
}

/// A step that leads somewhere; where to is unknown of some that are offered.
pub(crate) fn step_of(transition: Transition) -> Option<Step> {
    let to = transition.to?;
    Some(Step {
        id: transition.id,
        category: category(&to),
        status: to.name,
        required: transition.required,
    })
}

fn category(status: &Status) -> Option<Category> {
    match status.category {
        StatusCategory::ToDo => Some(Category::New),
        StatusCategory::InProgress => Some(Category::Indeterminate),
        StatusCategory::Done => Some(Category::Done),
        StatusCategory::Unknown => None,
    }
}
