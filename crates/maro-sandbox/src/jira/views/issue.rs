//! Issues in Jira's JSON, with the choice of fields that callers make.

use serde_json::{Map, Value, json};

use super::comment::rich;
use super::{View, timestamp};
use crate::jira::http::ApiVersion;
use crate::jira::model::{CustomKind, Issue};
use crate::jira::render;
use crate::jira::screens::schema;
use crate::jira::site::{CUSTOM_FIELDS, EPIC_LINK};
use crate::jira::state::{JiraState, custom_field, issue_type, priority, status};

const EXPAND: &str =
    "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";
/// Fields that `*navigable` leaves out.
const NOT_NAVIGABLE: &[&str] = &["comment", "attachment", "worklog", "timetracking"];

/// Which fields a caller asked for.
#[derive(Debug, Clone)]
pub(crate) struct FieldFilter {
    set: FieldSet,
    include: Vec<String>,
    exclude: Vec<String>,
}

/// The set that single names add to or take from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldSet {
    All,
    Navigable,
    Named,
}

impl FieldFilter {
    /// Reads a list such as `*all,-comment` or `summary,status`.
    pub(crate) fn parse(names: &[String], default: FieldSet) -> Self {
        let mut set = if names.is_empty() {
            default
        } else {
            FieldSet::Named
        };
        let (mut include, mut exclude) = (Vec::new(), Vec::new());
        for name in names {
            match name.strip_prefix('-') {
                Some(name) => exclude.push(name.to_owned()),
                None if name == "*all" => set = FieldSet::All,
                None if name == "*navigable" => set = FieldSet::Navigable,
                None => include.push(name.to_owned()),
            }
        }
        if include.is_empty() && !exclude.is_empty() && set == FieldSet::Named {
            set = FieldSet::All;
        }
        Self {
            set,
            include,
            exclude,
        }
    }

    /// Whether nothing but the id is wanted, which makes search results bare.
    pub(crate) fn is_id_only(&self) -> bool {
        self.set == FieldSet::Named && self.include.iter().all(|name| name == "id")
    }

    fn takes(&self, field: &str) -> bool {
        let named = self.include.iter().any(|name| name == field);
        let in_set = match self.set {
            FieldSet::All => true,
            FieldSet::Navigable => !NOT_NAVIGABLE.contains(&field),
            FieldSet::Named => false,
        };
        (named || in_set) && !self.exclude.iter().any(|name| name == field)
    }
}

impl JiraState {
    /// An issue with the fields that were asked for.
    pub(crate) fn issue_view(&self, view: View, issue: &Issue, filter: &FieldFilter) -> Value {
        let fields: Map<String, Value> = self
            .issue_fields(view, issue)
            .into_iter()
            .filter(|(name, _)| filter.takes(name))
            .collect();
        let mut value = json!({
            "expand": EXPAND,
            "id": issue.id.to_string(),
            "self": format!("{}/issue/{}", self.api(view), issue.id),
            "key": issue.key,
        });
        if !fields.is_empty() {
            value["fields"] = Value::Object(fields);
        }
        value
    }

    /// Adds what `expand` asks for.
    pub(crate) fn expand_issue(
        &self,
        view: View,
        issue: &Issue,
        expand: &[String],
        value: &mut Value,
    ) {
        let names: Vec<String> = value["fields"]
            .as_object()
            .map(|fields| fields.keys().cloned().collect())
            .unwrap_or_default();
        let wants = |item: &str| expand.iter().any(|name| name == item);
        if wants("names") {
            value["names"] = names
                .iter()
                .map(|id| (id.clone(), json!(field_name(id))))
                .collect::<Map<_, _>>()
                .into();
        }
        if wants("schema") {
            value["schema"] = names
                .iter()
                .map(|id| (id.clone(), schema(id)))
                .collect::<Map<_, _>>()
                .into();
        }
        if wants("renderedFields") {
            let html = |text: &Option<crate::jira::model::RichText>| {
                text.as_ref().map(|text| render::html(&text.adf))
            };
            value["renderedFields"] = json!({"description": html(&issue.description), "environment": html(&issue.environment)});
        }
        if wants("transitions") {
            let fields = wants("transitions.fields");
            value["transitions"] = self
                .available_transitions(issue)
                .iter()
                .map(|step| self.transition_view(view, step, fields))
                .collect();
        }
    }

