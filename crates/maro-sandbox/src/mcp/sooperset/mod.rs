//! The tools of mcp-atlassian 0.23.1 that matter here, as the package itself answers.
//!
//! Names, arguments, results and sentences were compared with the real package
//! against this sandbox. It makes the same REST calls, so it has the
//! same weaknesses: an error can look like a success, and a created issue
//! like an error.

mod confluence;
mod failure;
mod jira;
mod shape;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::auth::Credentials;
use super::backend::Road;
use super::catalogue::{Outcome, failed};
use super::schema::Kind::{Flag, IssueKey, Number, ProjectKey, Text};
use super::schema::{Flaw, Tool, may, must};
use super::{Profile, Server};

/// What the package offers, in its order.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "jira_get_user_profile",
        title: "Get User Profile",
        about: "Retrieve profile information for a specific Jira user.",
        reads: true,
        arguments: &[must("user_identifier", Text)],
    },
    Tool {
        name: "jira_get_issue",
        title: "Get Issue",
        about: "Get details of a specific Jira issue.",
        reads: true,
        arguments: &[
            must("issue_key", IssueKey),
            may("fields", Text),
            may("expand", Text),
            may("comment_limit", Number),
            may("properties", Text),
            may("update_history", Flag),
            may("include", Text),
            may("use_display_names", Flag),
        ],
    },
    Tool {
        name: "jira_search",
        title: "Search Issues",
        about: "Search Jira issues using JQL (Jira Query Language).",
        reads: true,
        arguments: &[
            must("jql", Text),
            may("fields", Text),
            may("limit", Number),
            may("start_at", Number),
            may("projects_filter", Text),
            may("expand", Text),
            may("page_token", Text),
            may("use_display_names", Flag),
        ],
    },
    Tool {
        name: "jira_get_transitions",
        title: "Get Transitions",
        about: "Get available status transitions for a Jira issue.",
        reads: true,
        arguments: &[must("issue_key", IssueKey)],
    },
    Tool {
        name: "jira_get_all_projects",
        title: "Get All Projects",
        about: "Get all Jira projects accessible to the current user.",
        reads: true,
        arguments: &[may("include_archived", Flag)],
    },
    Tool {
        name: "jira_get_project_issue_types",
        title: "Get Project Issue Types",
        about: "Get available issue types for a Jira project.",
        reads: true,
        arguments: &[must("project_key", ProjectKey)],
    },
    Tool {
        name: "jira_create_issue",
        title: "Create Issue",
        about: "Create a new Jira issue with optional Epic link or parent for subtasks.",
        reads: false,
        arguments: &[
            must("project_key", ProjectKey),
            must("summary", Text),
            must("issue_type", Text),
            may("assignee", Text),
            may("description", Text),
            may("components", Text),
            may("additional_fields", Text),
        ],
    },
    Tool {
        name: "jira_update_issue",
        title: "Update Issue",
        about: "Update an existing Jira issue.",
        reads: false,
        arguments: &[
            must("issue_key", IssueKey),
            must("fields", Text),
            may("additional_fields", Text),
            may("components", Text),
            may("attachments", Text),
            may("return_fields", Text),
        ],
    },
    Tool {
        name: "jira_add_comment",
        title: "Add Comment",
        about: "Add a comment to a Jira issue.",
        reads: false,
        arguments: &[
            must("issue_key", IssueKey),
            must("body", Text),
            may("visibility", Text),
            may("public", Flag),
        ],
    },
    Tool {
        name: "jira_edit_comment",
        title: "Edit Comment",
        about: "Edit an existing comment on a Jira issue.",
        reads: false,
        arguments: &[
            must("issue_key", IssueKey),
            must("comment_id", Text),
            must("body", Text),
            may("visibility", Text),
        ],
    },
    Tool {
        name: "jira_transition_issue",
        title: "Transition Issue",
        about: "Transition a Jira issue to a new status.",
        reads: false,
        arguments: &[
            must("issue_key", IssueKey),
            must("transition_id", Text),
            may("fields", Text),
            may("comment", Text),
        ],
    },
    Tool {
        name: "jira_create_remote_issue_link",
        title: "Create Remote Issue Link",
        about: "Create a remote issue link (web link or Confluence link) for a Jira issue.",
        reads: false,
        arguments: &[
            must("issue_key", IssueKey),
            must("url", Text),
            must("title", Text),
            may("summary", Text),
            may("relationship", Text),
            may("icon_url", Text),
        ],
    },
    Tool {
        name: "confluence_search",
        title: "Search Content",
        about: "Search Confluence content using simple terms or CQL.",
        reads: true,
        arguments: &[
            must("query", Text),
            may("limit", Number),
            may("spaces_filter", Text),
        ],
    },
    Tool {
        name: "confluence_get_page",
        title: "Get Page",
        about: "Get content of a specific Confluence page by its ID, or by its title and space key.",
        reads: true,
        arguments: &[
            may("page_id", Text),
            may("title", Text),
            may("space_key", Text),
            may("include_metadata", Flag),
            may("convert_to_markdown", Flag),
        ],
    },
    Tool {
        name: "confluence_create_page",
        title: "Create Page",
        about: "Create a new Confluence page.",
        reads: false,
        arguments: &[
            must("space_key", Text),
            must("title", Text),
            may("content", Text),
            may("parent_id", Text),
            may("content_format", Text),
            may("enable_heading_anchors", Flag),
            may("include_content", Flag),
            may("emoji", Text),
            may("content_file", Text),
            may("page_width", Text),
            may("table_layout", Text),
            may("subtype", Text),
        ],
    },
    Tool {
        name: "confluence_update_page",
        title: "Update Page",
        about: "Update an existing Confluence page.",
        reads: false,
        arguments: &[
            must("page_id", Text),
            must("title", Text),
            may("content", Text),
            may("is_minor_edit", Flag),
            may("version_comment", Text),
            may("parent_id", Text),
            may("content_format", Text),
            may("enable_heading_anchors", Flag),
            may("include_content", Flag),
            may("emoji", Text),
            may("content_file", Text),
            may("page_width", Text),
            may("table_layout", Text),
        ],
    },
];

