//! Calling a runner: one signed request, which it may know again by its key.

use std::time::Duration;

use maro_atlassian::client::install_crypto_provider;
use maro_core::suite_starts::SuiteStart;
use maro_slack::signature::sign;
use reqwest::{Client, redirect};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use crate::App;

const TIMEOUT: Duration = Duration::from_secs(10);
/// The header with the time at which the body was signed.
pub const TIMESTAMP: &str = "x-maro-timestamp";
/// The header with the signature, made as Slack makes its own, version 0.
pub const SIGNATURE: &str = "x-maro-signature";

/// What came of a call.
#[derive(Debug)]
pub(super) enum Called {
    /// The runner has taken it.
    Taken,
    /// Nothing began, for this reason.
    Refused(String),
    /// It may have begun.
    Unclear,
}

/// Asks a runner to start a suite. It is never asked twice.
pub(super) async fn call(
    app: &App,
    start: &SuiteStart,
    url: &Url,
    secret: &SecretString,
) -> Called {
    let callback = app.settings().page_url("api/v1/runners/callback");
    let body = json!({
        "start": start.id,
        "suite": start.suite,
        "asked_by": start.asked_by,
        "callback_url": callback,
    });
    let (body, now) = (body.to_string(), app.now().timestamp());
    let Ok(client) = client() else {
        return Called::Refused("No connection could be made ready.".to_owned());
    };
    let request = client
        .post(url.clone())
        .header("content-type", "application/json")
        .header("idempotency-key", start.id.to_string())
        .header(TIMESTAMP, now)
        .header(SIGNATURE, sign(secret, now, body.as_bytes()))
        .body(body);
    match request.send().await {
        Ok(answer) if answer.status().is_success() => Called::Taken,
        Ok(answer) => Called::Refused(format!("The runner answered {}.", answer.status())),
        Err(err) if err.is_connect() => {
            Called::Refused("The runner could not be reached.".to_owned())
        }
        Err(_) => Called::Unclear,
    }
}

fn client() -> reqwest::Result<Client> {
    install_crypto_provider();
    Client::builder()
        .user_agent(concat!("maro/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .build()
}
