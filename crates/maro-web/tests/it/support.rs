//! A running Maro: the binary as cargo builds it, in a folder of its own, beside a sandbox.
//!
//! This crate may not name the store, so its tests start what an operator starts.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use maro_sandbox::{Sandbox, SandboxOptions};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

pub(crate) const TOKEN: &str = "maro_test_token_0123456789";
pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const TEAM: &str = "T0SANDBOX";
pub(crate) const CHANNEL: &str = "C0PAYMENTS";
const CRATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A Maro that runs, and is killed at the end.
pub(crate) struct Maro {
    child: Child,
    url: Url,
    pub(crate) http: Client,
    options: SandboxOptions,
    _sandbox: Sandbox,
    folder: TempDir,
}

impl Drop for Maro {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary that cargo built. It is built here only when a source is newer: the tests of the whole
/// workspace build it beforehand, with failpoints that must not be built away.
fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        // This test is target/debug/deps/it-…; the binary is target/debug/maro.
        let test = std::env::current_exe().unwrap();
        let binary = test.ancestors().nth(2).unwrap().join("maro");
        let built = binary.metadata().and_then(|file| file.modified()).ok();
        if built.is_none_or(|built| built < newest(Path::new(CRATES))) {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .args(["build", "--quiet", "--package", "maro"])
                .current_dir(CRATES);
            assert!(
                cargo.status().unwrap().success(),
                "the binary does not build"
            );
        }
        binary
    })
}

/// When a source of any crate was last changed; tests are no part of the binary.
fn newest(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let times = entries
        .filter(|entry| entry.file_name() != "tests")
        .map(|entry| {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                newest(&entry.path())
            } else {
                entry
                    .metadata()
                    .and_then(|file| file.modified())
                    .unwrap_or(SystemTime::UNIX_EPOCH)
            }
        });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

impl Maro {
    /// Starts a Maro with an administrator.
    pub(crate) async fn start() -> Self {
        Self::launch(&[
            ("MARO_ADMIN_EMAIL", EMAIL),
            ("MARO_ADMIN_PASSWORD", PASSWORD),
        ])
        .await
    }

    /// Starts a Maro with an administrator and more variables.
    pub(crate) async fn start_with(more: &[(&str, &str)]) -> Self {
        let admin = [
            ("MARO_ADMIN_EMAIL", EMAIL),
            ("MARO_ADMIN_PASSWORD", PASSWORD),
        ];
        Self::launch(&[&admin, more].concat()).await
    }

    /// Starts a Maro that nobody has set up.
    pub(crate) async fn start_fresh() -> Self {
        Self::launch(&[]).await
    }

    /// Starts a Maro with an administrator whom people reach through a proxy.
    pub(crate) async fn start_behind(public_url: &str) -> Self {
        Self::launch(&[
            ("MARO_ADMIN_EMAIL", EMAIL),
            ("MARO_ADMIN_PASSWORD", PASSWORD),
            ("MARO_PUBLIC_URL", public_url),
        ])
        .await
    }

    async fn launch(more: &[(&str, &str)]) -> Self {
        // Only the first call installs; the sandbox may have done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(binary());
        command
            .args(["serve", "--bind", "127.0.0.1:0", "--json"])
            .env_clear()
            .env("MARO_DATA_DIR", folder.path())
            .env("MARO_API_TOKEN", TOKEN)
            .env("SLACK_API_URL", sandbox.slack_api_url().as_str())
            .env("SLACK_BOT_TOKEN", &options.slack_bot_token)
            .env("SLACK_SIGNING_SECRET", &options.slack_signing_secret)
            .env("JIRA_URL", sandbox.jira_url().as_str())
            .env("JIRA_USERNAME", &options.jira_username)
            .env("JIRA_API_TOKEN", &options.jira_api_token)
            .env("JIRA_WEBHOOK_SECRET", &options.jira_webhook_secret)
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url: Url = said["maro_url"].as_str().unwrap().parse().unwrap();
        sandbox.point_at(url.clone());
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()
            .unwrap();
        Self {
            child,
            url,
            http,
            options,
            _sandbox: sandbox,
            folder,
        }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// A call of the API with the token.
    pub(crate) async fn api(&self, request: RequestBuilder) -> (StatusCode, Value) {
        let response = request.bearer_auth(TOKEN).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    pub(crate) async fn api_get(&self, path: &str) -> (StatusCode, Value) {
        self.api(self.http.get(self.url(path))).await
    }

    pub(crate) async fn api_post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.api(self.http.post(self.url(path)).json(body)).await
    }

    pub(crate) async fn api_put(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.api(self.http.put(self.url(path)).json(body)).await
    }

    pub(crate) async fn api_delete(&self, path: &str) -> (StatusCode, Value) {
        self.api(self.http.delete(self.url(path))).await
    }

    /// Makes a draft whose preview goes to a channel.
    pub(crate) async fn draft(&self, title: &str) -> Value {
        let content = json!({
            "title": title, "problem": "It <b>fails</b>.", "project": "SCRUM", "issue_type": "Bug",
        });
        let body = json!({ "team": TEAM, "channel": CHANNEL, "content": content });
        let (status, draft) = self.api_post("api/v1/drafts", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{draft}");
        draft
    }

    /// Waits until an operation has a state.
    pub(crate) async fn until_operation(&self, id: &str, state: &str) -> Value {
        let deadline = SystemTime::now() + PATIENCE;
        loop {
            let (_, detail) = self.api_get(&format!("api/v1/operations/{id}")).await;
            if detail["operation"]["state"] == state {
                return detail;
            }
            assert!(SystemTime::now() < deadline, "never {state}: {detail}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Signs in; the cookie stands for the person.
    pub(crate) async fn sign_in(&self) -> String {
        let form = [("email", EMAIL), ("password", PASSWORD)];
        let response = self
            .http
            .post(self.url("sign-in"))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        cookie(&response)
    }

    /// A page as the person with this cookie sees it.
    pub(crate) async fn page(&self, cookie: &str, path: &str) -> (StatusCode, String) {
        let request = self.http.get(self.url(path)).header("cookie", cookie);
        let response = request.send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    /// A form as the person with this cookie sends it.
    pub(crate) async fn submit(&self, cookie: &str, path: &str, form: &[(&str, &str)]) -> Response {
        self.http
            .post(self.url(path))
            .header("cookie", cookie)
            .form(form)
            .send()
            .await
            .unwrap()
    }

    /// Everything that the data folder holds, the database and its log among it.
    pub(crate) fn kept_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        files
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .flat_map(|entry| std::fs::read(entry.path()).unwrap())
            .collect()
    }

    /// A body as Slack would deliver it, signed `age` seconds ago.
    pub(crate) fn signed(&self, door: &str, body: &str, age: i64) -> RequestBuilder {
        let secret = SecretString::from(self.options.slack_signing_secret.clone());
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let at = i64::try_from(now).unwrap() - age;
        let signature = maro_slack::signature::sign(&secret, at, body.as_bytes());
        self.http
            .post(self.url(&format!("api/v1/webhooks/slack/{door}")))
            .header("x-slack-request-timestamp", at)
            .header("x-slack-signature", signature)
            .body(body.to_owned())
    }

    /// The secret of the admin webhook.
    pub(crate) fn jira_secret(&self) -> &str {
        &self.options.jira_webhook_secret
    }
}

/// The first cookie that a response sets, without its attributes.
pub(crate) fn cookie(response: &Response) -> String {
    let header = response
        .headers()
        .get("set-cookie")
        .unwrap()
        .to_str()
        .unwrap();
    header.split(';').next().unwrap().to_owned()
}
