//! Problems: what an API client sees when something is refused (RFC 9457).
//!
//! A problem has a status, a stable code, a sentence for people and, where one is to blame, the
//! field. Errors of use cases become problems in `crate::api`; pages have their own words.
//!
//! **Invariant:** the cause of an internal error is logged here, once, and never shown.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    field: Option<String>,
    errors: Vec<FieldProblem>,
    retry_after: Option<u64>,
}

/// A refused request, as `application/problem+json`.
#[derive(Serialize, ToSchema)]
struct Wire<'p> {
    /// A URN that names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: &'p str,
    /// The HTTP status.
    status: u16,
    /// What happened, and what to do next.
    detail: &'p str,
    /// A stable word for programs.
    code: &'p str,
    /// The field that is to blame, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'p str>,
    /// All fields that are to blame, where there are several.
    #[serde(skip_serializing_if = "<[FieldProblem]>::is_empty")]
    errors: &'p [FieldProblem],
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// The field.
    pub(crate) field: String,
    /// A sentence for the person who wrote it.
    pub(crate) message: String,
}

impl Problem {
    /// A problem with a status, a stable code and a sentence.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            code,
            field: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// 400 that names a field.
    pub(crate) fn bad_field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "malformed", detail);
        problem.field = Some(field.into());
        problem
    }

    /// 404.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("There is no such {what}."),
        )
    }

    /// 422 that names every field that is to blame.
    pub(crate) fn invalid(errors: Vec<FieldProblem>) -> Self {
        let detail = errors
            .first()
            .map_or("The input is not valid.", |first| &first.message);
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail);
        problem.field = errors.first().map(|first| first.field.clone());
        problem.errors = errors;
        problem
    }

    /// 500; the cause goes to the log only.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong in Maro. Nothing more is known here; the log has the cause.",
        )
    }

    /// 503; the cause goes to the log only.
    pub(crate) fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "the database did not answer");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Maro could not reach its database. Nothing was changed. Please try again.",
        )
    }

    /// Says when to try again.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = Wire {
            kind: format!("urn:maro:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            field: self.field.as_deref(),
            errors: &self.errors,
        };
        wire.serialize(serializer)
    }
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Wire::schema()
    }
}

impl ToSchema for Problem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Wire::schemas(schemas);
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let json = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status(), json, body).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"maro\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_field_and_hides_what_is_empty() {
        let problem = Problem::bad_field("fields.title", "The title is missing.");
        insta::assert_snapshot!(serde_json::to_string(&problem).unwrap(), @r#"{"type":"urn:maro:problem:malformed","title":"Bad Request","status":400,"detail":"The title is missing.","code":"malformed","field":"fields.title"}"#);
    }
}
