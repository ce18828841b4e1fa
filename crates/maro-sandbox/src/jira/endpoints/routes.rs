//! Which path leads where, for what Cloud and Data Center have alike.

use axum::Router;
use axum::routing::{get, post, put};

use super::{
    Shared, assignee, comments, create_issue, createmeta, issue, lists, permissions, projects,
    properties, remote_links, transitions, users,
};

/// Issues and everything below them. Searching differs.
pub(super) fn issues() -> Router<Shared> {
    Router::new()
        .route("/issue", post(create_issue::create))
        .route(
            "/issue/{issue}",
            get(issue::show).put(issue::edit).delete(issue::delete),
        )
        .route("/issue/{issue}/assignee", put(assignee::assign))
        .route(
            "/issue/{issue}/transitions",
            get(transitions::list).post(transitions::perform),
        )
        .route(
            "/issue/{issue}/comment",
            get(comments::list).post(comments::add),
        )
        .route(
            "/issue/{issue}/comment/{comment}",
            get(comments::show)
                .put(comments::edit)
                .delete(comments::delete),
        )
        .route("/issue/{issue}/properties", get(properties::list))
        .route(
            "/issue/{issue}/properties/{property}",
            get(properties::show)
                .put(properties::set)
                .delete(properties::delete),
        )
        .route(
            "/issue/{issue}/remotelink",
            get(remote_links::list)
                .post(remote_links::put)
                .delete(remote_links::delete_global),
        )
        .route(
            "/issue/{issue}/remotelink/{link}",
            get(remote_links::show).delete(remote_links::delete),
        )
        .route(
            "/issue/createmeta/{project}/issuetypes",
            get(createmeta::issue_types),
        )
        .route(
            "/issue/createmeta/{project}/issuetypes/{kind}",
            get(createmeta::fields),
        )
}

/// The site, and who uses it.
pub(super) fn site() -> Router<Shared> {
    Router::new()
        .route("/project", get(projects::all))
        .route("/project/{project}", get(projects::show))
        .route("/project/{project}/statuses", get(projects::statuses))
        .route("/priority", get(lists::priorities))
        .route("/issuetype", get(lists::issue_types))
        .route("/status", get(lists::statuses))
        .route("/field", get(lists::fields))
        .route("/myself", get(users::myself))
        .route("/user", get(users::show))
        .route("/user/search", get(users::search))
        .route("/user/assignable/search", get(users::assignable))
        .route("/mypermissions", get(permissions::mine))
}
