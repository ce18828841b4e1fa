//! The month before the demo began.
//!
//! An application of its own lives through it, with its clock set back and no runner: nothing is sent
//! anywhere, and whoever starts afterwards finds a database that has been in use.

use chrono::{DateTime, TimeDelta, Utc};
use maro_app::App;
use maro_app::findings::{self, Alerts};
use maro_app::model::{Actor, DefectStatus, Expectation, FindingKind, Severity, Sighting};

use super::suites::{SUITES, Suite};
use crate::config::Config;
use crate::server::build_app;

const DAYS: i64 = 30;

/// Lives through the month.
pub(crate) async fn live_through(config: &Config) -> anyhow::Result<()> {
    let app = build_app(config, false).await?;
    let result = month(&app).await;
    app.stop_token().cancel();
    app.tasks().close();
    app.tasks().wait().await;
    app.store().close().await;
    result
}

async fn month(app: &App) -> anyhow::Result<()> {
    let end = app.now();
    app.clock().advance(-TimeDelta::days(DAYS));
    let mut day = app.now().date_naive();
    for (at, event) in events(end) {
        let wait = at - app.now();
        app.clock().advance(wait);
        event.happen(app).await?;
        if app.now().date_naive() != day {
            day = app.now().date_naive();
            findings::note_open_defects(app).await?;
        }
    }
    let nightly = Expectation::parse("24h", Some("4h")).ok();
    findings::expect_suite(app, "billing-nightly", nightly, &Actor::System).await?;
    Ok(())
}

/// A defect that a monitor found.
struct Found {
    hours_ago: i64,
    fixed_after: Option<i64>,
    severity: Severity,
    source: &'static str,
    title: &'static str,
}

const FOUND: [Found; 7] = [
    Found {
        hours_ago: 28 * 24,
        fixed_after: Some(9 * 24),
        severity: Severity::High,
        source: "line-monitor",
        title: "The greeting is cut off on calls from landlines",
    },
    Found {
        hours_ago: 25 * 24,
        fixed_after: Some(40),
        severity: Severity::Critical,
        source: "line-monitor",
        title: "Callers hear nothing after the greeting",
    },
    Found {
        hours_ago: 22 * 24,
        fixed_after: None,
        severity: Severity::Low,
        source: "accessibility-scan",
        title: "The contrast of the order number is 3.9:1",
    },
    Found {
        hours_ago: 17 * 24,
        fixed_after: Some(12 * 24),
        severity: Severity::Medium,
        source: "accessibility-scan",
        title: "The cart has no label for the button that removes an item",
    },
    Found {
        hours_ago: 14 * 24,
        fixed_after: Some(3 * 24),
        severity: Severity::High,
        source: "synthetic-shop",
        title: "Checkout answers 500 for addresses with an umlaut",
    },
    Found {
        hours_ago: 6 * 24,
        fixed_after: None,
        severity: Severity::Medium,
        source: "synthetic-shop",
        title: "The confirmation mail names the gross price twice",
    },
    Found {
        hours_ago: 30,
        fixed_after: None,
        severity: Severity::High,
        source: "line-monitor",
        title: "The caller is cut off after the second question",
    },
];

impl Found {
    fn sighting(&self) -> Sighting {
        Sighting {
            kind: FindingKind::Defect,
            fingerprint: None,
            title: self.title.to_owned(),
            severity: self.severity,
            description: "Seen by a monitor, several times within an hour.".to_owned(),
            source: self.source.to_owned(),
            expected: String::new(),
            ..queue_is_slow()
        }
    }
}

/// Something that somebody reports.
enum Event {
    Run(&'static Suite, u64),
    Alert { fires: bool },
    EdgeCase,
    Found(&'static Found),
    Fixed(&'static Found),
}

/// What happens up to a moment, in order. The last run of each suite is a little before it.
fn events(end: DateTime<Utc>) -> Vec<(DateTime<Utc>, Event)> {
    let mut events = Vec::new();
    for (place, suite) in (0_u32..).zip(&SUITES) {
        let runs = DAYS * 24 / suite.hours;
        let last = end - TimeDelta::minutes(7 + 11 * i64::from(place));
        for (number, back) in (0..).zip((0..runs).rev()) {
            let at = last - TimeDelta::hours(back * suite.hours);
            events.push((at, Event::Run(suite, number)));
        }
    }
    for day in [4, 11, 19, 26] {
        let fired = end - TimeDelta::days(day);
        events.push((fired, Event::Alert { fires: true }));
        events.push((fired + TimeDelta::hours(3), Event::Alert { fires: false }));
    }
    events.push((end - TimeDelta::days(2), Event::EdgeCase));
    for found in &FOUND {
        let at = end - TimeDelta::hours(found.hours_ago);
        events.push((at, Event::Found(found)));
        if let Some(hours) = found.fixed_after {
            events.push((at + TimeDelta::hours(hours), Event::Fixed(found)));
        }
    }
    events.sort_by_key(|(at, _)| *at);
    events
}

impl Event {
    async fn happen(self, app: &App) -> anyhow::Result<()> {
        match self {
            Self::Run(suite, number) => {
                findings::record_run(app, suite.run(number), &Actor::System, None).await?;
            }
            Self::Alert { fires } => {
                findings::take_alerts(app, alerts(fires), &Actor::System).await?;
            }
            Self::Found(found) => {
                findings::report_defect(app, found.sighting(), &Actor::System, None).await?;
            }
            Self::Fixed(found) => {
                let answer =
                    findings::report_defect(app, found.sighting(), &Actor::System, None).await?;
                let (id, fixed) = (answer.id, DefectStatus::Fixed);
                findings::set_defect_status(app, id, fixed, "Deployed.", &Actor::System).await?;
            }
            Self::EdgeCase => {
                let sighting = Sighting {
                    kind: FindingKind::EdgeCase,
                    title: "A caller spoke Swiss German for eleven minutes".to_owned(),
                    description: "The dialogue was kept, but no intent was found.".to_owned(),
                    severity: Severity::Low,
                    source: "voice-line".to_owned(),
                    ..queue_is_slow()
                };
                let sighting = Sighting {
                    fingerprint: None,
                    ..sighting
                };
                findings::report_defect(app, sighting, &Actor::System, None).await?;
            }
        }
        Ok(())
    }
}

/// What the monitor of the demo tells.
pub(super) fn alerts(fires: bool) -> Alerts {
    if fires {
        return Alerts {
            firing: vec![queue_is_slow()],
            resolved: Vec::new(),
        };
    }
    let resolved = queue_is_slow().fingerprint.into_iter().collect();
    Alerts {
        firing: Vec::new(),
        resolved,
    }
}

fn queue_is_slow() -> Sighting {
    Sighting {
        kind: FindingKind::Alert,
        fingerprint: Some("payments-queue-slow".to_owned()),
        title: "Payments wait in the queue for more than 30 s".to_owned(),
        severity: Severity::Critical,
        description: "The 99th percentile over five minutes.".to_owned(),
        steps: String::new(),
        expected: "Less than 5 s.".to_owned(),
        actual: String::new(),
        source: "prometheus".to_owned(),
        run: None,
    }
}
