//! The series that calls are counted in, for Prometheus.
//!
//! Calls through an MCP server are counted a second time under names of their own, which people know
//! their dashboards by. Labels are words of ours, never of the other side.

use maro_core::calls::Call;
use maro_core::integrations::Integration;

/// Counts a call.
pub(super) fn count(integration: Integration, call: &Call) {
    let failure = call.failure.as_ref().map(|failure| failure.kind.as_str());
    let took = call.took.as_secs_f64();
    metrics::counter!("maro_integration_calls_total",
        "integration" => integration.as_str(), "kind" => call.kind, "outcome" => failure.unwrap_or("worked"))
    .increment(1);
    metrics::histogram!("maro_integration_call_seconds", "integration" => integration.as_str())
        .record(took);
    if integration == Integration::Mcp {
        metrics::counter!("jira_mcp_requests_total",
            "method" => call.kind, "status" => failure.unwrap_or("success"))
        .increment(1);
        metrics::histogram!("jira_mcp_request_duration_seconds", "method" => call.kind)
            .record(took);
    }
}
