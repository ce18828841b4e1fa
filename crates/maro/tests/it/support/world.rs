//! A simulated Slack and Jira, a database and a configuration: everything a Maro is started in.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use maro_sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::maro::Maro;
use super::seen::{Seen, has_button};
use super::{Database, eventually};

/// The token that the tests call the API with.
pub(crate) const API_TOKEN: &str = "api-token-of-the-tests-0123456789";
/// The simulated workspace.
pub(crate) const TEAM: &str = "T0SANDBOX";
/// Channels that Amira and Maro are in: Slack takes one message per second in each.
pub(crate) const CHANNELS: [&str; 3] = ["C0PAYMENTS", "C0CHECKOUT", "C0LEADS"];

/// Quick, so that tests need not wait; the order of the times to each other is as in production.
const LEDGER: &str = "
[ledger]
search_after_ms = [100, 200, 400]
watch_every_ms = 300
first_deferral_ms = 200
limit_pause_ms = 200
send_deadline_ms = 1500
lease_ms = 3000
work_lease_ms = 1500
poll_ms = 200
";

/// What a person is told, and what it takes to find it.
pub(crate) struct Told<'a> {
    /// The person's id.
    pub(crate) user: &'a str,
    /// A part of the text.
    pub(crate) part: &'a str,
}

/// Everything around a Maro.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) options: SandboxOptions,
    pub(crate) database: Database,
    pub(crate) http: reqwest::Client,
    folder: TempDir,
    starts: AtomicU32,
}

impl World {
    /// A world with the quick settings.
    pub(crate) async fn new(database: Database) -> Self {
        Self::configured(database, "").await
    }

    /// A world with the quick settings and more lines of configuration.
    pub(crate) async fn configured(database: Database, lines: &str) -> Self {
        let world = Self::with_file(database, &format!("{lines}\n{LEDGER}")).await;
        world
            .admin("settings", json!({ "retry_scale": 0.002 }))
            .await;
        world
    }

    /// A world where Jira is polled this often.
    pub(crate) async fn polling(database: Database, every_ms: u64) -> Self {
        let world =
            Self::with_file(database, &format!("{LEDGER}jira_poll_ms = {every_ms}\n")).await;
        world
            .admin("settings", json!({ "retry_scale": 0.002 }))
            .await;
        world
    }

