//! `/api/v1/defects/{id}/jira`: the Jira ticket of a defect.
//!
//! What makes a write to Jira by hand needs what an approval needs, beside the scope for findings.

pub(super) mod create;
pub(super) mod replay;
pub(super) mod unlink;
mod views;

pub(in crate::api::v1) use views::TicketView;
