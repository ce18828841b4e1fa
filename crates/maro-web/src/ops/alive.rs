//! Liveness: the process answers. It says nothing of the database, so that a database that is
//! down does not make an orchestrator kill good processes.

/// Answers that the process is alive.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}
