//! Suite runs as the API takes and shows them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use maro_app::findings::{NewRun, RunDetail};
use maro_app::model::{CaseName, FailedCase, FailureKind, Outcome, RunContext, SuiteRun, Totals};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::query;
use crate::api::views::PageView;
use crate::problem::Problem;

/// A suite run, as a tool reports it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRequest {
    /// The suite.
    #[schema(example = "checkout-api")]
    suite: String,
    /// `passed`, `failed` or `empty`; without it the totals decide.
    outcome: Option<String>,
    #[serde(default)]
    totals: TotalsRequest,
    /// How long it took.
    #[serde(default)]
    duration_ms: u32,
    /// When it began.
    started_at: Option<DateTime<Utc>>,
    /// The branch.
    branch: Option<String>,
    /// The commit.
    revision: Option<String>,
    /// The environment, for example `staging`.
    environment: Option<String>,
    /// The build, as a web address.
    url: Option<String>,
    /// The cases that failed.
    #[serde(default)]
    failures: Vec<FailureRequest>,
}

/// How many cases ended in which way; each case is counted once.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct TotalsRequest {
    passed: u32,
    failed: u32,
    errors: u32,
    skipped: u32,
    /// Failed and passed in the same run; they are counted above, too.
    flaky: u32,
}

/// A case that failed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FailureRequest {
    /// The suite inside the run, where there are several.
    #[serde(default)]
    suite: String,
    /// The class or module.
    #[serde(default)]
    class_name: String,
    /// The case itself.
    name: String,
    /// `failure` (an assertion failed) or `error` (it broke); `failure` by default.
    kind: Option<String>,
    /// The type of the failure, for example an exception.
    #[serde(rename = "type")]
    failure_type: Option<String>,
    /// What it said.
    #[serde(default)]
    message: String,
    /// The trace.
    #[serde(default)]
    details: String,
    /// Whether it passed in the same run, too.
    #[serde(default)]
    flaky: bool,
}

impl RunRequest {
    /// The run to record. Failures that the totals do not count are a mistake.
    pub(super) fn into_run(self) -> Result<NewRun, Problem> {
        let TotalsRequest {
            passed,
            failed,
            errors,
            skipped,
            flaky,
        } = self.totals;
        let counts = [passed, failed, errors, skipped].map(u64::from);
        let lasting = self.failures.iter().filter(|failed| !failed.flaky).count();
        if (counts[1] + counts[2]) < lasting as u64 {
            let sentence = "The totals count fewer failed cases than there are in failures.";
            return Err(Problem::bad_field("totals", sentence));
        }
        let totals = Totals {
            tests: counts.iter().sum(),
            passed: counts[0],
            failed: counts[1],
            errors: counts[2],
            skipped: counts[3],
            flaky: flaky.into(),
        };
        let outcome = query::word("outcome", self.outcome.as_deref(), Outcome::parse)?;
        let failures: Result<Vec<_>, _> = self.failures.into_iter().map(failed_case).collect();
        Ok(NewRun {
            suite: self.suite,
            context: RunContext {
                branch: self.branch,
                revision: self.revision,
                environment: self.environment,
                url: self.url,
            },
            outcome: outcome.unwrap_or_else(|| Outcome::of(&totals, 0)),
            totals,
            duration_ms: self.duration_ms.into(),
            started_at: self.started_at,
            left_out: 0,
            failures: failures?,
            passed: HashSet::new(),
        })
    }
}

fn failed_case(request: FailureRequest) -> Result<FailedCase, Problem> {
    let kind = query::word("kind", request.kind.as_deref(), FailureKind::parse)?;
    let failed = FailedCase {
        case: CaseName {
            suite: request.suite,
            class_name: request.class_name,
            name: request.name,
        },
        kind: kind.unwrap_or(FailureKind::Failure),
        failure_type: request.failure_type,
        message: request.message,
        details: request.details,
        flaky: request.flaky,
        defect: None,
    };
    Ok(failed.bounded())
}

/// A suite run.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct RunView {
    id: Uuid,
    suite: String,
    #[schema(example = "failed")]
    outcome: &'static str,
    totals: TotalsView,
    duration_ms: u64,
    started_at: Option<DateTime<Utc>>,
    reported_at: DateTime<Utc>,
    reporter: String,
    branch: Option<String>,
    revision: Option<String>,
    environment: Option<String>,
    url: Option<String>,
    /// Failed cases that are counted but not kept.
    left_out: u64,
}

/// How many cases ended in which way.
#[derive(Serialize, ToSchema)]
struct TotalsView {
    tests: u64,
    passed: u64,
    failed: u64,
    errors: u64,
    skipped: u64,
    flaky: u64,
}

/// A suite run with its failed cases.
#[derive(Serialize, ToSchema)]
pub(super) struct RunDetailView {
    #[serde(flatten)]
    run: RunView,
    failures: PageView<FailureView>,
}

/// A case that failed.
#[derive(Serialize, ToSchema)]
struct FailureView {
    suite: String,
    class_name: String,
    name: String,
    #[schema(example = "failure")]
    kind: &'static str,
    #[serde(rename = "type")]
    failure_type: Option<String>,
    message: String,
    details: String,
    flaky: bool,
    /// The defect that it raised.
    defect: Option<Uuid>,
}

impl From<SuiteRun> for RunView {
    fn from(run: SuiteRun) -> Self {
        Self {
            id: run.id.0,
            suite: run.suite,
            outcome: run.outcome.as_str(),
            totals: TotalsView {
                tests: run.totals.tests,
                passed: run.totals.passed,
                failed: run.totals.failed,
                errors: run.totals.errors,
                skipped: run.totals.skipped,
                flaky: run.totals.flaky,
            },
            duration_ms: run.duration_ms,
            started_at: run.started_at,
            reported_at: run.reported_at,
            reporter: run.reporter.to_string(),
            branch: run.context.branch,
            revision: run.context.revision,
            environment: run.context.environment,
            url: run.context.url,
            left_out: run.left_out,
        }
    }
}

impl From<FailedCase> for FailureView {
    fn from(failed: FailedCase) -> Self {
        Self {
            suite: failed.case.suite,
            class_name: failed.case.class_name,
            name: failed.case.name,
            kind: failed.kind.as_str(),
            failure_type: failed.failure_type,
            message: failed.message,
            details: failed.details,
            flaky: failed.flaky,
            defect: failed.defect.map(|defect| defect.0),
        }
    }
}

impl From<RunDetail> for RunDetailView {
    fn from(detail: RunDetail) -> Self {
        Self {
            run: detail.run.into(),
            failures: PageView::of(detail.failures),
        }
    }
}
