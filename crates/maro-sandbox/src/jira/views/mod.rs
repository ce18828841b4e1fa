//! How things look in Jira's JSON.
//!
//! The shapes follow the official OpenAPI document and recorded payloads.
//! Nothing here changes anything.

mod comment;
mod issue;
mod parts;
mod transition;

use chrono::{DateTime, Utc};

pub(crate) use issue::{FieldFilter, FieldSet, field_name};

use super::http::ApiVersion;
use super::state::JiraState;

/// For whom and in which version something is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) version: ApiVersion,
    pub(crate) viewer: &'static str,
}

impl JiraState {
    /// The root of the REST API that links lead to.
    pub(crate) fn api(&self, view: View) -> String {
        let site = match view.version {
            ApiVersion::Server => &self.server_site,
            ApiVersion::V2 | ApiVersion::V3 => &self.site,
        };
        format!("{site}/rest/api/{}", view.version.number())
    }
}

/// A time as Jira writes it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}
