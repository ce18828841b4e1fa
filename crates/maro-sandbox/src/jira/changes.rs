//! Everything that changes an issue, and the changelog and webhooks that follow.
//!
//! **Invariant:** each function leaves the search index told (`touch`) and the
//! webhook queued, in the same lock as the change.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::fields::Edits;
use super::model::{
    Change, Comment, Issue, IssueType, Project, RichText, StatusCategory, Transition,
};
use super::site::RESOLUTION;
use super::state::{JiraState, custom_field, issue_type, priority, status};
use super::views::field_name;
use super::webhooks::Event;

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By {
    pub(crate) actor: &'static str,
    pub(crate) now: DateTime<Utc>,
}

/// What an issue is created from.
pub(crate) struct NewIssue<'a> {
    pub(crate) project: &'a Project,
    pub(crate) kind: &'static IssueType,
    pub(crate) edits: Edits,
    pub(crate) properties: BTreeMap<String, Value>,
}

impl JiraState {
    /// Creates an issue and returns its id.
    pub(crate) fn create_issue(&mut self, by: By, new: NewIssue) -> u64 {
        let id = self.next_id();
        let key = self.next_key(new.project.id);
        let edits = new.edits;
        let issue = Issue {
            id,
            key,
            project: new.project.id,
            kind: new.kind.id,
            status: new.project.initial_status,
            summary: edits.summary.unwrap_or_default(),
            description: edits.description.flatten(),
            environment: edits.environment.flatten(),
            due_date: edits.due_date.flatten(),
            priority: edits.priority.unwrap_or(new.project.default_priority),
            labels: edits.labels.unwrap_or_default(),
            assignee: edits.assignee.flatten(),
            reporter: edits.reporter.unwrap_or(by.actor),
            creator: by.actor,
            parent: edits.parent.flatten(),
            custom: edits
                .custom
                .into_iter()
                .filter_map(|(id, value)| Some((id, value?)))
                .collect(),
            properties: new.properties,
            comments: Vec::new(),
            links: Vec::new(),
            created: by.now,
            updated: by.now,
            status_changed: by.now,
            resolved: None,
        };
        self.insert_created(by, issue)
    }

    /// Copies an issue as Jira's Clone does: labels come along, properties and comments do not.
    pub(crate) fn clone_issue(&mut self, by: By, original: &Issue) -> u64 {
        let id = self.next_id();
        let initial = self.project_of(original).initial_status;
        let issue = Issue {
            id,
            key: self.next_key(original.project),
            status: initial,
            summary: format!("CLONE - {}", original.summary)
                .chars()
                .take(255)
                .collect(),
            creator: by.actor,
            properties: BTreeMap::new(),
            comments: Vec::new(),
            links: Vec::new(),
            created: by.now,
            updated: by.now,
            status_changed: by.now,
            resolved: None,
            ..original.clone()
        };
        self.insert_created(by, issue)
    }

    fn next_key(&mut self, project_id: &str) -> String {
        let index = self
            .projects
            .iter()
            .position(|project| project.id == project_id)
            .unwrap_or(0);
        let project = &mut self.projects[index];
        project.counter += 1;
        format!("{}-{}", project.key, project.counter)
    }

    fn insert_created(&mut self, by: By, issue: Issue) -> u64 {
        let id = issue.id;
        let changes = created_changes(self, &issue);
        self.issues.insert(id, issue);
        self.touch(id, by.now);
        self.announce(by, id, Event::Created, &changes);
        id
    }

    /// Applies edits; says whether anything changed.
    pub(crate) fn edit_issue(&mut self, by: By, id: u64, edits: Edits) -> bool {
        let Some(before) = self.issues.get(&id).cloned() else {
            return false;
        };
        let after = apply(&before, edits, by.now);
        let changes = differences(self, &before, &after);
        if changes.is_empty() {
            return false;
        }
        let assigned = changes.iter().any(|change| change.field == "assignee");
        self.issues.insert(id, after);
        self.touch(id, by.now);
        self.announce(
            by,
            id,
            if assigned {
                Event::Assigned
            } else {
                Event::Updated
            },
            &changes,
        );
        true
    }

