//! What Maro answers to a report, and whether to try again.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::Ending;

const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Sends until there is an answer that would not change. The request must have an idempotency key,
/// so that one whose answer got lost is not recorded twice.
pub(super) async fn send(
    request: impl Fn() -> anyhow::Result<RequestBuilder>,
) -> anyhow::Result<Result<Value, Ending>> {
    let mut pause = FIRST_PAUSE;
    for attempt in 1..=ATTEMPTS {
        let why = match request()?.send().await {
            Ok(response) if may_pass(response.status()) => {
                pause = asked_pause(&response).unwrap_or(pause);
                format!("Maro answered {}", response.status())
            }
            Ok(response) => return read(response).await.map(|read| read.ok_or(Ending::Refused)),
            // The address may hold what is private to the build; the cause says enough.
            Err(err) => format!("{:#}", anyhow::Error::new(err.without_url())),
        };
        if attempt == ATTEMPTS {
            eprintln!("maro: not reported: {why}");
            break;
        }
        eprintln!("maro: {why}; trying again in {} s", pause.as_secs());
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Ok(Err(Ending::Unreachable))
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error()
        || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(&status)
}

fn asked_pause(response: &Response) -> Option<Duration> {
    let header = response.headers().get("retry-after")?.to_str().ok()?;
    let seconds = header.parse().ok()?;
    Some(Duration::from_secs(seconds).clamp(FIRST_PAUSE, LONGEST_PAUSE))
}

/// The answer; `None` when it is a refusal, which is said here.
async fn read(response: Response) -> anyhow::Result<Option<Value>> {
    let status = response.status();
    let text = response.text().await.context("the answer was cut off")?;
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    if status.is_success() {
        anyhow::ensure!(answer.is_object(), "this is no Maro: {status}, but no JSON");
        return Ok(Some(answer));
    }
    let detail = answer["detail"]
        .as_str()
        .unwrap_or("there is no more to it; is this Maro?");
    eprintln!("maro: refused ({status}): {detail}");
    Ok(None)
}
