//! The whole site as one JSON value, for the page and for test oracles.

use serde_json::{Value, json};

use super::Edition;
use super::model::{Page, Status};
use super::state::ConfluenceState;
use super::storage;

/// Every page with what a person would see of it, newest change first.
pub(crate) fn snapshot(confluence: &ConfluenceState) -> Value {
    let mut pages: Vec<&Page> = confluence.pages.values().collect();
    pages.sort_by_key(|page| std::cmp::Reverse(page.updated()));
    let pages: Vec<Value> = pages
        .into_iter()
        .map(|page| one(confluence, page))
        .collect();
    let spaces: Vec<Value> = confluence
        .spaces
        .iter()
        .map(|space| {
            json!({
                "id": space.id.to_string(), "key": space.key, "name": space.name,
                "description": space.description,
            })
        })
        .collect();
    json!({
        "site": confluence.base(Edition::Cloud),
        "spaces": spaces,
        "pages": pages,
        "create_requests": confluence.create_requests,
        "settings": confluence.settings,
    })
}

pub(super) fn one(confluence: &ConfluenceState, page: &Page) -> Value {
    let name = |id: &str| confluence.find_account(id).map(|account| account.name);
    let labels: Vec<&str> = page
        .labels
        .iter()
        .map(|label| label.name.as_str())
        .collect();
    let parent = page.parent.and_then(|id| confluence.pages.get(&id));
    let storage = page.body.storage();
    let text = storage::plain(&storage);
    json!({
        "id": page.id.to_string(),
        "space": confluence.space_of(page).key,
        "title": page.title,
        "trashed": page.status == Status::Trashed,
        "parent": parent.map(|parent| &parent.title),
        "version": page.number(),
        "author": name(page.author),
        "last_author": name(page.last_author()),
        "labels": labels,
        "properties": page.properties.values().map(|one| (one.key.clone(), one.value.clone())).collect::<serde_json::Map<_, _>>(),
        "storage": storage,
        "text": text,
        "url": format!("{}{}", confluence.base(Edition::Cloud), confluence.web_path(Edition::Cloud, page)),
    })
}
