//! How the simulated site is set up: issue types, priorities, workflows, projects, people.
//!
//! Constants only. Three projects show three kinds of site: SCRUM is simple,
//! OPS asks for more fields and names its priorities its own way, NOLAB has no
//! labels on its screens.

use super::model::{
    Account, CustomField, CustomKind, IssueType, Priority, Project, Status, StatusCategory,
    Transition,
};

/// All issue types.
pub(crate) const ISSUE_TYPES: &[IssueType] = &[
    IssueType {
        id: "10000",
        name: "Epic",
        description: "A big user story that needs to be broken down. Created by Jira Software - do not edit or delete.",
        avatar: 10307,
        level: 1,
    },
    IssueType {
        id: "10001",
        name: "Story",
        description: "Functionality or a feature expressed as a user goal.",
        avatar: 10315,
        level: 0,
    },
    IssueType {
        id: "10002",
        name: "Task",
        description: "A small, distinct piece of work.",
        avatar: 10318,
        level: 0,
    },
    IssueType {
        id: "10003",
        name: "Sub-task",
        description: "A small piece of work that's part of a larger task.",
        avatar: 10316,
        level: -1,
    },
    IssueType {
        id: "10004",
        name: "Bug",
        description: "A problem or error.",
        avatar: 10303,
        level: 0,
    },
    IssueType {
        id: "10005",
        name: "Incident",
        description: "An interruption of a service.",
        avatar: 10304,
        level: 0,
    },
];

/// All priorities of the site.
pub(crate) const PRIORITIES: &[Priority] = &[
    Priority {
        id: "1",
        name: "Highest",
        color: "#d04437",
        description: "This problem will block progress.",
    },
    Priority {
        id: "2",
        name: "High",
        color: "#f15C75",
        description: "Serious problem that could block progress.",
    },
    Priority {
        id: "3",
        name: "Medium",
        color: "#f79232",
        description: "Has the potential to affect progress.",
    },
    Priority {
        id: "4",
        name: "Low",
        color: "#707070",
        description: "Minor problem or easily worked around.",
    },
    Priority {
        id: "5",
        name: "Lowest",
        color: "#999999",
        description: "Trivial problem with little or no impact on progress.",
    },
    Priority {
        id: "10001",
        name: "P1",
        color: "#d04437",
        description: "Everybody is affected.",
    },
    Priority {
        id: "10002",
        name: "P2",
        color: "#f15C75",
        description: "Many are affected.",
    },
    Priority {
        id: "10003",
        name: "P3",
        color: "#f79232",
        description: "Some are affected.",
    },
    Priority {
        id: "10004",
        name: "P4",
        color: "#707070",
        description: "Nobody is affected yet.",
    },
];

/// The priority of the site when a project names none.
pub(crate) const DEFAULT_PRIORITY: &str = "3";

/// All statuses.
pub(crate) const STATUSES: &[Status] = &[
    Status {
        id: "1",
        name: "Open",
        category: StatusCategory::ToDo,
    },
    Status {
        id: "3",
        name: "In Progress",
        category: StatusCategory::InProgress,
    },
    Status {
        id: "4",
        name: "Reopened",
        category: StatusCategory::ToDo,
    },
    Status {
        id: "5",
        name: "Resolved",
        category: StatusCategory::Done,
    },
    Status {
        id: "6",
        name: "Closed",
        category: StatusCategory::Done,
    },
    Status {
        id: "10000",
        name: "To Do",
        category: StatusCategory::ToDo,
    },
    Status {
        id: "10001",
        name: "Done",
        category: StatusCategory::Done,
    },
];

const SIMPLE_WORKFLOW: &[Transition] = &[
    Transition {
        id: "11",
        name: "To Do",
        from: &[],
        to: "10000",
        has_screen: false,
    },
    Transition {
        id: "21",
        name: "In Progress",
        from: &[],
        to: "3",
        has_screen: false,
    },
    Transition {
        id: "31",
        name: "Done",
        from: &[],
        to: "10001",
        has_screen: false,
    },
];

