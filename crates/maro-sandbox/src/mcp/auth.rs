//! Who calls an MCP server, and what that is worth at the REST APIs behind it.
//!
//! Like the real servers these look at the form of credentials only; whether
//! they are right shows when they are used.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::state::{McpSettings, ServerCredential};
use super::{Profile, Server};
use crate::state::lock;

/// The credentials of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credentials {
    /// An OAuth access token, for the gateway; mcp-atlassian is told the site beside it.
    OAuth {
        authorization: String,
        cloud_id: Option<String>,
    },
    /// The site's own Basic credentials.
    Basic(String),
    /// A personal token of Data Center.
    Personal(String),
}

/// The credentials of a request, if it has any in a form that the server takes.
pub(super) fn read(server: &Server, headers: &HeaderMap) -> Option<Credentials> {
    let settings = lock(&server.world.mcp).settings.clone();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let given = text("authorization").and_then(|value| value.split_once(' '));
    match (server.profile, given) {
        (Profile::Sooperset, given) => sooperset(server, &settings, given, text),
        (_, Some((scheme, token))) => hosted(scheme, token.trim()),
        (_, None) => None,
    }
}

fn sooperset<'a>(
    server: &Server,
    settings: &McpSettings,
    given: Option<(&str, &str)>,
    header: impl Fn(&str) -> Option<&'a str>,
) -> Option<Credentials> {
    match given {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Some(Credentials::OAuth {
                authorization: format!("Bearer {}", token.trim()),
                cloud_id: header("x-atlassian-cloud-id").map(str::to_owned),
            })
        }
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("token") => {
            Some(Credentials::Personal(format!("Bearer {}", token.trim())))
        }
        Some(_) => None,
        None => own(server, settings.server_credential),
    }
}

/// What the server itself was started with.
fn own(server: &Server, credential: ServerCredential) -> Option<Credentials> {
    let options = &server.world.options;
    match credential {
        ServerCredential::None => None,
        ServerCredential::Cloud => {
            let pair = format!("{}:{}", options.jira_username, options.jira_api_token);
            let encoded = data_encoding::BASE64.encode(pair.as_bytes());
            Some(Credentials::Basic(format!("Basic {encoded}")))
        }
        ServerCredential::DataCenter => Some(Credentials::Personal(format!(
            "Bearer {}",
            options.jira_personal_token
        ))),
    }
}

fn hosted(scheme: &str, token: &str) -> Option<Credentials> {
    if token.is_empty() {
        return None;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(Credentials::OAuth {
            authorization: format!("Bearer {token}"),
            cloud_id: None,
        }),
        "basic" => Some(Credentials::Basic(format!("Basic {token}"))),
        _ => None,
    }
}

/// The 401 of a server; the hosted one also says where its own documents are.
pub(super) fn refusal(server: &Server) -> Response {
    let (body, challenge) = match server.profile {
        Profile::Sooperset => (
            json!({"error": "Authentication required: no Atlassian credentials were provided."}),
            "Bearer".to_owned(),
        ),
        Profile::RovoV1 | Profile::RovoV2 => (
            json!({"error": "invalid_token", "error_description": "Missing or invalid access token"}),
            format!(
                "Bearer realm=\"OAuth\", resource_metadata=\"{}.well-known/oauth-protected-resource\", \
                 error=\"invalid_token\", error_description=\"Missing or invalid access token\"",
                server.world.base_url()
            ),
        ),
    };
    let mut response = (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response();
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
