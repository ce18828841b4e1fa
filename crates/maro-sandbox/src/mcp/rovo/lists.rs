//! The tools' names and arguments, one list for each version.

use super::super::schema::Kind::{Flag, Number, Object, Text, Texts};
use super::super::schema::{Argument, Tool, may, must};

const SITE: Argument = must("cloudId", Text);
const ISSUE: Argument = must("issueIdOrKey", Text);

const fn reads(name: &'static str, about: &'static str, arguments: &'static [Argument]) -> Tool {
    Tool {
        name,
        title: about,
        about,
        reads: true,
        arguments,
    }
}

const fn writes(name: &'static str, about: &'static str, arguments: &'static [Argument]) -> Tool {
    Tool {
        name,
        title: about,
        about,
        reads: false,
        arguments,
    }
}

const USER: Tool = reads("atlassianUserInfo", "Get current user info", &[]);
const RESOURCES: Tool = reads(
    "getAccessibleAtlassianResources",
    "Get the cloud ids that the user can reach",
    &[],
);
const GUIDE: Tool = reads(
    "getContentFormatGuide",
    "Get the guide to content formats",
    &[],
);
const GET_ISSUE: Tool = reads(
    "getJiraIssue",
    "Get a Jira issue",
    &[
        SITE,
        ISSUE,
        may("fields", Texts),
        may("fieldsByKeys", Flag),
        may("expand", Text),
        may("properties", Texts),
        may("updateHistory", Flag),
        may("failFast", Flag),
        may("responseContentFormat", Text),
    ],
);
const SEARCH_ISSUES: Tool = reads(
    "searchJiraIssuesUsingJql",
    "Search Jira issues using JQL",
    &[
        SITE,
        must("jql", Text),
        may("maxResults", Number),
        may("fields", Texts),
        may("nextPageToken", Text),
        may("responseContentFormat", Text),
    ],
);
const EDIT_ISSUE: Tool = writes(
    "editJiraIssue",
    "Edit a Jira issue",
    &[
        SITE,
        ISSUE,
        must("fields", Object),
        may("contentFormat", Text),
    ],
);
const TRANSITION: Tool = writes(
    "transitionJiraIssue",
    "Transition a Jira issue",
    &[
        SITE,
        ISSUE,
        must("transition", Object),
        may("fields", Object),
        may("update", Object),
        may("historyMetadata", Object),
    ],
);
const LOOK_UP: Tool = reads(
    "lookupJiraAccountId",
    "Look up the account id of a user",
    &[SITE, must("searchString", Text)],
);

const TRANSITIONS_ARGUMENTS: &[Argument] = &[
    SITE,
    ISSUE,
    may("expand", Text),
    may("transitionId", Text),
    may("skipRemoteOnlyCondition", Flag),
    may("includeUnavailableTransitions", Flag),
    may("sortByOpsBarAndStatus", Flag),
];
const PROJECTS_ARGUMENTS: &[Argument] = &[
    SITE,
    may("searchString", Text),
    may("action", Text),
    may("startAt", Number),
    may("maxResults", Number),
    may("expandIssueTypes", Flag),
];
const TYPES_ARGUMENTS: &[Argument] = &[
    SITE,
    must("projectIdOrKey", Text),
    may("startAt", Number),
    may("maxResults", Number),
];
const COMMENT_ARGUMENTS: &[Argument] = &[
    SITE,
    ISSUE,
    must("commentBody", Text),
    may("commentVisibility", Object),
    may("contentFormat", Text),
    may("commentId", Text),
];
const NEW_PAGE_ARGUMENTS: &[Argument] = &[
    SITE,
    must("spaceId", Text),
    must("title", Text),
    must("body", Text),
    may("parentId", Text),
    may("contentFormat", Text),
];
const CQL_ARGUMENTS: &[Argument] = &[SITE, must("cql", Text), may("limit", Number)];
const SPACES_ARGUMENTS: &[Argument] = &[SITE, may("keys", Texts), may("limit", Number)];

