//! The three MCP servers that Maro knows: what their tools are called, and what they must take.
//!
//! Names and arguments are those of mcp-atlassian 0.23.1 (listed by the package itself) and of
//! Atlassian's hosted server, <https://mcp.atlassian.com/v1/mcp> and `/v2/mcp`, whose tools were
//! renamed between the versions; old names cannot be called on the new one.

use std::fmt;
use std::str::FromStr;

/// Which server stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The package mcp-atlassian by sooperset, over stdio or HTTP.
    Sooperset,
    /// Atlassian's hosted server, first version.
    RovoV1,
    /// Atlassian's hosted server, second version.
    RovoV2,
}

/// What Maro asks an MCP server for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// A new issue.
    CreateIssue,
    /// One issue.
    Issue,
    /// Issues by JQL.
    Search,
    /// Changed fields of an issue.
    UpdateIssue,
    /// A comment on an issue.
    AddComment,
    /// The steps that an issue can take.
    Transitions,
    /// One such step.
    Transition,
    /// A new page.
    CreatePage,
    /// One page.
    Page,
    /// Pages by CQL.
    SearchPages,
    /// A new version of a page.
    UpdatePage,
}

/// A tool as one profile has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Its name.
    pub(super) name: &'static str,
    /// The arguments that Maro always gives. Others may be left out.
    pub(super) always: &'static [&'static str],
}

impl Profile {
    /// The word in configurations.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sooperset => "sooperset",
            Self::RovoV1 => "rovo-v1",
            Self::RovoV2 => "rovo-v2",
        }
    }

    /// What people call the server.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Sooperset => "mcp-atlassian",
            Self::RovoV1 => "Atlassian's MCP server, version 1",
            Self::RovoV2 => "Atlassian's MCP server, version 2",
        }
    }

    /// How many calls may be on their way at a time.
    ///
    /// mcp-atlassian works on one call at a time (its Jira calls block its event loop), so a second
    /// one would only wait with its clock running. The hosted server answers 429 after a few at once.
    pub(super) fn calls_at_a_time(self) -> usize {
        match self {
            Self::Sooperset => 1,
            Self::RovoV1 | Self::RovoV2 => 3,
        }
    }

    pub(super) fn form(self, tool: Tool) -> Form {
        match self {
            Self::Sooperset => sooperset(tool),
            Self::RovoV1 => rovo_v1(tool),
            Self::RovoV2 => rovo_v2(tool),
        }
    }
}

fn sooperset(tool: Tool) -> Form {
    let (name, always): (_, &[&str]) = match tool {
        Tool::CreateIssue => (
            "jira_create_issue",
            &["project_key", "summary", "issue_type", "additional_fields"],
        ),
        Tool::Issue => ("jira_get_issue", &["issue_key", "fields"]),
        Tool::Search => ("jira_search", &["jql", "fields", "limit"]),
        Tool::UpdateIssue => ("jira_update_issue", &["issue_key", "fields"]),
        Tool::AddComment => ("jira_add_comment", &["issue_key", "body"]),
        Tool::Transitions => ("jira_get_transitions", &["issue_key"]),
        Tool::Transition => ("jira_transition_issue", &["issue_key", "transition_id"]),
        Tool::CreatePage => (
            "confluence_create_page",
            &["space_key", "title", "content", "content_format"],
        ),
        Tool::Page => ("confluence_get_page", &["page_id"]),
        Tool::SearchPages => ("confluence_search", &["query", "limit"]),
        Tool::UpdatePage => (
            "confluence_update_page",
            &["page_id", "title", "content", "content_format"],
        ),
    };
    Form { name, always }
}

