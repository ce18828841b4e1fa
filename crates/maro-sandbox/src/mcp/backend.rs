//! How the servers reach Jira and Confluence: the sandbox's own REST APIs, in process.
//!
//! A request takes the same way as one from outside, through fault rules and
//! the request log. A connection that a fault closes is an outcome here.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::time::sleep;
use tower::ServiceExt as _;

use super::auth::Credentials;
use crate::atlassian::{MAIN_CLOUD_ID, OTHER_CLOUD_ID};

/// Longer answers are cut.
const LONGEST: usize = 8 * 1024 * 1024;

/// The REST APIs.
#[derive(Clone)]
pub(super) struct Backend(Router);

/// The APIs for one caller: where they are and what proves who asks.
#[derive(Clone)]
pub(super) struct Road {
    backend: Backend,
    authorization: String,
    /// Before `/rest/api/…` of Jira.
    jira: String,
    /// Before `/rest/api/…` of Confluence.
    confluence: String,
    pub(super) is_cloud: bool,
    /// Whether the client below sleeps as long as a 429 says and tries again.
    patient: bool,
}

/// What came back.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    Reply {
        status: StatusCode,
        retry_after: Option<String>,
        text: String,
        url: String,
    },
    /// The connection ended without an answer; nobody knows what was done.
    Broken,
}

impl Backend {
    pub(super) fn new(inner: Router) -> Self {
        Self(inner)
    }

    /// The road of mcp-atlassian: the site, Data Center, or the gateway for the site that it was told.
    pub(super) fn sooperset(&self, credentials: &Credentials) -> Option<Road> {
        let (authorization, jira, confluence, is_cloud) = match credentials {
            Credentials::Basic(value) => (value, "/jira".to_owned(), "/wiki".to_owned(), true),
            Credentials::Personal(value) => (
                value,
                "/dc/jira".to_owned(),
                "/dc/confluence".to_owned(),
                false,
            ),
            Credentials::OAuth {
                authorization,
                cloud_id,
            } => {
                let id = cloud_id.as_ref()?;
                (authorization, gateway("jira", id), gateway_wiki(id), true)
            }
        };
        Some(Road {
            backend: self.clone(),
            authorization: authorization.clone(),
            jira,
            confluence,
            is_cloud,
            patient: true,
        })
    }

    /// The road of the hosted server to one site.
    pub(super) fn hosted(&self, credentials: &Credentials, cloud_id: &str) -> Road {
        let (authorization, jira, confluence) = match credentials {
            Credentials::Basic(value) | Credentials::Personal(value) => (
                value,
                match cloud_id {
                    MAIN_CLOUD_ID => "/jira".to_owned(),
                    OTHER_CLOUD_ID => "/other/jira".to_owned(),
                    unknown => gateway("jira", unknown),
                },
                "/wiki".to_owned(),
            ),
            Credentials::OAuth { authorization, .. } => (
                authorization,
                gateway("jira", cloud_id),
                gateway_wiki(cloud_id),
            ),
        };
        Road {
            backend: self.clone(),
            authorization: authorization.clone(),
            jira,
            confluence,
            is_cloud: true,
            patient: false,
        }
    }
}

fn gateway(product: &str, cloud_id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(cloud_id.as_bytes()).collect();
    format!("/atlassian/ex/{product}/{id}")
}

fn gateway_wiki(cloud_id: &str) -> String {
    format!("{}/wiki", gateway("confluence", cloud_id))
}

impl Road {
    /// Asks Jira; `path` begins with `/rest/`.
    pub(super) async fn jira(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.ask(method, format!("{}{path}", self.jira), body).await
    }

    /// Asks Confluence; `path` begins with `/rest/` or `/api/`.
    pub(super) async fn confluence(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        self.ask(method, format!("{}{path}", self.confluence), body)
            .await
    }

    /// Asks the gateway itself.
    pub(super) async fn atlassian(&self, path: &str) -> Answer {
        self.ask(Method::GET, format!("/atlassian{path}"), None)
            .await
    }

    async fn ask(&self, method: Method, url: String, body: Option<&Value>) -> Answer {
        loop {
            let answer = self.once(&method, &url, body).await;
            match answer.seconds_to_wait() {
                // The library below mcp-atlassian does so without a limit.
                Some(seconds) if self.patient => sleep(Duration::from_secs(seconds)).await,
                _ => return answer,
            }
        }
    }

    async fn once(&self, method: &Method, url: &str, body: Option<&Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())));
        let Ok(request) = request else {
            return Answer::Broken;
        };
        let asking = async {
            let response = match self.backend.0.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(Body::new(body), LONGEST).await.ok()?;
            let retry_after = parts
                .headers
                .get(header::RETRY_AFTER)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            Some(Answer::Reply {
                status: parts.status,
                retry_after,
                text: String::from_utf8_lossy(&bytes).into_owned(),
                url: url.to_owned(),
            })
        };
        // A fault that closes the connection unwinds.
        let outcome = AssertUnwindSafe(asking).catch_unwind().await;
        outcome.ok().flatten().unwrap_or(Answer::Broken)
    }
}

impl Answer {
    /// Whether it says when to come again.
    pub(super) fn has_time(&self) -> bool {
        matches!(
            self,
            Self::Reply {
                retry_after: Some(_),
                ..
            }
        )
    }

    /// The JSON of a success.
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::Reply { status, text, .. } if status.is_success() => {
                if text.is_empty() {
                    Some(Value::Null)
                } else {
                    serde_json::from_str(text).ok()
                }
            }
            _ => None,
        }
    }

    /// The JSON, whatever the status.
    pub(super) fn json(&self) -> Option<Value> {
        match self {
            Self::Reply { text, .. } => serde_json::from_str(text).ok(),
            Self::Broken => None,
        }
    }

    /// The status, if one came.
    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Reply { status, .. } => Some(*status),
            Self::Broken => None,
        }
    }

    fn seconds_to_wait(&self) -> Option<u64> {
        match self {
            Self::Reply {
                status: StatusCode::TOO_MANY_REQUESTS,
                retry_after: Some(text),
                ..
            } => text.parse().ok(),
            _ => None,
        }
    }
}
