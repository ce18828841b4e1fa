//! The methods of the Web API, one file each.
//!
//! A method is synchronous: it looks at the state, changes it, answers.

mod auth_test;
mod chat_delete;
mod chat_get_permalink;
mod chat_post_ephemeral;
mod chat_post_message;
mod chat_update;
mod content;
mod conversations_history;
mod conversations_info;
mod conversations_join;
mod conversations_list;
mod conversations_replies;
mod paging;
mod rate_limit;
mod users_info;
mod users_list;
mod users_lookup_by_email;
mod views_open;
mod views_publish;
mod views_push;
mod views_update;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub(super) use self::{
    content::{Content, POST_TEXT},
    rate_limit::count,
    views_push::STACK,
};
use super::{
    args::Args,
    error::SlackError,
    install::{self, Client},
    socket,
    workspace::Workspace,
};

/// One call of a method.
pub(super) struct Call<'c> {
    pub(super) state: &'c Workspace,
    pub(super) args: &'c Args,
    /// What the token may do.
    pub(super) scopes: &'c [String],
    pub(super) token: &'c str,
    pub(super) client: &'c Client,
}

impl Call<'_> {
    fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one == scope)
    }

    fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }
}

/// A method as it is listed.
pub(super) struct Method {
    name: &'static str,
    /// The scope that the token needs; empty if none.
    pub(super) scope: &'static str,
    /// Writing methods take JSON, reading ones do not.
    pub(super) accepts_json: bool,
    pub(super) token: Token,
    pub(super) run: fn(&Call<'_>) -> Result<Value, SlackError>,
}

/// Which kind of token a method takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `xoxb-…`, which belongs to a workspace.
    Bot,
    /// `xapp-…`, which belongs to the app and comes in the header only.
    App,
}

/// Finds a method by its name.
pub(super) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

macro_rules! method {
    ($name:literal, $module:ident, $scope:literal, json) => {
        Method {
            name: $name,
            scope: $scope,
            accepts_json: true,
            token: Token::Bot,
            run: $module::run,
        }
    };
    ($name:literal, $module:ident, $scope:literal, form) => {
        Method {
            name: $name,
            scope: $scope,
            accepts_json: false,
            token: Token::Bot,
            run: $module::run,
        }
    };
}

static METHODS: &[Method] = &[
    Method {
        name: "apps.connections.open",
        scope: "",
        accepts_json: true,
        token: Token::App,
        run: |call| socket::open(call.state, call.args),
    },
    Method {
        name: "apps.uninstall",
        scope: "",
        accepts_json: false,
        token: Token::Bot,
        run: |call| install::uninstall_app(call.state, call.client),
    },
    Method {
        name: "auth.revoke",
        scope: "",
        accepts_json: false,
        token: Token::Bot,
        run: |call| Ok(install::revoke_token(call.state, call.token, call.args)),
    },
    method!("auth.test", auth_test, "", json),
    method!("chat.delete", chat_delete, "chat:write", json),
    method!("chat.getPermalink", chat_get_permalink, "", form),
    method!(
        "chat.postEphemeral",
        chat_post_ephemeral,
        "chat:write",
        json
    ),
    method!("chat.postMessage", chat_post_message, "chat:write", json),
    method!("chat.update", chat_update, "chat:write", json),
    method!(
        "conversations.history",
        conversations_history,
        "channels:history",
        form
    ),
    method!(
        "conversations.info",
        conversations_info,
        "channels:read",
        form
    ),
    method!(
        "conversations.join",
        conversations_join,
        "channels:join",
        json
    ),
    method!(
        "conversations.list",
        conversations_list,
        "channels:read",
        form
    ),
    method!(
        "conversations.replies",
        conversations_replies,
        "channels:history",
        form
    ),
    method!("users.info", users_info, "users:read", form),
    method!("users.list", users_list, "users:read", form),
    method!(
        "users.lookupByEmail",
        users_lookup_by_email,
        "users:read.email",
        form
    ),
    method!("views.open", views_open, "", json),
    method!("views.publish", views_publish, "", json),
    method!("views.push", views_push, "", json),
    method!("views.update", views_update, "", json),
];
