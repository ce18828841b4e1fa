//! What each series means, for Prometheus and for who reads it.

const COUNTERS: [(&str, &str); 10] = [
    ("maro_deliveries_total", "Deliveries taken in, by kind."),
    (
        "maro_defects_total",
        "Sightings of defects, alerts and edge cases, by kind.",
    ),
    ("maro_suite_runs_total", "Suite runs recorded, by outcome."),
    (
        "maro_integration_calls_total",
        "Calls to each integration, by outcome.",
    ),
    (
        "maro_operation_steps_total",
        "Steps of the ledger, by the state they led to.",
    ),
    (
        "maro_outbox_dead_total",
        "Messages that became dead letters.",
    ),
    (
        "maro_sync_changes_total",
        "Statuses carried over between a finding and its ticket, by where to.",
    ),
    (
        "maro_sync_pauses_total",
        "Links between a finding and its ticket that paused.",
    ),
    (
        "maro_http_requests_total",
        "Requests answered, by route, method and status.",
    ),
    (
        "jira_mcp_requests_total",
        "Calls of the MCP server's tools, by outcome.",
    ),
];

const HISTOGRAMS: [(&str, &str); 3] = [
    (
        "maro_integration_call_seconds",
        "How long calls to each integration took.",
    ),
    (
        "maro_http_request_duration_seconds",
        "How long requests took, by route.",
    ),
    (
        "jira_mcp_request_duration_seconds",
        "How long calls of the MCP server's tools took.",
    ),
];

const GAUGES: [(&str, &str); 7] = [
    ("maro_operations", "Operations in the ledger, by state."),
    ("maro_outbox_messages", "Messages in the outbox, by state."),
    ("maro_inbox_dead", "Deliveries that wait for a person."),
    (
        "maro_rules_file_ok",
        "1 while the rules' file as it is now counts, 0 while it is wrong.",
    ),
    ("maro_tracked_issues", "Issues that channels follow."),
    (
        "jira_mcp_connection_status",
        "Whether the MCP server is connected: 1 or 0.",
    ),
    (
        "jira_oauth_token_expiry_seconds",
        "Seconds until a token of the OAuth grant ends, by token.",
    ),
];

/// Tells the recorder.
pub(super) fn describe() {
    for (name, help) in COUNTERS {
        metrics::describe_counter!(name, help);
    }
    for (name, help) in HISTOGRAMS {
        metrics::describe_histogram!(name, help);
    }
    for (name, help) in GAUGES {
        metrics::describe_gauge!(name, help);
    }
}
