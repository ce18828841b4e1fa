//! `maro demo --script`: the main job, played by people who click through HTTP, and checked.
//!
//! Every step is what a person would do in the simulated Slack; nothing reaches into Maro.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use maro_app::App;
use serde_json::{Value, json};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(20);
const CHANNEL: &str = "payments";
const TITLE: &str = "Checkout fails with an error on Safari";

/// Plays the main job; the first step that does not hold ends it with an error.
pub(crate) async fn play(sandbox: &Url, app: &App) -> anyhow::Result<()> {
    let stage = Stage {
        http: client()?,
        sandbox: sandbox.clone(),
    };
    step("Amira types `/maro create` in #payments");
    let command = json!({ "user": "amira", "channel": CHANNEL, "text": format!("create {TITLE}") });
    stage.act("slack/command", &command).await?;
    stage
        .until("the form opens", |state| find_modal(state))
        .await?;

    step("She fills in the form and asks for the preview");
    let values = json!({
        "problem": "Customers on Safari 19 see *an error* after `Pay`.",
        "solution": "Send the cookie with `SameSite=None`.",
        "acceptance_criteria": "payment works on Safari\npayment works on Firefox",
        "labels": "checkout safari",
    });
    stage
        .act(
            "slack/submit",
            &json!({ "user": "amira", "values": values }),
        )
        .await?;
    let preview = stage
        .until("the preview is in the channel", |state| find_preview(state))
        .await?;
    println!("      {}", preview["text"].as_str().unwrap_or_default());

    step("Boris approves, and double-clicks while he is at it");
    let ts = preview["ts"]
        .as_str()
        .context("the preview has a timestamp")?;
    let click = json!({
        "user": "boris", "channel": CHANNEL, "ts": ts, "action_id": "draft_approve", "times": 2, "stale": true,
    });
    stage.act("slack/click", &click).await?;
    let said = stage
        .until("Maro says so in the thread", |state| {
            find_text(state, "Ticket created:")
        })
        .await?;
    println!("      {said}");

    step("Jira has exactly one ticket");
    let state = stage.state().await?;
    let keys = created(&state);
    anyhow::ensure!(
        keys.len() == 1,
        "there are {} tickets: {keys:?}",
        keys.len()
    );
    println!("      {}", keys[0]);
    stage
        .until("the preview has lost its buttons", |state| {
            settled(state, ts)
        })
        .await?;

    step("Chen clicks the old button: nothing happens but an answer");
    let late = json!({
        "user": "chen", "channel": CHANNEL, "ts": ts, "action_id": "draft_approve", "stale": true,
    });
    stage.act("slack/click", &late).await?;
    let told = stage
        .until("Chen is told", |state| {
            find_ephemeral(state, "Ticket was already created")
        })
        .await?;
    println!("      {told}");

    step("The channel tracks the ticket");
    stage
        .act(
            "slack/command",
            &json!({ "user": "amira", "channel": CHANNEL, "text": "tracked" }),
        )
        .await?;
    let list = stage
        .until("the list is shown", |state| {
            find_ephemeral(state, "Tracked Jira issues")
        })
        .await?;
    println!("      {}", list.replace('\n', "\n      "));
    anyhow::ensure!(
        list.contains(&keys[0]),
        "the list does not name {}",
        keys[0]
    );

    step("The audit log is whole");
    let (entries, _) = maro_app::audit::verify(app).await?;
    println!("      {entries} entries");
    anyhow::ensure!(
        created(&stage.state().await?).len() == 1,
        "a second ticket appeared"
    );
    println!("\nDone: one draft, one approval, one ticket.");
    Ok(())
}

fn step(what: &str) {
    println!("• {what}");
}

fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .build()?)
}

/// The sandbox's admin endpoints, through which the script acts as people.
struct Stage {
    http: reqwest::Client,
    sandbox: Url,
}

impl Stage {
    async fn act(&self, what: &str, body: &Value) -> anyhow::Result<Value> {
        let url = self.sandbox.join(&format!("admin/{what}"))?;
        let response = self.http.post(url).json(body).send().await?;
        let status = response.status();
        let text = response.text().await?;
        anyhow::ensure!(status.is_success(), "{what}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    async fn state(&self) -> anyhow::Result<Value> {
        let url = self.sandbox.join("admin/state")?;
        Ok(self.http.get(url).send().await?.json().await?)
    }

    /// Looks until `find` finds something.
    async fn until<T>(&self, what: &str, find: impl Fn(&Value) -> Option<T>) -> anyhow::Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let state = self.state().await?;
            if let Some(found) = find(&state) {
                return Ok(found);
            }
            if Instant::now() > deadline {
                anyhow::bail!("waited {} s, but not: {what}", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

fn messages(state: &Value) -> impl Iterator<Item = &Value> {
    state["slack"]["messages"]
        .as_object()
        .into_iter()
        .flat_map(|channels| channels.values().filter_map(Value::as_array).flatten())
}

fn has_button(message: &Value, action_id: &str) -> bool {
    message["blocks"]
        .to_string()
        .contains(&format!("\"action_id\":\"{action_id}\""))
}

fn find_modal(state: &Value) -> Option<()> {
    let modals = state["slack"]["modals"].as_object()?;
    modals
        .values()
        .filter_map(Value::as_array)
        .flatten()
        .any(|modal| modal["callback_id"] == "draft_modal")
        .then_some(())
}

fn find_preview(state: &Value) -> Option<Value> {
    messages(state)
        .find(|message| has_button(message, "draft_approve"))
        .cloned()
}

fn settled(state: &Value, ts: &str) -> Option<()> {
    let preview = messages(state).find(|message| message["ts"] == ts)?;
    (preview["text"].as_str()?.starts_with("Created:") && !has_button(preview, "draft_approve"))
        .then_some(())
}

fn find_text(state: &Value, part: &str) -> Option<String> {
    let text = messages(state)
        .filter_map(|m| m["text"].as_str())
        .find(|text| text.contains(part))?;
    Some(text.to_owned())
}

fn find_ephemeral(state: &Value, part: &str) -> Option<String> {
    let shown = state["slack"]["ephemerals"].as_array()?;
    let text = shown
        .iter()
        .filter_map(|e| e["message"]["text"].as_str())
        .find(|t| t.contains(part))?;
    Some(text.to_owned())
}

/// The keys of the tickets with the script's title.
fn created(state: &Value) -> Vec<String> {
    let issues = state["jira"]["issues"].as_array();
    issues
        .into_iter()
        .flatten()
        .filter(|issue| issue["summary"] == TITLE)
        .filter_map(|issue| issue["key"].as_str().map(str::to_owned))
        .collect()
}