    /// Moves an issue along a transition.
    pub(crate) fn transition_issue(&mut self, by: By, id: u64, step: &Transition) {
        let Some(before) = self.issues.get(&id).cloned() else {
            return;
        };
        let done = status(step.to).category == StatusCategory::Done;
        let mut after = before.clone();
        after.status = step.to;
        after.updated = by.now;
        after.resolved = done.then(|| before.resolved.unwrap_or(by.now));
        if after.status != before.status {
            after.status_changed = by.now;
        }
        let changes = differences(self, &before, &after);
        self.issues.insert(id, after);
        self.touch(id, by.now);
        if !changes.is_empty() {
            self.announce(by, id, Event::Moved, &changes);
        }
    }

    /// Moves an issue into another project: it gets a new key, and the old one leads to it.
    pub(crate) fn relocate_issue(&mut self, by: By, id: u64, project: &Project) {
        let key = self.next_key(project.id);
        let Some(issue) = self.issues.get_mut(&id) else {
            return;
        };
        let former = std::mem::replace(&mut issue.key, key.clone());
        let from = std::mem::replace(&mut issue.project, project.id);
        issue.updated = by.now;
        if !project.statuses.contains(&issue.status) {
            issue.status = project.initial_status;
        }
        self.former_keys.insert(former.clone(), id);
        self.touch(id, by.now);
        let change = |field: &str, from: String, to: String| Change {
            field: field.to_owned(),
            from: None,
            from_string: Some(from),
            to: None,
            to_string: Some(to),
        };
        let changes = [
            change("project", from.to_owned(), project.id.to_owned()),
            change("Key", former, key),
        ];
        self.announce(by, id, Event::Relocated, &changes);
    }

    /// Deletes an issue with its sub-tasks.
    pub(crate) fn delete_issue(&mut self, by: By, id: u64) {
        let subtasks: Vec<u64> = self
            .children_of(id)
            .iter()
            .filter(|child| issue_type(child.kind).level < 0)
            .map(|child| child.id)
            .collect();
        for subtask in subtasks {
            self.delete_issue(by, subtask);
        }
        self.announce(by, id, Event::Deleted, &[]);
        self.issues.remove(&id);
        self.touch(id, by.now);
        for issue in self
            .issues
            .values_mut()
            .filter(|issue| issue.parent == Some(id))
        {
            issue.parent = None;
        }
    }

    /// Adds a comment and returns its id.
    pub(crate) fn add_comment(
        &mut self,
        by: By,
        id: u64,
        body: RichText,
        properties: BTreeMap<String, Value>,
    ) -> u64 {
        let comment_id = self.next_id();
        let comment = Comment {
            id: comment_id,
            author: by.actor,
            update_author: by.actor,
            body,
            created: by.now,
            updated: by.now,
            properties,
        };
        self.with_comments(by, id, |comments| comments.push(comment));
        self.announce(by, id, Event::CommentCreated(comment_id), &[]);
        comment_id
    }

    /// Replaces the body of a comment.
    pub(crate) fn edit_comment(&mut self, by: By, id: u64, comment_id: u64, body: RichText) {
        self.with_comments(by, id, |comments| {
            if let Some(comment) = comments.iter_mut().find(|comment| comment.id == comment_id) {
                comment.body = body;
                comment.updated = by.now;
                comment.update_author = by.actor;
            }
        });
        self.announce(by, id, Event::CommentUpdated(comment_id), &[]);
    }

    /// Deletes a comment.
    pub(crate) fn delete_comment(&mut self, by: By, id: u64, comment_id: u64) {
        self.announce(by, id, Event::CommentDeleted(comment_id), &[]);
        self.with_comments(by, id, |comments| {
            comments.retain(|comment| comment.id != comment_id);
        });
    }

    fn with_comments(&mut self, by: By, id: u64, change: impl FnOnce(&mut Vec<Comment>)) {
        if let Some(issue) = self.issues.get_mut(&id) {
            change(&mut issue.comments);
            issue.updated = by.now;
        }
        self.touch(id, by.now);
    }
}