/// The first version.
pub(super) const VERSION_1: &[Tool] = &[
    USER,
    RESOURCES,
    reads(
        "getConfluencePage",
        "Get a Confluence page",
        &[SITE, must("pageId", Text), may("contentFormat", Text)],
    ),
    reads(
        "searchConfluenceUsingCql",
        "Search Confluence using CQL",
        CQL_ARGUMENTS,
    ),
    reads(
        "getConfluenceSpaces",
        "Get Confluence spaces",
        SPACES_ARGUMENTS,
    ),
    writes(
        "createConfluencePage",
        "Create a Confluence page",
        NEW_PAGE_ARGUMENTS,
    ),
    writes(
        "updateConfluencePage",
        "Update a Confluence page",
        &[
            SITE,
            must("pageId", Text),
            must("body", Text),
            may("contentFormat", Text),
            may("versionMessage", Text),
            may("title", Text),
        ],
    ),
    GUIDE,
    GET_ISSUE,
    EDIT_ISSUE,
    writes(
        "createJiraIssue",
        "Create a Jira issue",
        &[
            SITE,
            must("projectKey", Text),
            must("issueTypeName", Text),
            must("summary", Text),
            may("description", Text),
            may("parent", Text),
            may("assignee_account_id", Text),
            may("additional_fields", Object),
            may("contentFormat", Text),
        ],
    ),
    reads(
        "getTransitionsForJiraIssue",
        "Get the transitions of a Jira issue",
        TRANSITIONS_ARGUMENTS,
    ),
    TRANSITION,
    LOOK_UP,
    SEARCH_ISSUES,
    writes(
        "addCommentToJiraIssue",
        "Add a comment to a Jira issue",
        COMMENT_ARGUMENTS,
    ),
    reads(
        "getVisibleJiraProjects",
        "Get the Jira projects that the user can see",
        PROJECTS_ARGUMENTS,
    ),
    reads(
        "getJiraProjectIssueTypesMetadata",
        "Get the issue types of a Jira project",
        TYPES_ARGUMENTS,
    ),
];

/// The second version, flat.
pub(super) const VERSION_2: &[Tool] = &[
    USER,
    RESOURCES,
    GUIDE,
    writes(
        "createJiraIssue",
        "Create a Jira issue",
        &[
            SITE,
            must("projectKey", Text),
            must("issueType", Text),
            must("summary", Text),
            may("description", Text),
            may("parent", Text),
            may("assignee", Text),
            may("priority", Text),
            may("additional_fields", Object),
            may("contentFormat", Text),
        ],
    ),
    EDIT_ISSUE,
    GET_ISSUE,
    SEARCH_ISSUES,
    writes(
        "addOrEditJiraIssueComment",
        "Add or edit a comment on a Jira issue",
        COMMENT_ARGUMENTS,
    ),
    reads(
        "listJiraIssueComments",
        "List the comments of a Jira issue",
        &[
            SITE,
            ISSUE,
            may("startAt", Number),
            may("maxResults", Number),
        ],
    ),
    reads(
        "listJiraIssueTransitions",
        "List the transitions of a Jira issue",
        TRANSITIONS_ARGUMENTS,
    ),
    TRANSITION,
    reads("listJiraProjects", "List Jira projects", PROJECTS_ARGUMENTS),
    reads(
        "listJiraProjectIssueTypesMetadata",
        "List the issue types of a Jira project",
        TYPES_ARGUMENTS,
    ),
    reads("getJiraCurrentUser", "Get the current Jira user", &[SITE]),
    LOOK_UP,
    reads(
        "getConfluenceContent",
        "Get Confluence content",
        &[
            SITE,
            must("content_id", Text),
            may("content_format", Text),
            may("detail", Text),
        ],
    ),
    writes(
        "createConfluenceContent",
        "Create Confluence content",
        NEW_PAGE_ARGUMENTS,
    ),
    writes(
        "updateConfluenceContent",
        "Update Confluence content",
        &[
            SITE,
            must("content_id", Text),
            must("body", Text),
            may("contentFormat", Text),
            may("versionMessage", Text),
            may("title", Text),
            may("snapshotToken", Text),
        ],
    ),
    reads("searchConfluence", "Search Confluence", CQL_ARGUMENTS),
    reads(
        "listConfluenceSpaces",
        "List Confluence spaces",
        SPACES_ARGUMENTS,
    ),
];

const RUN_ARGUMENTS: &[Argument] = &[
    must("name", Text),
    may("cloudId", Text),
    must("inputs", Object),
];

/// What finds and runs the tools that are not listed.
pub(super) const EXECUTORS: &[Tool] = &[
    reads("discover", "Find more tools", &[must("query", Text)]),
    reads("executeRead", "Run a tool that reads", RUN_ARGUMENTS),
    writes("executeWrite", "Run a tool that writes", RUN_ARGUMENTS),
    writes(
        "executeDestructive",
        "Run a tool that deletes",
        RUN_ARGUMENTS,
    ),
];