fn rovo_v1(tool: Tool) -> Form {
    let (name, always): (_, &[&str]) = match tool {
        Tool::CreateIssue => (
            "createJiraIssue",
            &["cloudId", "projectKey", "issueTypeName", "summary"],
        ),
        Tool::Issue => ("getJiraIssue", &["cloudId", "issueIdOrKey"]),
        Tool::Search => ("searchJiraIssuesUsingJql", &["cloudId", "jql"]),
        Tool::UpdateIssue => ("editJiraIssue", &["cloudId", "issueIdOrKey", "fields"]),
        Tool::AddComment => (
            "addCommentToJiraIssue",
            &["cloudId", "issueIdOrKey", "commentBody"],
        ),
        Tool::Transitions => ("getTransitionsForJiraIssue", &["cloudId", "issueIdOrKey"]),
        Tool::Transition => (
            "transitionJiraIssue",
            &["cloudId", "issueIdOrKey", "transition"],
        ),
        Tool::CreatePage => (
            "createConfluencePage",
            &["cloudId", "spaceId", "title", "body"],
        ),
        Tool::Page => ("getConfluencePage", &["cloudId", "pageId"]),
        Tool::SearchPages => ("searchConfluenceUsingCql", &["cloudId", "cql"]),
        Tool::UpdatePage => ("updateConfluencePage", &["cloudId", "pageId", "body"]),
    };
    Form { name, always }
}

fn rovo_v2(tool: Tool) -> Form {
    let (name, always): (_, &[&str]) = match tool {
        Tool::CreateIssue => (
            "createJiraIssue",
            &["cloudId", "projectKey", "issueType", "summary"],
        ),
        Tool::AddComment => (
            "addOrEditJiraIssueComment",
            &["cloudId", "issueIdOrKey", "commentBody"],
        ),
        Tool::Transitions => ("listJiraIssueTransitions", &["cloudId", "issueIdOrKey"]),
        Tool::CreatePage => (
            "createConfluenceContent",
            &["cloudId", "spaceId", "title", "body"],
        ),
        Tool::Page => ("getConfluenceContent", &["cloudId", "content_id"]),
        Tool::SearchPages => ("searchConfluence", &["cloudId", "cql"]),
        Tool::UpdatePage => (
            "updateConfluenceContent",
            &["cloudId", "content_id", "body"],
        ),
        same => return rovo_v1(same),
    };
    Form { name, always }
}

impl Tool {
    /// Every tool.
    pub const ALL: [Self; 11] = [
        Self::CreateIssue,
        Self::Issue,
        Self::Search,
        Self::UpdateIssue,
        Self::AddComment,
        Self::Transitions,
        Self::Transition,
        Self::CreatePage,
        Self::Page,
        Self::SearchPages,
        Self::UpdatePage,
    ];

    /// Whether Maro's main job stands still without it.
    #[must_use]
    pub fn is_essential(self) -> bool {
        matches!(self, Self::CreateIssue | Self::Issue)
    }

    /// The word that calls are noted and counted under.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::CreateIssue => "create issue",
            Self::Issue => "issue",
            Self::Search => "search",
            Self::UpdateIssue => "update issue",
            Self::AddComment => "add comment",
            Self::Transitions => "transitions",
            Self::Transition => "transition",
            Self::CreatePage => "create page",
            Self::Page => "page",
            Self::SearchPages => "search pages",
            Self::UpdatePage => "update page",
        }
    }

    /// What it is for, in people's words.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::CreateIssue => "create issues",
            Self::Issue => "read issues",
            Self::Search => "search issues",
            Self::UpdateIssue => "update issues",
            Self::AddComment => "comment on issues",
            Self::Transitions => "list the transitions of issues",
            Self::Transition => "move issues on",
            Self::CreatePage => "create pages",
            Self::Page => "read pages",
            Self::SearchPages => "search pages",
            Self::UpdatePage => "update pages",
        }
    }
}

/// No such profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be sooperset, rovo-v1 or rovo-v2")]
pub struct UnknownProfile;

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Sooperset, Self::RovoV1, Self::RovoV2]
            .into_iter()
            .find(|profile| profile.as_str() == text)
            .ok_or(UnknownProfile)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read_back_from_their_words() {
        for profile in [Profile::Sooperset, Profile::RovoV1, Profile::RovoV2] {
            assert_eq!(profile.as_str().parse(), Ok(profile));
        }
        assert_eq!("rovo".parse::<Profile>(), Err(UnknownProfile));
    }

    #[test]
    fn renamed_tools_have_the_name_of_their_version() {
        let name = |profile: Profile, tool| profile.form(tool).name;
        assert_eq!(
            name(Profile::RovoV1, Tool::Transitions),
            "getTransitionsForJiraIssue"
        );
        assert_eq!(
            name(Profile::RovoV2, Tool::Transitions),
            "listJiraIssueTransitions"
        );
        assert_eq!(name(Profile::RovoV2, Tool::Issue), "getJiraIssue");
    }
}