    /// The properties among these keys that an issue has.
    pub(crate) fn issue_properties(issue: &Issue, keys: &[String]) -> Value {
        let all = keys.iter().any(|key| key == "*all");
        issue
            .properties
            .iter()
            .filter(|(key, _)| all || keys.contains(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<Map<_, _>>()
            .into()
    }

    /// All fields of an issue.
    pub(crate) fn issue_fields(&self, view: View, issue: &Issue) -> Map<String, Value> {
        let mut fields = self.main_fields(view, issue);
        fields.extend(self.related_fields(view, issue));
        fields.extend(quiet_fields());
        for field in CUSTOM_FIELDS {
            let value = issue.custom.get(field.id).cloned().unwrap_or(Value::Null);
            fields.insert(
                field.id.to_owned(),
                self.custom_value(view, field.kind, value),
            );
        }
        fields
    }

    fn custom_value(&self, view: View, kind: CustomKind, value: Value) -> Value {
        match kind {
            CustomKind::Text => value,
            CustomKind::Select(options) => options
                .iter()
                .find(|(id, _)| value == *id)
                .map_or(Value::Null, |option| self.option_ref(view, *option)),
        }
    }

    fn main_fields(&self, view: View, issue: &Issue) -> Map<String, Value> {
        let text = |text: &Option<crate::jira::model::RichText>| {
            text.as_ref().map_or(Value::Null, |text| rich(view, text))
        };
        let fields = json!({
            "statuscategorychangedate": timestamp(issue.status_changed),
            "issuetype": self.issue_type_ref(view, issue_type(issue.kind)),
            "project": self.project_ref(view, self.project_of(issue)),
            "status": self.status_ref(view, status(issue.status)),
            "statusCategory": self.status_ref(view, status(issue.status))["statusCategory"],
            "priority": self.priority_ref(view, priority(issue.priority)),
            "resolution": issue.resolved.map(|_| self.resolution_ref(view)),
            "resolutiondate": issue.resolved.map(timestamp),
            "summary": issue.summary,
            "description": text(&issue.description),
            "environment": text(&issue.environment),
            "labels": issue.labels,
            "created": timestamp(issue.created),
            "updated": timestamp(issue.updated),
            "duedate": issue.due_date,
            "assignee": issue.assignee.map(|id| self.user_ref(view, id)),
            "reporter": self.user_ref(view, issue.reporter),
            "creator": self.user_ref(view, issue.creator),
        });
        into_map(fields)
    }

    fn related_fields(&self, view: View, issue: &Issue) -> Map<String, Value> {
        let base = format!("{}/issue/{}", self.api(view), issue.id);
        let comments: Vec<Value> = issue
            .comments
            .iter()
            .take(20)
            .map(|comment| self.comment_view(view, issue, comment))
            .collect();
        let subtasks: Vec<Value> = self
            .children_of(issue.id)
            .into_iter()
            .filter(|child| issue_type(child.kind).level < 0)
            .map(|child| self.issue_link(view, child))
            .collect();
        let mut fields = into_map(json!({
            "comment": {
                "self": format!("{base}/comment"),
                "comments": comments,
                "maxResults": comments.len(),
                "total": issue.comments.len(),
                "startAt": 0,
            },
            "subtasks": subtasks,
            "watches": {"self": format!("{base}/watchers"), "watchCount": 1, "isWatching": false},
            "votes": {"self": format!("{base}/votes"), "votes": 0, "hasVoted": false},
        }));
        let parent = issue.parent.and_then(|id| self.issues.get(&id));
        if view.version == ApiVersion::Server && issue_type(issue.kind).level == 0 {
            let key = parent.map(|epic| &epic.key);
            fields.insert(EPIC_LINK.0.to_owned(), json!(key));
        } else if let Some(parent) = parent {
            fields.insert("parent".to_owned(), self.issue_link(view, parent));
        }
        fields
    }

    /// An issue as its parent or child shows it.
    fn issue_link(&self, view: View, issue: &Issue) -> Value {
        json!({
            "id": issue.id.to_string(),
            "key": issue.key,
            "self": format!("{}/issue/{}", self.api(view), issue.id),
            "fields": {
                "summary": issue.summary,
                "status": self.status_ref(view, status(issue.status)),
                "priority": self.priority_ref(view, priority(issue.priority)),
                "issuetype": self.issue_type_ref(view, issue_type(issue.kind)),
            },
        })
    }
}

/// What an empty Jira issue carries besides; clients rely on these being there.
fn quiet_fields() -> Map<String, Value> {
    into_map(json!({
        "attachment": [], "components": [], "fixVersions": [], "versions": [], "issuelinks": [],
        "issuerestriction": {"issuerestrictions": {}, "shouldDisplay": false},
        "timetracking": {}, "workratio": -1, "lastViewed": null, "security": null,
        "timespent": null, "timeestimate": null, "timeoriginalestimate": null,
        "aggregatetimespent": null, "aggregatetimeestimate": null,
        "aggregatetimeoriginalestimate": null,
        "progress": {"progress": 0, "total": 0},
        "aggregateprogress": {"progress": 0, "total": 0},
        "worklog": {"startAt": 0, "maxResults": 20, "total": 0, "worklogs": []},
    }))
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The name of a field on screens.
pub(crate) fn field_name(id: &str) -> &str {
    match id {
        "summary" => "Summary",
        "description" => "Description",
        "environment" => "Environment",
        "issuetype" => "Issue Type",
        "project" => "Project",
        "priority" => "Priority",
        "status" => "Status",
        "statusCategory" => "Status Category",
        "labels" => "Labels",
        "assignee" => "Assignee",
        "reporter" => "Reporter",
        "creator" => "Creator",
        "parent" => "Parent",
        "comment" => "Comment",
        "created" => "Created",
        "updated" => "Updated",
        "duedate" => "Due date",
        "resolution" => "Resolution",
        "resolutiondate" => "Resolved",
        "subtasks" => "Sub-tasks",
        "attachment" => "Attachment",
        "components" => "Components",
        "fixVersions" => "Fix versions",
        "versions" => "Affects versions",
        "issuelinks" => "Linked Issues",
        "watches" => "Watchers",
        "votes" => "Votes",
        _ => custom_field(id).map_or(id, |field| field.name),
    }
}
