//! `/api/v1/defects/{id}/jira/…`: how a defect and its issue are kept in step.

pub(super) mod resume;
pub(super) mod show;
mod views;