/// What the tools' functions return: a value, or the words after the prefix.
type Done = Result<Value, String>;

/// The arguments of a call.
#[derive(Clone, Copy)]
struct Arguments<'a>(&'a Map<String, Value>);

impl<'a> Arguments<'a> {
    fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn must(self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    fn number(self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// An argument that is JSON in a string.
    fn object(self, name: &str) -> Result<Map<String, Value>, String> {
        match self.text(name) {
            None | Some("") => Ok(Map::new()),
            Some(text) => match serde_json::from_str(text) {
                Ok(Value::Object(object)) => Ok(object),
                Ok(_) => Err(format!("{name} must be a JSON object.")),
                Err(err) => Err(format!("{name} is not valid JSON: {err}")),
            },
        }
    }
}

/// Runs a tool whose arguments were checked.
pub(super) async fn call(
    server: &Server,
    credentials: &Credentials,
    name: &str,
    given: &Map<String, Value>,
) -> Outcome {
    let Some(road) = server.backend.sooperset(credentials) else {
        let text =
            "Cloud ID is required with an OAuth token. Send the header X-Atlassian-Cloud-Id.";
        return Outcome::Error(failed(Profile::Sooperset, name, text));
    };
    match run(&road, name, Arguments(given)).await {
        Ok(value) => Outcome::Value(value),
        Err(text) => Outcome::Error(failed(Profile::Sooperset, name, &text)),
    }
}

async fn run(road: &Road, name: &str, given: Arguments<'_>) -> Done {
    match name {
        "jira_get_user_profile" => jira::user(road, given).await,
        "jira_get_issue" => jira::issue(road, given).await,
        "jira_search" => jira::search(road, given).await,
        "jira_get_transitions" => jira::transitions(road, given).await,
        "jira_get_all_projects" => jira::projects(road).await,
        "jira_get_project_issue_types" => jira::issue_types(road, given).await,
        "jira_create_issue" => jira::create(road, given).await,
        "jira_update_issue" => jira::update(road, given).await,
        "jira_add_comment" => jira::comment(road, given, None).await,
        "jira_edit_comment" => jira::comment(road, given, given.text("comment_id")).await,
        "jira_transition_issue" => jira::transition(road, given).await,
        "jira_create_remote_issue_link" => jira::remote_link(road, given).await,
        "confluence_search" => confluence::search(road, given).await,
        "confluence_get_page" => confluence::page(road, given).await,
        "confluence_create_page" => confluence::create(road, given).await,
        "confluence_update_page" => confluence::update(road, given).await,
        other => Err(format!("Unknown tool: {other}")),
    }
}

/// What the package says about arguments, line by line as its validator does.
pub(super) fn complaint(tool: &str, flaws: &[Flaw]) -> String {
    let function = tool.split_once('_').map_or(tool, |(_, rest)| rest);
    let plural = if flaws.len() == 1 { "" } else { "s" };
    let mut text = format!(
        "{} validation error{plural} for call[{function}]",
        flaws.len()
    );
    for flaw in flaws {
        let (name, what, kind) = match flaw {
            Flaw::Missing(name) => (
                name,
                "Missing required argument".to_owned(),
                "missing_argument",
            ),
            Flaw::Unknown(name) => (
                name,
                "Unexpected keyword argument".to_owned(),
                "unexpected_keyword_argument",
            ),
            Flaw::Wrong(name, expected) => (
                name,
                format!("Input should be a valid {expected}"),
                "argument_type",
            ),
        };
        // A text takes everything.
        let _ = write!(
            text,
            "\n{name}\n  {what} [type={kind}]\n    For further information visit https://errors.pydantic.dev/2.14/v/{kind}"
        );
    }
    text
}

/// The text of a description or comment for the API that it goes to.
fn rich(road: &Road, markdown: &str) -> Value {
    let document = super::markdown::to_document(markdown);
    if road.is_cloud {
        document
    } else {
        json!(crate::jira::render::wiki(&document))
    }
}
