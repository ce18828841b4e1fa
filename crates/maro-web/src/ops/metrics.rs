//! Prometheus: one recorder per process; queue depths are read from the database when asked.

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use maro_app::App;
use maro_app::model::{OperationState, OutboxState};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::{roads, series};

const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
/// A create through an MCP server may take a minute and a half.
const MCP_SERIES: &str = "jira_mcp_request_duration_seconds";
const MCP_BUCKETS: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 45.0, 90.0];
const UPKEEP: Duration = Duration::from_secs(10);

const OUTBOX: [OutboxState; 5] = [
    OutboxState::Pending,
    OutboxState::Sending,
    OutboxState::Delivered,
    OutboxState::Collapsed,
    OutboxState::Dead,
];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder, once per process, and keeps its memory bounded while `app` runs.
pub(crate) fn install(app: &App) {
    let Some(handle) = RECORDER.get_or_init(build).clone() else {
        return;
    };
    let stop = app.stop_token().clone();
    app.tasks().spawn(async move {
        while tokio::time::timeout(UPKEEP, stop.cancelled())
            .await
            .is_err()
        {
            handle.run_upkeep();
        }
    });
}

fn build() -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?;
    let mcp = Matcher::Full(MCP_SERIES.to_owned());
    let builder = builder.set_buckets_for_metric(mcp, &MCP_BUCKETS).ok()?;
    builder
        .install_recorder()
        .inspect(|_| series::describe())
        .inspect_err(|err| tracing::warn!(error = %err, "metrics are off"))
        .ok()
}

/// Answers with all counters.
pub(super) async fn metrics(State(app): State<App>) -> impl IntoResponse {
    read_depths(&app).await;
    roads::read(&app).await;
    let handle = RECORDER.get().and_then(Option::as_ref);
    let text = handle.map(PrometheusHandle::render).unwrap_or_default();
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
}

/// Sets every state, also those without rows, so that a queue that has emptied reads zero.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^52"
)]
async fn read_depths(app: &App) {
    let Ok(depths) = maro_app::queries::dashboard(app).await else {
        return;
    };
    for state in OperationState::ALL {
        let count = count_of(&depths.operations, &state);
        metrics::gauge!("maro_operations", "state" => state.as_str()).set(count as f64);
    }
    for state in OUTBOX {
        let count = count_of(&depths.outbox, &state);
        metrics::gauge!("maro_outbox_messages", "state" => state.as_str()).set(count as f64);
    }
    metrics::gauge!("maro_inbox_dead").set(depths.dead_deliveries as f64);
    metrics::gauge!("maro_tracked_issues").set(depths.tracked as f64);
}

fn count_of<S: PartialEq>(counts: &[(S, i64)], state: &S) -> i64 {
    counts
        .iter()
        .find(|(found, _)| found == state)
        .map_or(0, |(_, count)| *count)
}
