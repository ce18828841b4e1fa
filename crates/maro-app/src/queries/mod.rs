//! Reading for pages and the API. Nothing here changes anything.

mod dashboard;
mod details;
mod lists;

pub use dashboard::{Dashboard, dashboard};
pub use details::{OperationDetail, SessionDetail, draft, operation_detail, session_detail};
pub use lists::{audit, dead_deliveries, operations, outbox, sessions};
