//! Connections: what Maro talks to, with a guided set-up for each integration.
//!
//! Only administrators come here. A secret is never in a page: its field is empty, and says whether
//! a value is set.

mod disconnect;
mod fields;
mod forget;
mod guide;
mod list;
mod save;
mod show;
mod try_out;
mod workspaces;

pub(super) use disconnect::disconnect;
pub(super) use forget::forget;
pub(super) use list::list;
pub(super) use save::save;
pub(super) use show::show;
pub(super) use try_out::try_out;

#[cfg(test)]
pub(super) use list::ConnectionsPage;
#[cfg(test)]
pub(super) use show::ConnectionPage;

use maro_app::model::Integration;

use super::PageError;

const PATH: &str = "/settings/connections";

/// The integration that a path names.
fn named(name: &str) -> Result<Integration, PageError> {
    Integration::parse(name).ok_or(PageError::NotFound("connection"))
}

fn path_of(integration: Integration) -> String {
    format!("{PATH}/{integration}")
}
