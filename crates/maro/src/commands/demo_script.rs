//! `maro demo --script`: the main job, played by people who click through HTTP, and checked.
//!
//! Every step is what a person would do in the simulated Slack; nothing reaches into Maro.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use maro_app::App;
use maro_app::findings::{self, tickets};
use maro_app::model::{Actor, FindingKind, Identity, Severity, Sighting};
use serde_json::{Value, json};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(20);
const CHANNEL: &str = "payments";
const TITLE: &str = "Checkout fails with an error on Safari";
const FOUND: &str = "The caller is cut off after the second question";

/// Plays the main job; the first step that does not hold ends it with an error.
pub(crate) async fn play(sandbox: &Url, app: &App) -> anyhow::Result<()> {
    let stage = Stage {
        http: client()?,
        sandbox: sandbox.clone(),
    };
    let preview = draft(&stage).await?;
    let key = approve(&stage, &preview).await?;
    click_late(&stage, &preview).await?;
    list_tracked(&stage, &key).await?;
    ticket_of_finding(&stage, app).await?;

    step("The audit log is whole");
    let (entries, _) = maro_app::audit::verify(app).await?;
    println!("      {entries} entries");
    anyhow::ensure!(
        created(&stage.state().await?, TITLE).len() == 1,
        "a second ticket appeared"
    );
    println!("\nDone: one draft, one approval, one ticket. One defect, seen twice, one ticket.");
    Ok(())
}

/// Amira drafts; returns the timestamp of the preview.
async fn draft(stage: &Stage) -> anyhow::Result<String> {
    step("Amira types `/maro create` in #payments");
    let text = format!("create {TITLE}");
    let command = json!({ "user": "amira", "channel": CHANNEL, "text": text });
    stage.act("slack/command", &command).await?;
    stage.until("the form opens", find_modal).await?;

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
        .until("the preview is in the channel", find_preview)
        .await?;
    println!("      {}", preview["text"].as_str().unwrap_or_default());
    let ts = preview["ts"]
        .as_str()
        .context("the preview has a timestamp")?;
    Ok(ts.to_owned())
}

/// Boris approves with a double click; returns the key of the one ticket.
async fn approve(stage: &Stage, preview: &str) -> anyhow::Result<String> {
    step("Boris approves, and double-clicks while he is at it");
    stage
        .act("slack/click", &approval("boris", preview, 2))
        .await?;
    let told = |state: &Value| find_text(state, "Ticket created:");
    println!(
        "      {}",
        stage.until("Maro says so in the thread", told).await?
    );

    step("Jira has exactly one ticket");
    let keys = created(&stage.state().await?, TITLE);
    let [key] = keys.as_slice() else {
        anyhow::bail!("there are {} tickets: {keys:?}", keys.len());
    };
    println!("      {key}");
    let is_settled = |state: &Value| settled(state, preview);
    stage
        .until("the preview has lost its buttons", is_settled)
        .await?;
    Ok(key.clone())
}

/// Chen presses a button that is no longer there.
async fn click_late(stage: &Stage, preview: &str) -> anyhow::Result<()> {
    step("Chen clicks the old button: nothing happens but an answer");
    stage
        .act("slack/click", &approval("chen", preview, 1))
        .await?;
    let told = |state: &Value| find_ephemeral(state, "Ticket was already created");
    println!("      {}", stage.until("Chen is told", told).await?);
    Ok(())
}

async fn list_tracked(stage: &Stage, key: &str) -> anyhow::Result<()> {
    step("The channel tracks the ticket");
    let command = json!({ "user": "amira", "channel": CHANNEL, "text": "tracked" });
    stage.act("slack/command", &command).await?;
    let listed = |state: &Value| find_ephemeral(state, "Tracked Jira issues");
    let list = stage.until("the list is shown", listed).await?;
    println!("      {}", list.replace('\n', "\n      "));
    anyhow::ensure!(list.contains(key), "the list does not name {key}");
    Ok(())
}

/// A monitor sees a defect twice, and the operator wants a ticket for it, twice.
async fn ticket_of_finding(stage: &Stage, app: &App) -> anyhow::Result<()> {
    step("A monitor reports a defect, and reports it again");
    let operator = Identity::bare(Actor::Operator);
    let report = || findings::report_defect(app, found(), &operator.actor, None);
    report().await?;
    let defect = report().await?;
    anyhow::ensure!(defect.count == 2, "it was counted {} times", defect.count);
    println!("      one defect, seen {} times", defect.count);

    step("A ticket is wanted for it, by two clicks");
    for _ in 0..2 {
        tickets::ask(app, defect.id, None, &operator).await?;
    }
    let ticket = |state: &Value| created(state, FOUND).into_iter().next();
    let key = stage.until("Jira has its ticket", ticket).await?;
    println!("      {key}");
    let count = created(&stage.state().await?, FOUND).len();
    anyhow::ensure!(count == 1, "there are {count} tickets for one defect");
    Ok(())
}

fn found() -> Sighting {
    Sighting {
        kind: FindingKind::Defect,
        fingerprint: None,
        title: FOUND.to_owned(),
        severity: Severity::High,
        description: "Heard by the monitor of the line.".to_owned(),
        steps: String::new(),
        expected: "The dialogue goes on.".to_owned(),
        actual: "The line is silent.".to_owned(),
        source: "line-monitor".to_owned(),
        run: None,
    }
}

fn approval(user: &str, preview: &str, times: u32) -> Value {
    json!({
        "user": user, "channel": CHANNEL, "ts": preview, "action_id": "draft_approve",
        "times": times, "stale": true,
    })
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

/// The keys of the tickets with a title.
fn created(state: &Value, title: &str) -> Vec<String> {
    let issues = state["jira"]["issues"].as_array();
    issues
        .into_iter()
        .flatten()
        .filter(|issue| issue["summary"] == title)
        .filter_map(|issue| issue["key"].as_str().map(str::to_owned))
        .collect()
}
