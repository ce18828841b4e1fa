//! Queries and paths of the API, refused with a problem that names the parameter.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use maro_app::model::{ChannelRef, PageRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::problem::Problem;

/// The query of a request.
pub(super) struct ApiQuery<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs =
            serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|err| Problem::bad_field(err.path().to_string(), err.inner().to_string()))
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many items, 1 to 200; 50 by default.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

impl PageQuery {
    /// The page to read.
    pub(super) fn request(&self) -> Result<PageRequest, Problem> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(Problem::bad_field(
                "limit",
                "The limit is a number from 1 to 200.",
            ));
        }
        Ok(PageRequest {
            after: self.after.clone(),
            limit,
        })
    }
}

/// Parses the word of a state; names the parameter when there is no such state.
pub(super) fn word<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let parsed = parse(text);
    parsed
        .map(Some)
        .ok_or_else(|| Problem::bad_field(field, format!("There is no {field} \"{text}\".")))
}

/// The id of a thing in a path.
pub(super) fn id<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(what))
}

/// The channel in a path.
pub(super) fn channel(text: &str) -> Result<ChannelRef, Problem> {
    crate::channel::parse(text).ok_or_else(|| {
        Problem::bad_field(
            "id",
            "Name the channel as team:channel, for example T012AB3C4:C061EG9SL.",
        )
    })
}
