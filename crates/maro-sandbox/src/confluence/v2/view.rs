//! How things look in version 2.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::confluence::Edition;
use crate::confluence::model::{Label, Page, Property, Space};
use crate::confluence::state::ConfluenceState;

/// A time as Confluence writes it in version 2.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The code in a short link.
pub(crate) fn tiny(id: u64) -> String {
    BASE64URL_NOPAD.encode(&id.to_le_bytes()[..4])
}

impl ConfluenceState {
    /// A page; `body` is the form that was asked for.
    pub(super) fn page_v2(&self, page: &Page, body: Option<&str>) -> Value {
        let base = self.base(Edition::Cloud);
        let web = self.web_path(Edition::Cloud, page);
        let key = self.space_of(page).key;
        let bodies = body
            .and_then(|form| Some((form, page.body.in_form(form)?)))
            .map_or_else(
                || json!({}),
                |(form, value)| json!({form: {"representation": form, "value": value}}),
            );
        json!({
            "id": page.id.to_string(),
            "status": page.status.text(),
            "title": page.title,
            "spaceId": page.space.to_string(),
            "parentId": page.parent.map(|id| id.to_string()),
            "parentType": page.parent.map(|_| "page"),
            "position": page.id % 10_000,
            "authorId": page.author,
            "ownerId": page.author,
            "lastOwnerId": Value::Null,
            "createdAt": timestamp(page.created),
            "version": version(page),
            "body": bodies,
            "_links": {
                "base": base,
                "webui": web,
                "editui": format!("/pages/resumedraft.action?draftId={}", page.id),
                "edituiv2": format!("/spaces/{key}/pages/edit-v2/{}", page.id),
                "tinyui": format!("/x/{}", tiny(page.id)),
            },
        })
    }
}

/// A space.
pub(super) fn space(space: &Space) -> Value {
    json!({
        "id": space.id.to_string(),
        "key": space.key,
        "name": space.name,
        "type": "global",
        "status": "current",
        "authorId": space.author,
        "createdAt": timestamp(space.created),
        "homepageId": space.homepage.map(|id| id.to_string()),
        "spaceOwnerId": space.author,
        "description": Value::Null,
        "icon": Value::Null,
        "_links": {"webui": format!("/spaces/{}", space.key)},
    })
}

fn version(page: &Page) -> Value {
    let newest = page.versions.last();
    json!({
        "number": page.number(),
        "message": newest.map_or("", |version| version.message.as_str()),
        "minorEdit": newest.is_some_and(|version| version.minor),
        "authorId": page.last_author(),
        "createdAt": timestamp(page.updated()),
        "ncsStepVersion": Value::Null,
    })
}

/// A property.
pub(super) fn property(property: &Property) -> Value {
    json!({
        "id": property.id.to_string(),
        "key": property.key,
        "value": property.value,
        "version": {
            "number": property.version, "message": "", "minorEdit": false,
            "authorId": property.author, "createdAt": timestamp(property.at),
        },
    })
}

/// A label.
pub(super) fn label(label: &Label) -> Value {
    json!({"id": label.id.to_string(), "name": label.name, "prefix": label.prefix})
}
