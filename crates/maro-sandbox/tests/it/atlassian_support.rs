//! An app at the simulated Atlassian: it asks for consent, exchanges codes, calls the gateway.

use maro_sandbox::{Sandbox, SandboxOptions};
use reqwest::{Method, Response, redirect::Policy};
use serde_json::{Value, json};
use url::Url;

pub(crate) const CALLBACK: &str = "http://maro.example/api/v1/jira/oauth/callback";
pub(crate) const SCOPES: &str =
    "read:jira-work write:jira-work read:jira-user manage:jira-webhook read:me offline_access";

/// A sandbox and an app that is registered there.
pub(crate) struct Atlassian {
    pub(crate) sandbox: Sandbox,
    pub(crate) options: SandboxOptions,
    pub(crate) http: reqwest::Client,
}

impl Atlassian {
    /// A sandbox where everybody accepts at once.
    pub(crate) async fn start() -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()
            .unwrap();
        let started = Self {
            sandbox,
            options,
            http,
        };
        started
            .admin("app", json!({"callback_url": CALLBACK}))
            .await;
        started
            .admin("settings", json!({"consent": "accept"}))
            .await;
        started
    }

    /// The address below `/atlassian`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.sandbox.atlassian_url())
    }

    pub(crate) async fn admin(&self, path: &str, body: Value) -> Value {
        let url = format!("{}admin/atlassian/{path}", self.sandbox.url());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }

    pub(crate) async fn state(&self) -> Value {
        let url = format!("{}admin/state", self.sandbox.url());
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Moves the simulated time forward; one step of the clock is at most 49 days.
    pub(crate) async fn wait_days(&self, days: u64) {
        for _ in 0..days {
            self.wait_seconds(86_400).await;
        }
    }

    pub(crate) async fn wait_seconds(&self, seconds: u64) {
        let url = format!("{}admin/clock", self.sandbox.url());
        let body = json!({"advance_ms": seconds * 1_000});
        assert_eq!(
            self.http
                .post(url)
                .json(&body)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
    }

    /// The address of the consent page, with some parameters replaced.
    pub(crate) fn authorize_url(&self, replaced: &[(&str, &str)]) -> Url {
        let usual = [
            ("audience", "api.atlassian.com"),
            ("client_id", &self.options.atlassian_client_id),
            ("scope", SCOPES),
            ("redirect_uri", CALLBACK),
            ("state", "some state"),
            ("response_type", "code"),
            ("prompt", "consent"),
        ];
        let kept = usual
            .iter()
            .filter(|(name, _)| replaced.iter().all(|(other, _)| other != name));
        Url::parse_with_params(&self.url("authorize"), kept.chain(replaced)).unwrap()
    }

    /// Asks for consent; gives what the callback gets.
    pub(crate) async fn authorize(&self, replaced: &[(&str, &str)]) -> Vec<(String, String)> {
        let url = self.authorize_url(replaced);
        let response = self.http.get(url).send().await.unwrap();
        sent_back(&response)
    }

    /// A code of an accepted consent.
    pub(crate) async fn code(&self, replaced: &[(&str, &str)]) -> String {
        let answer = self.authorize(replaced).await;
        assert_eq!(answer[0].0, "code", "{answer:?}");
        answer[0].1.clone()
    }

    /// Asks the token endpoint with the credentials of the app.
    pub(crate) async fn token(&self, fields: Value) -> (u16, Value) {
        let mut body = json!({
            "client_id": self.options.atlassian_client_id,
            "client_secret": self.options.atlassian_client_secret,
            "redirect_uri": CALLBACK,
        });
        body.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        let request = self.http.post(self.url("oauth/token")).json(&body);
        answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn exchange(&self, code: &str) -> (u16, Value) {
        self.token(json!({"grant_type": "authorization_code", "code": code}))
            .await
    }

    pub(crate) async fn refresh(&self, pair: &Value) -> (u16, Value) {
        let token = &pair["refresh_token"];
        self.token(json!({"grant_type": "refresh_token", "refresh_token": token}))
            .await
    }

    /// A pair of a fresh consent.
    pub(crate) async fn pair(&self) -> Value {
        let (status, pair) = self.exchange(&self.code(&[]).await).await;
        assert_eq!(status, 200, "{pair}");
        pair
    }

    /// Calls the main site through the gateway.
    pub(crate) async fn jira(
        &self,
        pair: &Value,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let path = format!("ex/jira/{}/rest/api/{path}", self.sandbox.cloud_id());
        self.call(pair, method, &path, body).await
    }

    /// Calls something with the access token of a pair.
    pub(crate) async fn call(
        &self,
        pair: &Value,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let token = pair["access_token"].as_str().unwrap();
        let mut request = self.http.request(method, self.url(path)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request.send().await.unwrap()).await
    }
}

/// The parameters of the address that a response leads to.
pub(crate) fn sent_back(response: &Response) -> Vec<(String, String)> {
    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().unwrap();
    let url = Url::parse(location).unwrap();
    assert!(location.starts_with(CALLBACK), "{location}");
    url.query_pairs().into_owned().collect()
}

pub(crate) async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, body)
}
