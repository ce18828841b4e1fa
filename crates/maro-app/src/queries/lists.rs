//! Lists, page by page.

use maro_core::audit::AuditEntry;
use maro_core::operations::Operation;
use maro_core::outbox::OutboxMessage;
use maro_store::audit::AuditFilter;
use maro_store::inbox::DeadDelivery;
use maro_store::operations::OperationFilter;
use maro_store::outbox::OutboxFilter;
use maro_store::sessions::{Session, SessionFilter};
use maro_store::{Page, PageRequest, StoreError, audit as audit_log, inbox, operations as ledger};
use maro_store::{outbox as messages, sessions as session_rows};

use crate::App;

/// Sessions, newest first.
pub async fn sessions(
    app: &App,
    filter: &SessionFilter,
    page: &PageRequest,
) -> Result<Page<Session>, StoreError> {
    session_rows::page(app.store(), filter, page).await
}

/// Operations, newest first.
pub async fn operations(
    app: &App,
    filter: &OperationFilter,
    page: &PageRequest,
) -> Result<Page<Operation>, StoreError> {
    ledger::page(app.store(), filter, page).await
}

/// Messages, newest first.
pub async fn outbox(
    app: &App,
    filter: &OutboxFilter,
    page: &PageRequest,
) -> Result<Page<OutboxMessage>, StoreError> {
    messages::page(app.store(), filter, page).await
}

/// Audit entries, newest first.
pub async fn audit(
    app: &App,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEntry>, StoreError> {
    audit_log::page(app.store(), filter, page).await
}

/// Deliveries that could not be handled.
pub async fn dead_deliveries(
    app: &App,
    page: &PageRequest,
) -> Result<Page<DeadDelivery>, StoreError> {
    inbox::page(app.store(), page).await
}