fn apply(before: &Issue, edits: Edits, now: DateTime<Utc>) -> Issue {
    let mut issue = before.clone();
    issue.summary = edits.summary.unwrap_or(issue.summary);
    issue.description = edits.description.unwrap_or(issue.description);
    issue.environment = edits.environment.unwrap_or(issue.environment);
    issue.due_date = edits.due_date.unwrap_or(issue.due_date);
    issue.priority = edits.priority.unwrap_or(issue.priority);
    issue.labels = edits.labels.unwrap_or(issue.labels);
    issue.labels.sort();
    issue.assignee = edits.assignee.unwrap_or(issue.assignee);
    issue.reporter = edits.reporter.unwrap_or(issue.reporter);
    issue.parent = edits.parent.unwrap_or(issue.parent);
    issue.kind = edits.issue_type.unwrap_or(issue.kind);
    for (id, value) in edits.custom {
        match value {
            Some(value) => issue.custom.insert(id, value),
            None => issue.custom.remove(id),
        };
    }
    issue.updated = now;
    issue
}

/// What Jira writes into the changelog of a new issue: the fields that were filled in.
fn created_changes(jira: &JiraState, issue: &Issue) -> Vec<Change> {
    readable(jira, issue)
        .into_iter()
        .filter(|(id, (_, text))| text.is_some() && *id != "issuetype")
        .map(|(id, (to, to_string))| Change {
            field: if id == "status" {
                "Status".to_owned()
            } else {
                id.to_owned()
            },
            from: None,
            from_string: None,
            to,
            to_string,
        })
        .collect()
}

fn differences(jira: &JiraState, before: &Issue, after: &Issue) -> Vec<Change> {
    readable(jira, before)
        .into_iter()
        .zip(readable(jira, after))
        .filter(|(old, new)| old != new)
        .map(|((id, (from, from_string)), (_, (to, to_string)))| Change {
            field: if custom_field(id).is_some() {
                field_name(id).to_owned()
            } else {
                id.to_owned()
            },
            from,
            from_string,
            to,
            to_string,
        })
        .collect()
}

type Shown = (Option<String>, Option<String>);

/// Each field as (id, text), in the order of Jira's changelogs.
fn readable(jira: &JiraState, issue: &Issue) -> Vec<(&'static str, Shown)> {
    let text = |text: &Option<RichText>| (None, text.as_ref().map(|text| text.wiki.clone()));
    let user = |id: Option<&str>| {
        let account = id.and_then(|id| jira.find_account(id));
        (
            account.map(|account| account.id.to_owned()),
            account.map(|account| account.name.to_owned()),
        )
    };
    let named = |id: &str, name: &str| (Some(id.to_owned()), Some(name.to_owned()));
    let parent = issue.parent.and_then(|id| jira.issues.get(&id));
    let labels = issue.labels.join(" ");
    let mut list = vec![
        ("description", text(&issue.description)),
        ("environment", text(&issue.environment)),
        ("duedate", (issue.due_date.clone(), issue.due_date.clone())),
        ("issuetype", named(issue.kind, issue_type(issue.kind).name)),
        ("labels", (None, (!labels.is_empty()).then_some(labels))),
        (
            "parent",
            (
                parent.map(|issue| issue.id.to_string()),
                parent.map(|issue| issue.key.clone()),
            ),
        ),
        (
            "priority",
            named(issue.priority, priority(issue.priority).name),
        ),
        ("assignee", user(issue.assignee)),
        ("reporter", user(Some(issue.reporter))),
        (
            "resolution",
            issue
                .resolved
                .map_or((None, None), |_| named(RESOLUTION.0, RESOLUTION.1)),
        ),
        ("status", named(issue.status, status(issue.status).name)),
        ("summary", (None, Some(issue.summary.clone()))),
    ];
    for field in super::site::CUSTOM_FIELDS {
        let value = issue
            .custom
            .get(field.id)
            .and_then(Value::as_str)
            .map(str::to_owned);
        list.push((field.id, (None, value)));
    }
    list
}
