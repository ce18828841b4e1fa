//! One call to the API server: the token of the moment, a bounded answer, and what a refusal means.

use std::path::Path;
use std::time::Duration;

use maro_atlassian::client::install_crypto_provider;
use maro_core::text::{clip, one_line};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;

use super::{Cluster, Unavailable};

const TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;
const LONGEST: usize = 300;

/// A client that trusts the cluster's own authority, and goes through no proxy: the API server is
/// inside.
pub(super) fn client(ca_file: Option<&Path>) -> Result<Client, Unavailable> {
    install_crypto_provider();
    let mut builder = Client::builder()
        .user_agent(concat!("maro/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy();
    if let Some(path) = ca_file {
        let pem = std::fs::read(path).map_err(|err| unreadable(path, &err))?;
        let authority = Certificate::from_pem_bundle(&pem).map_err(|err| client_error(&err))?;
        builder = builder.tls_certs_only(authority);
    }
    builder.build().map_err(|err| client_error(&err))
}

impl Cluster {
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        let mut url = self.secrets.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        self.http.request(method, url)
    }

    /// Sends a request; `None` when there is no such object.
    pub(super) async fn send(
        &self,
        verb: &'static str,
        request: RequestBuilder,
    ) -> Result<Option<Value>, Unavailable> {
        let token = tokio::fs::read_to_string(&self.token_file).await;
        let token = token.map_err(|err| unreadable(&self.token_file, &err))?;
        let answer = request.bearer_auth(token.trim()).send().await;
        let answer = answer.map_err(|err| no_answer(&err))?;
        let status = answer.status();
        let body = read(answer).await?;
        match status {
            _ if status.is_success() => Ok(Some(body)),
            StatusCode::NOT_FOUND if matches!(verb, "get" | "delete") => Ok(None),
            StatusCode::UNAUTHORIZED => Err(Unavailable::Unauthorized),
            StatusCode::FORBIDDEN => Err(Unavailable::Forbidden {
                verb,
                said: said(&body, status),
            }),
            _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(Unavailable::NoAnswer(said(&body, status)))
            }
            _ => Err(Unavailable::Refused {
                verb,
                said: said(&body, status),
            }),
        }
    }
}

/// Reads an answer; one that is no JSON is nothing.
async fn read(mut answer: Response) -> Result<Value, Unavailable> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|err| no_answer(&err))? {
        if bytes.len() + chunk.len() > ANSWER_LIMIT {
            return Err(Unavailable::NoAnswer("its answer is too long".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

/// Kubernetes' own words. What is wrong with a value could quote the value, so 422 has none.
fn said(body: &Value, status: StatusCode) -> String {
    let message = body["message"]
        .as_str()
        .filter(|_| status != StatusCode::UNPROCESSABLE_ENTITY);
    let message = message.map(|message| clip(&one_line(message), LONGEST));
    message.unwrap_or_else(|| format!("status {}", status.as_u16()))
}

fn no_answer(err: &reqwest::Error) -> Unavailable {
    let what = if err.is_timeout() {
        "it took too long"
    } else if err.is_connect() {
        "no connection, or its certificate is not trusted"
    } else {
        "the connection broke"
    };
    Unavailable::NoAnswer(what.into())
}

fn client_error(err: &reqwest::Error) -> Unavailable {
    Unavailable::Client(err.to_string())
}

fn unreadable(path: &Path, err: &std::io::Error) -> Unavailable {
    Unavailable::NoAccount {
        path: path.display().to_string(),
        said: err.to_string(),
    }
}