const CLASSIC_WORKFLOW: &[Transition] = &[
    Transition {
        id: "4",
        name: "Start Progress",
        from: &["1", "4"],
        to: "3",
        has_screen: false,
    },
    Transition {
        id: "301",
        name: "Stop Progress",
        from: &["3"],
        to: "1",
        has_screen: false,
    },
    Transition {
        id: "5",
        name: "Resolve Issue",
        from: &["1", "3", "4"],
        to: "5",
        has_screen: true,
    },
    Transition {
        id: "2",
        name: "Close Issue",
        from: &["1", "3", "4", "5"],
        to: "6",
        has_screen: true,
    },
    Transition {
        id: "3",
        name: "Reopen Issue",
        from: &["5", "6"],
        to: "4",
        has_screen: true,
    },
];

/// All custom fields.
pub(crate) const CUSTOM_FIELDS: &[CustomField] = &[
    CustomField {
        id: "customfield_10050",
        number: 10050,
        name: "Severity class",
        kind: CustomKind::Select(&[("10100", "SEV1"), ("10101", "SEV2"), ("10102", "SEV3")]),
    },
    CustomField {
        id: "customfield_10051",
        number: 10051,
        name: "Team",
        kind: CustomKind::Text,
    },
];

/// The field that Data Center keeps the epic of a standard issue in: id, number and name.
pub(crate) const EPIC_LINK: (&str, u32, &str) = ("customfield_10008", 10008, "Epic Link");

/// The resolution of everything that is done: id and name.
pub(crate) const RESOLUTION: (&str, &str) = ("10000", "Done");

const STANDARD_PRIORITIES: &[&str] = &["1", "2", "3", "4", "5"];

/// The account that the API token belongs to.
pub(crate) const TOKEN_ACCOUNT: &str = "712020:5b9b9d5c-2f4d-4c57-9f0b-3f6d1f2a7c11";

/// The projects as they are before any issue exists.
pub(crate) fn projects() -> Vec<Project> {
    let scrum = Project {
        id: "10000",
        key: "SCRUM",
        name: "Storefront",
        description: "The shop: carts, checkout, payments.",
        issue_types: &["10000", "10001", "10002", "10003", "10004"],
        priorities: STANDARD_PRIORITIES,
        default_priority: "3",
        initial_status: "10000",
        statuses: &["10000", "3", "10001"],
        transitions: SIMPLE_WORKFLOW,
        required_custom: Vec::new(),
        has_labels: true,
        counter: 0,
    };
    let ops = Project {
        id: "10001",
        key: "OPS",
        name: "Operations",
        description: "Incidents and what follows from them.",
        issue_types: &["10002", "10003", "10004", "10005"],
        priorities: &["10001", "10002", "10003", "10004"],
        default_priority: "10003",
        initial_status: "1",
        statuses: &["1", "3", "5", "6", "4"],
        transitions: CLASSIC_WORKFLOW,
        required_custom: vec!["customfield_10050", "customfield_10051"],
        ..scrum.clone()
    };
    let nolab = Project {
        id: "10002",
        key: "NOLAB",
        name: "No labels",
        description: "A project whose screens have no labels.",
        issue_types: &["10002", "10004"],
        has_labels: false,
        ..scrum.clone()
    };
    vec![scrum, ops, nolab]
}

/// The projects of the site that people can connect by mistake.
pub(crate) fn other_projects() -> Vec<Project> {
    projects()
        .into_iter()
        .take(1)
        .map(|like| Project {
            id: "20000",
            key: "ARCH",
            name: "Archive",
            description: "What nobody works on any more.",
            ..like
        })
        .collect()
}

/// The people of the site; the first is the owner of the API token.
pub(crate) fn accounts(token_email: &str) -> Vec<Account> {
    let person = |id, name, email: &str, email_visible| Account {
        id,
        name,
        email: email.to_owned(),
        email_visible,
        kind: "atlassian",
    };
    vec![
        person(TOKEN_ACCOUNT, "Maro", token_email, true),
        person(
            "5c5f880629be9642ba529341",
            "Amira Haddad",
            "amira@example.com",
            true,
        ),
        person(
            "5c5f880629be9642ba529342",
            "Boris Novak",
            "boris@example.com",
            true,
        ),
        person(
            "5c5f880629be9642ba529343",
            "Chen Wei",
            "chen@example.com",
            false,
        ),
        person(
            "5c5f880629be9642ba529344",
            "Dana Okafor",
            "dana@example.com",
            true,
        ),
    ]
}
