//! What the simulated Confluence holds: spaces, pages, versions, labels, properties.
//!
//! Plain values. How they change is in `changes`, how they look in `v1` and `v2`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::body::Body;

/// A space.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) id: u64,
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) homepage: Option<u64>,
    pub(crate) author: &'static str,
    pub(crate) created: DateTime<Utc>,
}

/// Whether a page is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Current,
    Trashed,
}

impl Status {
    /// How the API writes it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Trashed => "trashed",
        }
    }
}

/// One saved state of a page, without what it said.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) author: &'static str,
    pub(crate) at: DateTime<Utc>,
    pub(crate) message: String,
    pub(crate) minor: bool,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) id: u64,
    pub(crate) prefix: String,
    pub(crate) name: String,
}

/// A content property.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) version: u64,
    pub(crate) author: &'static str,
    pub(crate) at: DateTime<Utc>,
}

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) id: u64,
    pub(crate) space: u64,
    pub(crate) title: String,
    pub(crate) status: Status,
    pub(crate) parent: Option<u64>,
    pub(crate) body: Body,
    pub(crate) author: &'static str,
    pub(crate) created: DateTime<Utc>,
    /// The newest last; never empty.
    pub(crate) versions: Vec<Version>,
    pub(crate) labels: Vec<Label>,
    pub(crate) properties: BTreeMap<String, Property>,
}

impl Page {
    /// The number of the newest version.
    pub(crate) fn number(&self) -> u64 {
        self.versions.last().map_or(1, |version| version.number)
    }

    /// When it was last saved.
    pub(crate) fn updated(&self) -> DateTime<Utc> {
        self.versions
            .last()
            .map_or(self.created, |version| version.at)
    }

    /// Who saved it last.
    pub(crate) fn last_author(&self) -> &'static str {
        self.versions
            .last()
            .map_or(self.author, |version| version.author)
    }
}
