//! Reading the `fields` and `update` of a request into typed edits, with Jira's complaints.
//!
//! All complaints of one request are collected, as Jira does. Nothing is
//! changed here; `changes` applies the edits. Texts are read in `rich`, users
//! in `user`, everything small in `values`.

mod rich;
mod user;
mod values;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::{JiraError, Outcome};
use super::http::ApiVersion;
use super::model::{Issue, IssueType, Project, RichText};
use super::screens::{self, ScreenField};
use super::site::{EPIC_LINK, ISSUE_TYPES, PRIORITIES};
use super::state::{JiraState, custom_field, issue_type};

/// What a request wants to set. `None` leaves a field as it is.
#[expect(
    clippy::option_option,
    reason = "in Jira's JSON an absent field and a null are different wishes"
)]
#[derive(Debug, Default)]
pub(crate) struct Edits {
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<Option<RichText>>,
    pub(crate) environment: Option<Option<RichText>>,
    pub(crate) due_date: Option<Option<String>>,
    pub(crate) priority: Option<&'static str>,
    pub(crate) labels: Option<Vec<String>>,
    pub(crate) assignee: Option<Option<&'static str>>,
    pub(crate) reporter: Option<&'static str>,
    pub(crate) parent: Option<Option<u64>>,
    pub(crate) issue_type: Option<&'static str>,
    pub(crate) custom: BTreeMap<&'static str, Option<Value>>,
}

/// What is being written, and on which screen.
pub(crate) struct Target<'a> {
    pub(crate) jira: &'a JiraState,
    pub(crate) project: &'a Project,
    pub(crate) kind: &'static IssueType,
    pub(crate) version: ApiVersion,
    /// The issue that is edited; none when one is created.
    pub(crate) issue: Option<&'a Issue>,
}

pub(crate) use rich::comment_body;
pub(crate) use user::read as user;

type Complaints = BTreeMap<String, String>;
type Read<T> = Result<T, String>;

/// The project that a create request names.
pub(crate) fn project<'a>(
    jira: &'a JiraState,
    fields: &Map<String, Value>,
) -> Outcome<&'a Project> {
    let complain = |text: &str| JiraError::field("project", text);
    let object = match fields.get("project") {
        None | Some(Value::Null) => return Err(complain("Specify a valid project ID or key")),
        Some(Value::Object(object)) => object,
        Some(_) => return Err(complain("data was not an object")),
    };
    let name = reference(object, "id", "key").map_err(|text| complain(&text))?;
    name.and_then(|name| jira.find_project(name))
        .ok_or_else(|| complain("valid project is required"))
}

/// The issue type that a create request names.
pub(crate) fn kind(project: &Project, fields: &Map<String, Value>) -> Outcome<&'static IssueType> {
    let complain = |text: &str| JiraError::field("issuetype", text);
    match fields.get("issuetype") {
        None | Some(Value::Null) => Err(complain("Specify an issue type")),
        Some(value) => read_kind(project, value).map_err(|text| complain(&text)),
    }
}

fn read_kind(project: &Project, value: &Value) -> Read<&'static IssueType> {
    let object = value.as_object().ok_or("data was not an object")?;
    let name = reference(object, "id", "name")?.ok_or("Specify a valid issue type")?;
    let offered = |kind: &&IssueType| project.issue_types.contains(&kind.id);
    let named = |kind: &&IssueType| kind.id == name || kind.name == name;
    match ISSUE_TYPES.iter().filter(named).find(offered) {
        Some(kind) => Ok(kind),
        None if ISSUE_TYPES.iter().any(|kind| named(&kind)) => {
            Err("The issue type selected is invalid.".to_owned())
        }
        None => Err("Specify a valid issue type".to_owned()),
    }
}

/// The value of `id` or else of the other key, which must be strings.
fn reference<'a>(object: &'a Map<String, Value>, id: &str, other: &str) -> Read<Option<&'a str>> {
    for key in [id, other] {
        match object.get(key) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => return Ok(Some(text)),
            Some(_) => return Err(format!("expected '{key}' property to be a string")),
        }
    }
    Ok(None)
}

