//! The ledger on the web: what was sent, what is known of it, what a person must say.

mod decide;
mod list;
mod show;

pub(super) use decide::decide;
#[cfg(test)]
pub(super) use list::OperationsPage;
pub(super) use list::list;
#[cfg(test)]
pub(super) use show::OperationPage;
pub(super) use show::show;

use maro_app::model::OperationId;

use super::PageError;

fn operation_id(text: &str) -> Result<OperationId, PageError> {
    text.parse().map_err(|_| PageError::NotFound("operation"))
}
