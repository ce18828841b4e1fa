//! What a person sees when a page cannot be shown.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maro_app::model::{Role, StoreError};

use super::render;

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Nobody is signed in; afterwards the page `next` is shown.
    SignIn { next: Option<String> },
    /// The role does not suffice.
    Forbidden(Role),
    /// No such thing.
    NotFound(&'static str),
    /// The form is not one that Maro sends.
    BadForm(String),
    /// The database failed.
    Unavailable(StoreError),
    /// Everything else; the cause is in the log.
    Internal,
}

/// A page with nothing but a sentence.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    title: String,
    text: String,
}

impl From<StoreError> for PageError {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::BadCursor => Self::BadForm("This page's address is not valid.".to_owned()),
            err => Self::Unavailable(err),
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(err: askama::Error) -> Self {
        tracing::error!(error = %err, "a template failed");
        Self::Internal
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let Self::SignIn { next } = &self {
            let query = next
                .as_deref()
                .filter(|next| *next != "/")
                .map(|next| serde_urlencoded::to_string([("next", next)]).unwrap_or_default());
            let path = query.map_or("/sign-in".to_owned(), |query| format!("/sign-in?{query}"));
            return Redirect::to(&path).into_response();
        }
        let (status, message) = self.message();
        match render(&message) {
            Ok(page) => (status, page).into_response(),
            Err(_) => status.into_response(),
        }
    }
}

impl PageError {
    fn message(self) -> (StatusCode, Message) {
        let (status, title, text) = match self {
            Self::NotFound(what) => (
                StatusCode::NOT_FOUND,
                "Not found",
                format!(
                    "There is no such {what}. It may have been removed, or the address is wrong."
                ),
            ),
            Self::Forbidden(role) => (
                StatusCode::FORBIDDEN,
                "Not allowed",
                format!(
                    "This needs the role “{}”. Ask an administrator for it.",
                    role.as_str()
                ),
            ),
            Self::BadForm(text) => (StatusCode::BAD_REQUEST, "That did not work", text),
            Self::Unavailable(err) => {
                tracing::error!(
                    error = &err as &dyn std::error::Error,
                    "the database did not answer"
                );
                let text =
                    "Maro could not reach its database. Nothing was changed. Please try again.";
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Not available",
                    text.to_owned(),
                )
            }
            Self::SignIn { .. } | Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "Nothing more is known here; Maro's log has the cause.".to_owned(),
            ),
        };
        (
            status,
            Message {
                title: title.to_owned(),
                text,
            },
        )
    }
}

#[cfg(test)]
impl super::samples::Sample for Message {
    fn samples() -> Vec<Self> {
        vec![
            PageError::NotFound("page").message().1,
            PageError::Forbidden(Role::Admin).message().1,
        ]
    }
}
