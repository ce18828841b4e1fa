//! What the dashboard shows: counts, what waits for people, how the connections do.

use maro_core::findings::Outcome;
use maro_core::operations::{Operation, OperationState};
use maro_core::outbox::OutboxState;
use maro_core::sessions::Phase;
use maro_store::operations::OperationFilter;
use maro_store::sessions::{Session, SessionFilter};
use maro_store::{
    PageRequest, StoreError, audit, defect_days, inbox, operations, outbox, sessions,
};
use maro_store::{suites, tracked};

use crate::App;
use crate::findings::{Trend, trend};
use crate::health::{IntegrationHealth, integrations};

const RECENT: u64 = 10;
const TREND_DAYS: u32 = 30;

/// Everything on the dashboard.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Sessions by phase.
    pub sessions: Vec<(Phase, i64)>,
    /// Operations by state.
    pub operations: Vec<(OperationState, i64)>,
    /// Messages by state.
    pub outbox: Vec<(OutboxState, i64)>,
    /// Deliveries that could not be handled.
    pub dead_deliveries: i64,
    /// Channels and how many issues each follows.
    pub channels: usize,
    /// How many issues are followed in all.
    pub tracked: i64,
    /// Sessions that wait for an approval.
    pub waiting: Vec<Session>,
    /// Operations that wait for a person.
    pub needs_human: Vec<Operation>,
    /// How many defects are open.
    pub open_defects: i64,
    /// How many suites failed when they ran last.
    pub failing_suites: i64,
    /// What suites and defects did in the last weeks.
    pub trend: Trend,
    /// How the connections do.
    pub integrations: Vec<IntegrationHealth>,
    /// What happened last, newest first.
    pub recent: Vec<maro_core::audit::AuditEntry>,
}

/// Reads the dashboard.
pub async fn dashboard(app: &App) -> Result<Dashboard, StoreError> {
    let store = app.store();
    let page = PageRequest::first(RECENT);
    let waiting = SessionFilter {
        phase: Some(Phase::AwaitingApproval),
        ..SessionFilter::default()
    };
    let asked = OperationFilter {
        states: vec![OperationState::NeedsHuman, OperationState::Duplicate],
        ..OperationFilter::default()
    };
    let channels = tracked::channels(store).await?;
    Ok(Dashboard {
        sessions: sessions::count_by_phase(store).await?,
        operations: operations::count_by_state(store).await?,
        outbox: outbox::count_by_state(store).await?,
        dead_deliveries: inbox::count_dead(store).await?,
        channels: channels.len(),
        tracked: channels.iter().map(|(_, count)| count).sum(),
        waiting: sessions::page(store, &waiting, &page).await?.items,
        needs_human: operations::page(store, &asked, &page).await?.items,
        open_defects: defect_days::count_open(store).await?.iter().sum(),
        failing_suites: failing_suites(app).await?,
        trend: trend(app, None, TREND_DAYS).await?,
        integrations: integrations(app).await?,
        recent: audit::page(store, &audit::AuditFilter::default(), &page)
            .await?
            .items,
    })
}

async fn failing_suites(app: &App) -> Result<i64, StoreError> {
    let counts = suites::count_by_outcome(app.store()).await?;
    let failed = counts
        .into_iter()
        .find(|(outcome, _)| *outcome == Outcome::Failed);
    Ok(failed.map_or(0, |(_, count)| count))
}
