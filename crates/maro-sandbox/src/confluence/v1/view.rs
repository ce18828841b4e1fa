//! How things look in version 1. What is not asked for by `expand` is named in `_expandable`.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::confluence::Edition;
use crate::confluence::model::{Label, Page, Property, Space, Status, Version};
use crate::confluence::state::ConfluenceState;
use crate::query::Params;

/// A time as version 1 writes it.
pub(super) fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// What a caller wants expanded, such as `body.storage`.
#[derive(Debug, Default)]
pub(super) struct Expand(Vec<String>);

impl Expand {
    pub(super) fn of(params: &Params) -> Self {
        Self(params.list("expand"))
    }

    /// What writes answer with.
    pub(super) fn after_write() -> Self {
        Self(
            ["body.storage", "version", "space", "history", "ancestors"]
                .map(str::to_owned)
                .to_vec(),
        )
    }

    /// Whether this or something inside it is wanted.
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|one| {
            one == name
                || one
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('.'))
        })
    }

    /// What is wanted inside this.
    fn inside<'a>(&'a self, name: &str) -> Vec<&'a str> {
        self.0
            .iter()
            .filter_map(|one| one.strip_prefix(name)?.strip_prefix('.'))
            .collect()
    }
}

impl ConfluenceState {
    /// A page with what was asked for.
    pub(super) fn content(&self, edition: Edition, page: &Page, expand: &Expand) -> Value {
        let base = self.base(edition);
        let api = format!("{base}/rest/api/content/{}", page.id);
        let mut value = json!({
            "id": page.id.to_string(),
            "type": "page",
            "status": page.status.text(),
            "title": page.title,
            "extensions": {"position": page.id % 10_000},
            "_links": {
                "self": api,
                "webui": self.web_path(edition, page),
                "edit": format!("/pages/resumedraft.action?draftId={}", page.id),
                "tinyui": format!("/x/{}", page.id),
                "base": base,
                "context": if edition == Edition::Cloud { "/wiki" } else { "/dc/confluence" },
                "collection": "/rest/api/content",
            },
        });
        let mut expandable = Map::new();
        let mut part = |name: &str, show: &dyn Fn() -> Value| {
            if expand.has(name) {
                value[name] = show();
            } else {
                expandable.insert(name.to_owned(), json!(""));
            }
        };
        part("space", &|| self.space_v1(edition, self.space_of(page)));
        part("version", &|| self.version(edition, page.versions.last()));
        part("history", &|| self.history_of(edition, page));
        part("ancestors", &|| self.ancestors(edition, page));
        part("body", &|| body(page, &expand.inside("body")));
        part("children", &|| children(&expand.inside("children")));
        part("metadata", &|| metadata(page, &expand.inside("metadata")));
        value["_expandable"] = Value::Object(expandable);
        value
    }

    /// A user as shown inside other things.
    pub(super) fn user(&self, edition: Edition, id: &str) -> Value {
        let Some(account) = self.find_account(id) else {
            return Value::Null;
        };
        let picture = json!({
            "path": "/aa-avatar/default", "width": 48, "height": 48, "isDefault": true,
        });
        let name = account.email.split('@').next().unwrap_or_default();
        match edition {
            Edition::Cloud => json!({
                "type": "known",
                "accountId": account.id,
                "accountType": account.kind,
                "email": if account.email_visible { account.email.as_str() } else { "" },
                "publicName": account.name,
                "displayName": account.name,
                "profilePicture": picture,
            }),
            Edition::DataCenter => json!({
                "type": "known",
                "username": name,
                "userKey": format!("8a8181{:0>26}", account.id.len()),
                "displayName": account.name,
                "profilePicture": picture,
            }),
        }
    }

    /// The history resource of a page.
    pub(super) fn history_of(&self, edition: Edition, page: &Page) -> Value {
        json!({
            "latest": true,
            "createdBy": self.user(edition, page.author),
            "createdDate": timestamp(page.created),
            "lastUpdated": self.version(edition, page.versions.last()),
            "_links": {"self": format!("{}/rest/api/content/{}/history", self.base(edition), page.id)},
        })
    }

    fn version(&self, edition: Edition, version: Option<&Version>) -> Value {
        version.map_or(Value::Null, |version| {
            json!({
                "by": self.user(edition, version.author),
                "when": timestamp(version.at),
                "friendlyWhen": version.at.format("%b %d, %Y").to_string(),
                "message": version.message,
                "number": version.number,
                "minorEdit": version.minor,
            })
        })
    }

    /// A space.
    pub(super) fn space_v1(&self, edition: Edition, space: &Space) -> Value {
        let base = self.base(edition);
        json!({
            "id": space.id,
            "key": space.key,
            "name": space.name,
            "type": "global",
            "status": "current",
            "_links": {
                "self": format!("{base}/rest/api/space/{}", space.key),
                "webui": if edition == Edition::Cloud {
                    format!("/spaces/{}", space.key)
                } else {
                    format!("/display/{}", space.key)
                },
            },
            "_expandable": {"homepage": space.homepage.map(|id| format!("/rest/api/content/{id}")), "description": ""},
        })
    }

    fn ancestors(&self, edition: Edition, page: &Page) -> Value {
        let mut list: Vec<Value> = Vec::new();
        let mut next = page.parent;
        while let Some(parent) = next.and_then(|id| self.pages.get(&id)) {
            if list.len() > self.pages.len() {
                break;
            }
            list.insert(0, self.content(edition, parent, &Expand::default()));
            next = parent.parent;
        }
        Value::Array(list)
    }

    /// Pages directly below a page.
    pub(super) fn children_of(&self, id: u64) -> Vec<&Page> {
        self.pages
            .values()
            .filter(|page| page.parent == Some(id) && page.status == Status::Current)
            .collect()
    }
}

fn metadata(page: &Page, wanted: &[&str]) -> Value {
    let mut value = json!({});
    if wanted.iter().any(|name| name.starts_with("labels")) {
        value["labels"] = list_of(&page.labels.iter().map(label).collect::<Vec<_>>());
    }
    if wanted.iter().any(|name| name.starts_with("properties")) {
        value["properties"] = page
            .properties
            .values()
            .map(|one| (one.key.clone(), property(one)))
            .collect::<Map<_, _>>()
            .into();
    }
    value
}

fn body(page: &Page, wanted: &[&str]) -> Value {
    wanted
        .iter()
        .filter_map(|form| {
            let value = page.body.in_form(form)?;
            Some((
                (*form).to_owned(),
                json!({"value": value, "representation": form}),
            ))
        })
        .collect::<Map<_, _>>()
        .into()
}

/// Attachments and comments are not simulated: there are none.
fn children(wanted: &[&str]) -> Value {
    wanted
        .iter()
        .filter(|kind| matches!(**kind, "attachment" | "comment"))
        .map(|kind| ((*kind).to_owned(), list_of(&[])))
        .collect::<Map<_, _>>()
        .into()
}

/// A short list in the shape that version 1 has for all lists.
pub(super) fn list_of(results: &[Value]) -> Value {
    json!({
        "size": results.len(), "start": 0, "limit": 200, "results": results,
        "_links": {},
    })
}

/// A label.
pub(super) fn label(label: &Label) -> Value {
    json!({
        "prefix": label.prefix, "name": label.name, "id": label.id.to_string(), "label": label.name,
    })
}

/// A property.
pub(super) fn property(property: &Property) -> Value {
    json!({
        "id": property.id.to_string(),
        "key": property.key,
        "value": property.value,
        "version": {"number": property.version, "when": timestamp(property.at), "minorEdit": false},
    })
}
