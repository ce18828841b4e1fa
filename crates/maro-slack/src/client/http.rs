//! The one place of this crate that makes an HTTP client and reads an answer.
//!
//! Time-outs are always set, redirects and automatic retries are off (a retried post is a second
//! message), and an answer is read only up to a bound.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, redirect, retry};
use url::{Host, Url};

use super::{Received, SlackError, UnknownCause};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// Builds the client for the API at `api_url`.
pub(crate) fn build(api_url: &Url) -> Result<Client, reqwest::Error> {
    // The provider is process-wide; somebody else having installed one already is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("maro/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .redirect(redirect::Policy::none())
        .retry(retry::never());
    if is_loopback(api_url) {
        // A company proxy cannot reach the sandbox on this machine.
        builder = builder.no_proxy();
    }
    builder.build()
}

/// Sends a request and reads the answer, whatever its status.
pub(crate) async fn exchange(request: RequestBuilder) -> Result<Received, SlackError> {
    let response = request.send().await.map_err(sending_failed)?;
    let status = response.status();
    let headers = response.headers().clone();
    let body = read_bounded(response).await?;
    Ok(Received {
        status,
        headers,
        body,
    })
}

fn sending_failed(error: reqwest::Error) -> SlackError {
    if error.is_connect() || error.is_builder() {
        return SlackError::not_sent(error);
    }
    SlackError::OutcomeUnknown(UnknownCause::from_transport(error))
}

async fn read_bounded(mut response: Response) -> Result<Vec<u8>, SlackError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_ANSWER_BYTES => {
                return Err(SlackError::OutcomeUnknown(UnknownCause::TooLarge));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => {
                return Err(SlackError::OutcomeUnknown(UnknownCause::from_transport(
                    error,
                )));
            }
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