impl Target<'_> {
    /// Reads `fields` and `update`; every field must be on the screen.
    pub(crate) fn read(
        &self,
        fields: &Map<String, Value>,
        update: &Map<String, Value>,
    ) -> Outcome<Edits> {
        let screen = screens::fields(self.project, self.kind, self.version);
        let mut edits = Edits::default();
        let mut complaints = Complaints::new();
        for (id, value) in fields {
            if self.issue.is_none() && matches!(id.as_str(), "project" | "issuetype") {
                continue;
            }
            if update.contains_key(id) {
                complaints.insert(
                    id.clone(),
                    format!("Field '{id}' cannot appear in both 'fields' and 'update'"),
                );
                continue;
            }
            let read = on_screen(&screen, id).and_then(|()| self.set(&mut edits, id, value));
            note(&mut complaints, id, read);
        }
        for (id, operations) in update.iter().filter(|(id, _)| *id != "comment") {
            let read =
                on_screen(&screen, id).and_then(|()| self.operate(&mut edits, id, operations));
            note(&mut complaints, id, read);
        }
        if self.issue.is_none() {
            self.require(&screen, &edits, &mut complaints);
        }
        if complaints.contains_key("\0adf") {
            return Err(JiraError::invalid_input());
        }
        if complaints.is_empty() {
            Ok(edits)
        } else {
            Err(JiraError::fields(complaints))
        }
    }

    fn set(&self, edits: &mut Edits, id: &str, value: &Value) -> Read<()> {
        match id {
            "summary" => edits.summary = Some(values::summary(value)?),
            "description" => edits.description = Some(self.rich(value)?),
            "environment" => edits.environment = Some(self.rich(value)?),
            "duedate" => edits.due_date = Some(values::date(value)?),
            "priority" => edits.priority = Some(self.priority(value)?),
            "labels" => edits.labels = Some(values::labels(value)?),
            "assignee" => edits.assignee = Some(user::read(self.jira, self.version, value)?),
            "reporter" => match user::read(self.jira, self.version, value)? {
                Some(account) => edits.reporter = Some(account),
                None => return Err("Reporter is required.".to_owned()),
            },
            "parent" => edits.parent = Some(self.parent(value)?),
            id if id == EPIC_LINK.0 => edits.parent = Some(self.epic(value)?),
            "issuetype" => edits.issue_type = Some(read_kind(self.project, value)?.id),
            _ => {
                let field = custom_field(id).ok_or_else(|| unknown_field(id))?;
                edits
                    .custom
                    .insert(field.id, values::custom(field.kind, value)?);
            }
        }
        Ok(())
    }

    /// Applies operations such as `[{"add": "label"}]`.
    fn operate(&self, edits: &mut Edits, id: &str, operations: &Value) -> Read<()> {
        let operations = operations.as_array().ok_or("data was not an array")?;
        for operation in operations {
            let object = operation.as_object().ok_or("data was not an object")?;
            for (verb, value) in object {
                match (id, verb.as_str()) {
                    (_, "set") => self.set(edits, id, value)?,
                    ("labels", "add" | "remove") => self.one_label(edits, verb, value)?,
                    _ => return Err(format!("Field does not support the operation '{verb}'")),
                }
            }
        }
        Ok(())
    }

    fn one_label(&self, edits: &mut Edits, verb: &str, value: &Value) -> Read<()> {
        let wrapped = Value::Array(vec![value.clone()]);
        let label = values::labels(&wrapped)?.pop().unwrap_or_default();
        let current = || {
            self.issue
                .map(|issue| issue.labels.clone())
                .unwrap_or_default()
        };
        let list = edits.labels.get_or_insert_with(current);
        list.retain(|existing| *existing != label);
        if verb == "add" {
            list.push(label);
        }
        Ok(())
    }

    fn rich(&self, value: &Value) -> Read<Option<RichText>> {
        rich::read(self.version, value)
    }

    fn priority(&self, value: &Value) -> Read<&'static str> {
        if value.is_null() {
            return Ok(self.project.default_priority);
        }
        let object = value.as_object().ok_or("data was not an object")?;
        let name = reference(object, "id", "name")?
            .ok_or("Could not find valid 'id' or 'name' in priority object.")?;
        PRIORITIES
            .iter()
            .filter(|priority| self.project.priorities.contains(&priority.id))
            .find(|priority| priority.id == name || priority.name == name)
            .map(|priority| priority.id)
            .ok_or_else(|| "The priority selected is invalid.".to_owned())
    }

    fn parent(&self, value: &Value) -> Read<Option<u64>> {
        if value.is_null() {
            return Ok(None);
        }
        let object = value.as_object().ok_or("data was not an object")?;
        let name = reference(object, "id", "key")?.ok_or("Could not find issue by id or key.")?;
        let parent = self
            .jira
            .find_issue(name)
            .ok_or("Could not find issue by id or key.")?;
        let same_project = self.kind.level == 0 || parent.project == self.project.id;
        if issue_type(parent.kind).level == self.kind.level + 1 && same_project {
            Ok(Some(parent.id))
        } else {
            Err("Given parent work item does not belong to appropriate hierarchy.".to_owned())
        }
    }

    /// Data Center takes the key of an epic as it is.
    fn epic(&self, value: &Value) -> Read<Option<u64>> {
        match value {
            Value::Null => Ok(None),
            Value::String(key) => self
                .parent(&json!({ "key": key }))
                .map_err(|_| format!("Issue '{key}' must be of type 'Epic'.")),
            _ => Err("data was not a string".to_owned()),
        }
    }

    /// Complains about required fields that a create request leaves out.
    fn require(&self, screen: &[ScreenField], edits: &Edits, complaints: &mut Complaints) {
        if edits.summary.is_none() {
            complaints
                .entry("summary".to_owned())
                .or_insert_with(|| "You must specify a summary of the issue.".to_owned());
        }
        if self.kind.level < 0 && !matches!(edits.parent, Some(Some(_))) {
            complaints.entry("parent".to_owned()).or_insert_with(|| {
                "Issue type is a sub-task but parent issue key or id not specified.".to_owned()
            });
        }
        for field in screen.iter().filter(|field| field.required) {
            let missing = custom_field(field.id).is_some()
                && !matches!(edits.custom.get(field.id), Some(Some(_)));
            if missing {
                complaints
                    .entry(field.id.to_owned())
                    .or_insert_with(|| format!("{} is required.", field.name));
            }
        }
    }
}

/// An invalid document outranks every other complaint, as on the real site.
fn note(complaints: &mut Complaints, id: &str, read: Read<()>) {
    match read {
        Ok(()) => {}
        Err(text) if text == rich::INVALID => {
            complaints.insert("\0adf".to_owned(), text);
        }
        Err(text) if id == "parent" && text.starts_with("Given parent") => {
            complaints.insert("parentId".to_owned(), text);
        }
        Err(text) => {
            complaints.insert(id.to_owned(), text);
        }
    }
}

fn on_screen(screen: &[ScreenField], id: &str) -> Read<()> {
    if screen.iter().any(|field| field.id == id && id != "project") {
        Ok(())
    } else {
        Err(unknown_field(id))
    }
}

fn unknown_field(id: &str) -> String {
    format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.")
}