    /// A world with a configuration file of its own.
    pub(crate) async fn with_file(database: Database, file: &str) -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("maro.toml"), file).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            sandbox,
            options,
            database,
            http,
            folder,
            starts: AtomicU32::new(0),
        }
    }

    /// Where configuration, data and logs are.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Writes another configuration file, and gives its path.
    pub(crate) fn another_file(&self, file: &str) -> String {
        let path = self.folder.path().join("another.toml");
        std::fs::write(&path, file).unwrap();
        path.display().to_string()
    }

    /// The environment of a Maro in this world.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let options = &self.options;
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        [
            ("MARO_CONFIG", path("maro.toml")),
            ("MARO_DATA_DIR", path("data")),
            ("MARO_DATABASE_URL", self.database.url()),
            ("MARO_SECRET_KEY", "deployment-key-of-the-tests".into()),
            ("MARO_API_TOKEN", API_TOKEN.into()),
            ("SLACK_API_URL", self.sandbox.slack_api_url().to_string()),
            ("SLACK_BOT_TOKEN", options.slack_bot_token.clone()),
            ("SLACK_SIGNING_SECRET", options.slack_signing_secret.clone()),
            ("JIRA_URL", self.sandbox.jira_url().to_string()),
            ("JIRA_USERNAME", options.jira_username.clone()),
            ("JIRA_API_TOKEN", options.jira_api_token.clone()),
            ("JIRA_DEFAULT_PROJECT", "SCRUM".into()),
            ("JIRA_WEBHOOK_SECRET", options.jira_webhook_secret.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// The environment, with some variables set otherwise.
    pub(crate) fn environment_with(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut environment = self.environment();
        environment.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        environment.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        environment
    }

    /// Starts a Maro, and lets Slack and Jira deliver to it.
    pub(crate) async fn maro(&self) -> Maro {
        self.maro_with(&[]).await
    }

    /// Starts a Maro with some variables set otherwise.
    pub(crate) async fn maro_with(&self, changes: &[(&str, &str)]) -> Maro {
        let maro = self.try_maro(changes).await.unwrap();
        self.sandbox.point_at(maro.url.clone());
        maro
    }

    /// Starts a Maro, or tells what it said.
    pub(crate) async fn try_maro(&self, changes: &[(&str, &str)]) -> Result<Maro, String> {
        let number = self.starts.fetch_add(1, Ordering::Relaxed);
        let log = self.folder.path().join(format!("maro-{number}.log"));
        Maro::start(&self.environment_with(changes), &log, self.http.clone()).await
    }

    /// Does something at the sandbox's control panel; it must work.
    pub(crate) async fn admin(&self, path: &str, body: Value) -> Value {
        let url = self.sandbox.url().join(&format!("admin/{path}")).unwrap();
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path} {body}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Deletes an issue, as a person in Jira does.
    pub(crate) async fn delete_issue(&self, id_or_key: &str) {
        let path = format!("admin/jira/issues/{id_or_key}");
        let url = self.sandbox.url().join(&path).unwrap();
        let answer = self.http.delete(url).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    /// Makes something go wrong, for example `jira:POST:/rest/api/3/issue$:drop-after:times=1`.
    pub(crate) fn fault(&self, rule: &str) {
        self.sandbox.add_fault(rule.parse().unwrap());
    }

    /// Lets everything work again.
    pub(crate) async fn no_more_faults(&self) {
        let url = self.sandbox.url().join("admin/faults").unwrap();
        self.http.delete(url).send().await.unwrap();
    }

    /// Everything that is to be seen now.
    pub(crate) async fn look(&self) -> Seen {
        Seen::new(self.read("admin/view").await)
    }

    /// How many requests of this kind arrived, for example `jira POST /rest/api/3/issue`.
    pub(crate) async fn requests(&self, kind: &str) -> u64 {
        let state = self.read("admin/state").await;
        state["requests"]["counts"][kind].as_u64().unwrap_or(0)
    }

    /// How many requests arrived whose kind begins so and has one of these parts.
    pub(crate) async fn requests_like(&self, beginning: &str, parts: &[&str]) -> u64 {
        let state = self.read("admin/state").await;
        let counts = state["requests"]["counts"].as_object();
        let counts = counts.into_iter().flatten().filter(|(kind, _)| {
            kind.starts_with(beginning) && parts.iter().any(|part| kind.contains(part))
        });
        counts.filter_map(|(_, count)| count.as_u64()).sum()
    }

    /// When the newest requests to a path ended.
    pub(crate) async fn times_of(&self, path: &str) -> Vec<SystemTime> {
        let state = self.read("admin/state").await;
        let requests = state["requests"]["requests"].as_array();
        requests
            .into_iter()
            .flatten()
            .filter(|request| request["path"] == path)
            .map(|request| {
                let at = request["at"].as_str().unwrap();
                chrono::DateTime::parse_from_rfc3339(at).unwrap().into()
            })
            .collect()
    }

    /// How many creates arrived at Jira, whatever came of them.
    pub(crate) async fn create_requests(&self) -> u64 {
        self.requests("jira POST /rest/api/3/issue").await
    }

    /// What Maro answered to the newest delivery of Slack's.
    pub(crate) async fn last_delivery(&self) -> Value {
        let state = self.read("admin/state").await;
        let deliveries = state["slack"]["deliveries"].as_array();
        deliveries
            .and_then(|all| all.last().cloned())
            .unwrap_or_default()
    }

    /// Reads something of the sandbox.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let url = self.sandbox.url().join(path).unwrap();
        let response = self.http.get(url).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// Looks until there is something to see.
    pub(crate) async fn until<T>(&self, what: &str, look: impl Fn(&Seen) -> Option<T>) -> T {
        eventually(what, async || look(&self.look().await)).await
    }

    /// Waits until a person was told something, and gives the whole text.
    pub(crate) async fn until_told(&self, told: Told<'_>) -> String {
        let Told { user, part } = told;
        self.until(&format!("{user} is told: {part}"), |seen| {
            let texts = seen.told(user);
            let text = texts.iter().rev().find(|text| text.contains(part))?;
            Some((*text).to_owned())
        })
        .await
    }

    /// Waits until Maro said something for everybody, and gives the whole text.
    pub(crate) async fn until_said(&self, beginning: &str) -> String {
        self.until(&format!("Maro says: {beginning}"), |seen| {
            Some(seen.last(beginning)?["text"].as_str()?.to_owned())
        })
        .await
    }

    /// Types a slash command in #payments.
    pub(crate) async fn command(&self, user: &str, text: &str) -> Value {
        let body = json!({ "user": user, "channel": "payments", "text": text });
        self.admin("slack/command", body).await
    }

    /// Clicks a button of a message.
    pub(crate) async fn click(&self, user: &str, message: &Value, action_id: &str) -> Value {
        let body = json!({
            "user": user, "channel": message["channel"], "ts": message["ts"],
            "action_id": action_id, "stale": true,
        });
        self.admin("slack/click", body).await
    }

    /// Submits the topmost modal of a person.
    pub(crate) async fn submit(&self, user: &str, values: Value) -> Value {
        self.admin("slack/submit", json!({ "user": user, "values": values }))
            .await
    }

    /// Waits until a person sees a modal of this kind.
    pub(crate) async fn until_modal(&self, user: &str, callback_id: &str) -> Value {
        self.until(&format!("{user} sees {callback_id}"), |seen| {
            let modal = seen.modal(user)?;
            (modal["callback_id"] == callback_id).then(|| modal.clone())
        })
        .await
    }

    /// Waits for the preview of a title among the newest messages of a channel. Quicker than
    /// looking at everything where there is a lot.
    pub(crate) async fn until_preview_in(&self, channel: &str, title: &str) -> Value {
        let url = self.sandbox.slack_api_url();
        let url = url.join("conversations.history").unwrap();
        eventually(&format!("the preview of {title}"), async || {
            let request = self.http.post(url.clone());
            let request = request.bearer_auth(&self.options.slack_bot_token);
            let request = request.form(&[("channel", channel), ("limit", "10")]);
            let history: Value = request.send().await.unwrap().json().await.unwrap();
            let mut newest = history["messages"].as_array()?.iter();
            let text = format!("Ticket draft: {title}");
            let mut preview = newest
                .find(|message| message["text"] == text && has_button(message, "draft_approve"))?
                .clone();
            preview["channel"] = channel.into();
            Some(preview)
        })
        .await
    }

    /// Waits for the preview of a title.
    pub(crate) async fn until_preview(&self, title: &str) -> Value {
        self.until(&format!("the preview of {title}"), |seen| {
            seen.preview(title).cloned()
        })
        .await
    }

    /// Amira drafts a ticket by `/maro create`, and its preview is there.
    pub(crate) async fn draft(&self, title: &str) -> Value {
        self.command("amira", &format!("create {title}")).await;
        self.until_modal("U0AMIRA", "draft_modal").await;
        let done = self
            .submit("amira", json!({ "problem": "It does not work." }))
            .await;
        assert_eq!(done["errors"], json!({}), "{done}");
        self.until_preview(title).await
    }

    /// Waits until the preview says what became of it and has no Approve button.
    pub(crate) async fn until_card(&self, preview: &Value, beginning: &str) -> Value {
        let ts = preview["ts"].as_str().unwrap();
        self.until(&format!("the preview says {beginning}"), |seen| {
            let message = seen.message(ts)?;
            let says = message["text"].as_str()?.starts_with(beginning);
            (says && !has_button(message, "draft_approve")).then(|| message.clone())
        })
        .await
    }

    /// Somebody drafts through the API and Amira approves; gives the session.
    pub(crate) async fn approved(&self, maro: &Maro, channel: &str, title: &str) -> String {
        let draft = maro.draft(channel, title).await;
        let preview = self.until_preview(title).await;
        let answer = self.click("amira", &preview, "draft_approve").await;
        assert_eq!(answer["status"], 200);
        draft["session"].as_str().unwrap().to_owned()
    }
}
