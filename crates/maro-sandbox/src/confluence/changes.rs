//! Everything that changes a page.
//!
//! **Invariant:** a title is unique among the current pages of a space, a new
//! version is the old number plus one, and the search index is told (`touch`)
//! in the same lock as the change.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::body::Body;
use super::error::{Outcome, Trouble};
use super::model::{Label, Page, Property, Status, Version};
use super::state::ConfluenceState;

/// Confluence's limit for titles.
const LONGEST_TITLE: usize = 255;
/// Confluence's limit for the value of a property.
const LONGEST_VALUE: usize = 32 * 1024;

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By {
    pub(crate) actor: &'static str,
    pub(crate) now: DateTime<Utc>,
}

/// What a page is created from.
pub(crate) struct NewPage {
    pub(crate) space: u64,
    pub(crate) title: String,
    pub(crate) parent: Option<u64>,
    pub(crate) body: Body,
}

/// What a new version of a page changes. `None` leaves a thing as it is.
pub(crate) struct NewVersion {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) parent: Option<u64>,
    pub(crate) body: Option<Body>,
    pub(crate) message: String,
    pub(crate) minor: bool,
}

impl ConfluenceState {
    /// Creates a page and returns its id.
    pub(crate) fn create_page(&mut self, by: By, new: NewPage) -> Outcome<u64> {
        let title = self.check_title(new.space, &new.title, None)?;
        let homepage = self.find_space(new.space).and_then(|space| space.homepage);
        let parent = match new.parent {
            Some(parent) => Some(self.check_parent(new.space, parent)?),
            None => homepage,
        };
        let id = self.next_id();
        let page = Page {
            id,
            space: new.space,
            title,
            status: Status::Current,
            parent,
            body: new.body,
            author: by.actor,
            created: by.now,
            versions: vec![version(by, 1, String::new(), false)],
            labels: Vec::new(),
            properties: BTreeMap::new(),
        };
        self.pages.insert(id, page);
        self.touch(id, by.now);
        Ok(id)
    }

    /// Saves a new version of a page, if nobody saved one in between.
    pub(crate) fn save_version(&mut self, by: By, id: u64, new: NewVersion) -> Outcome<()> {
        let page = self.load_page(id)?;
        let (current, space) = (page.number(), page.space);
        if new.number != current + 1 {
            return Err(Trouble::conflict(format!(
                "Version must be incremented on update. Current version is: {current}"
            )));
        }
        let title = self.check_title(space, &new.title, Some(id))?;
        let parent = match new.parent {
            Some(parent) if parent == id => {
                return Err(Trouble::bad_request("A page can not be its own parent"));
            }
            Some(parent) => Some(self.check_parent(space, parent)?),
            None => None,
        };
        if let Some(page) = self.pages.get_mut(&id) {
            page.title = title;
            page.parent = parent.or(page.parent);
            page.body = new.body.unwrap_or_else(|| page.body.clone());
            page.versions
                .push(version(by, new.number, new.message, new.minor));
        }
        self.touch(id, by.now);
        Ok(())
    }

    /// Moves a page to the trash.
    pub(crate) fn trash_page(&mut self, by: By, id: u64) -> Outcome<()> {
        self.load_page(id)?;
        if let Some(page) = self.pages.get_mut(&id) {
            page.status = Status::Trashed;
        }
        self.touch(id, by.now);
        Ok(())
    }

    /// Adds labels that the page does not have yet.
    pub(crate) fn add_labels(&mut self, by: By, id: u64, names: &[(String, String)]) {
        for (prefix, name) in names {
            let label = Label {
                id: self.next_id(),
                prefix: prefix.clone(),
                name: name.to_lowercase(),
            };
            if let Some(page) = self.pages.get_mut(&id)
                && page.labels.iter().all(|known| known.name != label.name)
            {
                page.labels.push(label);
            }
        }
        self.touch(id, by.now);
    }

    /// Adds a property, or a new version of one. `number` is the version it must get.
    pub(crate) fn set_property(
        &mut self,
        by: By,
        id: u64,
        (key, value): (&str, Value),
        number: Option<u64>,
    ) -> Outcome<Property> {
        if key.is_empty() || key.chars().count() > 255 {
            return Err(Trouble::bad_request(
                "The key of a property has 1 to 255 characters",
            ));
        }
        if value.to_string().len() > LONGEST_VALUE {
            return Err(Trouble::bad_request(
                "The value of a property has at most 32 KB",
            ));
        }
        let known = self.load_page(id)?.properties.get(key).cloned();
        let version = match (&known, number) {
            (None, None) => 1,
            (None, Some(_)) => {
                return Err(Trouble::not_found(format!(
                    "No property found with key: {key}"
                )));
            }
            (Some(_), None) => {
                return Err(Trouble::conflict(format!(
                    "A property with key {key} exists already"
                )));
            }
            (Some(old), Some(number)) if number == old.version + 1 => number,
            (Some(old), Some(_)) => {
                return Err(Trouble::conflict(format!(
                    "Version must be incremented on update. Current version is: {}",
                    old.version
                )));
            }
        };
        let property = Property {
            id: known.map_or_else(|| self.next_id(), |old| old.id),
            key: key.to_owned(),
            value,
            version,
            author: by.actor,
            at: by.now,
        };
        if let Some(page) = self.pages.get_mut(&id) {
            page.properties.insert(key.to_owned(), property.clone());
        }
        Ok(property)
    }

    /// Removes a property.
    pub(crate) fn remove_property(&mut self, id: u64, key: &str) -> Outcome<()> {
        self.load_page(id)?;
        self.pages
            .get_mut(&id)
            .and_then(|page| page.properties.remove(key))
            .map(|_| ())
            .ok_or_else(|| Trouble::not_found(format!("No property found with key: {key}")))
    }

    fn check_title(&self, space: u64, title: &str, own: Option<u64>) -> Outcome<String> {
        let title = title.trim();
        if title.is_empty() {
            return Err(Trouble::bad_request("Page title can not be empty"));
        }
        if title.chars().count() > LONGEST_TITLE {
            return Err(Trouble::bad_request(
                "Title is too long. It must not have more than 255 characters",
            ));
        }
        if title.chars().any(char::is_control) {
            return Err(Trouble::bad_request("Title has illegal characters"));
        }
        match self.find_titled(space, title) {
            Some(other) if Some(other.id) != own => Err(Trouble::bad_request(
                "A page with this title already exists: A page already exists with the same TITLE in this space",
            )),
            _ => Ok(title.to_owned()),
        }
    }

    fn check_parent(&self, space: u64, parent: u64) -> Outcome<u64> {
        match self.load_page(parent) {
            Ok(page) if page.space == space => Ok(parent),
            _ => Err(Trouble::not_found(
                "Parent page not found or not in the same space",
            )),
        }
    }
}

fn version(by: By, number: u64, message: String, minor: bool) -> Version {
    Version {
        number,
        author: by.actor,
        at: by.now,
        message,
        minor,
    }
}
