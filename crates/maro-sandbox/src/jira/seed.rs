//! The issues that are there at the start.
//!
//! They go through the same `changes` as everything else; only their webhooks
//! are thrown away.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::changes::{By, NewIssue};
use super::fields::Edits;
use super::model::RichText;
use super::state::{JiraState, issue_type};

const AMIRA: &str = "5c5f880629be9642ba529341";
const BORIS: &str = "5c5f880629be9642ba529342";
const CHEN: &str = "5c5f880629be9642ba529343";
const DANA: &str = "5c5f880629be9642ba529344";

/// The number before the first seeded issue of SCRUM.
const SCRUM_STARTS_AFTER: u64 = 115;

/// A seeded issue.
struct Seed {
    project: &'static str,
    kind: &'static str,
    summary: &'static str,
    description: &'static str,
    priority: &'static str,
    labels: &'static [&'static str],
    by: &'static str,
    assignee: Option<&'static str>,
    parent: Option<&'static str>,
    status: &'static str,
}

const PLAIN: Seed = Seed {
    project: "SCRUM",
    kind: "10001",
    summary: "",
    description: "",
    priority: "3",
    labels: &[],
    by: AMIRA,
    assignee: None,
    parent: None,
    status: "10000",
};

const ISSUES: &[Seed] = &[
    Seed {
        kind: "10000",
        summary: "Checkout that people trust",
        description: "Everything a buyer sees between the cart and the receipt.",
        by: DANA,
        labels: &["checkout"],
        ..PLAIN
    },
    Seed {
        summary: "Show the delivery date in the cart",
        parent: Some("SCRUM-116"),
        assignee: Some(BORIS),
        status: "10001",
        labels: &["checkout"],
        ..PLAIN
    },
    Seed {
        kind: "10004",
        summary: "Cart empties itself after switching the language",
        description: "Steps:\n\n1. Put something into the cart\n2. Switch to German\n\nThe cart is empty.",
        priority: "2",
        assignee: Some(CHEN),
        status: "3",
        labels: &["cart", "i18n"],
        by: BORIS,
        ..PLAIN
    },
    Seed {
        kind: "10002",
        summary: "Remove the old payment form",
        parent: Some("SCRUM-116"),
        priority: "4",
        by: CHEN,
        ..PLAIN
    },
    Seed {
        kind: "10002",
        summary: "Load test before the winter sale",
        assignee: Some(DANA),
        labels: &["performance"],
        by: DANA,
        ..PLAIN
    },
    Seed {
        kind: "10003",
        summary: "Write the load profile",
        parent: Some("SCRUM-120"),
        assignee: Some(DANA),
        status: "3",
        by: DANA,
        ..PLAIN
    },
    Seed {
        kind: "10004",
        summary: "Receipts are sent twice when the mail server is slow",
        priority: "1",
        labels: &["email", "payments"],
        by: CHEN,
        ..PLAIN
    },
    Seed {
        summary: "User authentication flow",
        description: "As a buyer I sign in once and stay signed in on this device.\n\nOut of scope: single sign-on for companies.",
        priority: "2",
        assignee: Some(AMIRA),
        status: "3",
        labels: &["auth"],
        ..PLAIN
    },
    Seed {
        kind: "10004",
        summary: "Password reset link expires too early",
        description: "The link is dead after five minutes. The mail says an hour.",
        assignee: Some(BORIS),
        labels: &["auth", "email"],
        by: BORIS,
        ..PLAIN
    },
    Seed {
        kind: "10002",
        summary: "Rate limit sign-in attempts",
        parent: Some("SCRUM-116"),
        labels: &["auth"],
        by: DANA,
        ..PLAIN
    },
    Seed {
        project: "OPS",
        kind: "10005",
        summary: "Payments were slow on Friday evening",
        description: "From 18:02 to 18:40 UTC every fifth payment took more than ten seconds.",
        priority: "10002",
        assignee: Some(DANA),
        status: "5",
        by: DANA,
        ..PLAIN
    },
    Seed {
        project: "OPS",
        kind: "10002",
        summary: "Alert on the payment queue's age",
        priority: "10003",
        status: "1",
        by: DANA,
        ..PLAIN
    },
    Seed {
        project: "NOLAB",
        kind: "10002",
        summary: "Order new badges",
        by: CHEN,
        ..PLAIN
    },
];

/// Creates the seeded issues in the two weeks before now.
pub(crate) fn issues(jira: &mut JiraState, now: DateTime<Utc>) {
    if let Some(scrum) = jira
        .projects
        .iter_mut()
        .find(|project| project.key == "SCRUM")
    {
        scrum.counter = SCRUM_STARTS_AFTER;
    }
    for (index, seed) in (0_i32..).zip(ISSUES) {
        let at = now - TimeDelta::days(14) + TimeDelta::hours(25) * index;
        create(jira, seed, at);
    }
    let by = By {
        actor: BORIS,
        now: now - TimeDelta::hours(20),
    };
    if let Some(id) = jira.find_issue("SCRUM-123").map(|issue| issue.id) {
        let text = RichText::from_wiki("Do we keep the session when the password changes?");
        jira.add_comment(by, id, text, BTreeMap::new());
    }
    jira.outgoing.clear();
}

fn create(jira: &mut JiraState, seed: &Seed, at: DateTime<Utc>) {
    let Some(project) = jira.find_project(seed.project).cloned() else {
        return;
    };
    let mut edits = Edits {
        summary: Some(seed.summary.to_owned()),
        description: (!seed.description.is_empty())
            .then(|| Some(RichText::from_wiki(seed.description))),
        priority: Some(seed.priority),
        labels: Some(seed.labels.iter().map(ToString::to_string).collect()),
        assignee: Some(seed.assignee),
        parent: Some(
            seed.parent
                .and_then(|key| jira.find_issue(key))
                .map(|issue| issue.id),
        ),
        ..Edits::default()
    };
    if !project.required_custom.is_empty() {
        edits
            .custom
            .insert("customfield_10050", Some(Value::from("10101")));
        edits
            .custom
            .insert("customfield_10051", Some(Value::from("Payments")));
    }
    let kind = issue_type(seed.kind);
    let by = By {
        actor: seed.by,
        now: at,
    };
    let new = NewIssue {
        project: &project,
        kind,
        edits,
        properties: BTreeMap::new(),
    };
    let id = jira.create_issue(by, new);
    if seed.status != project.initial_status {
        let by = By {
            actor: seed.assignee.unwrap_or(seed.by),
            now: at + TimeDelta::hours(3),
        };
        let step = project
            .transitions
            .iter()
            .find(|step| step.to == seed.status);
        if let Some(step) = step {
            jira.transition_issue(by, id, step);
        }
    }
}
