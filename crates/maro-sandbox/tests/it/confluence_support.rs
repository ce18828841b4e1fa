//! A client for the simulated Confluence.

use maro_sandbox::{Sandbox, SandboxOptions};
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// A sandbox and a client that has its token.
pub(crate) struct Confluence {
    pub(crate) sandbox: Sandbox,
    pub(crate) options: SandboxOptions,
    pub(crate) http: reqwest::Client,
}

impl Confluence {
    pub(crate) async fn start() -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            sandbox,
            options,
            http,
        }
    }

    /// Sends a request with the token; `path` is below the sandbox's address.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.sandbox.url()))
            .basic_auth(
                &self.options.jira_username,
                Some(&self.options.jira_api_token),
            );
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> u16 {
        self.call(Method::DELETE, path, None).await.0
    }

    /// The numeric id of a space.
    pub(crate) async fn space(&self, key: &str) -> String {
        let (_, body) = self.get(&format!("wiki/api/v2/spaces?keys={key}")).await;
        body["results"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Creates a page in SHOP and returns its id.
    pub(crate) async fn page(&self, title: &str, storage: &str) -> String {
        let new = json!({
            "spaceId": self.space("SHOP").await, "status": "current", "title": title,
            "body": {"representation": "storage", "value": storage},
        });
        let (status, page) = self.post("wiki/api/v2/pages", &new).await;
        assert_eq!(status, 200, "{page}");
        page["id"].as_str().unwrap().to_owned()
    }

    /// The titles that a CQL query finds.
    pub(crate) async fn titles(&self, cql: &str) -> Vec<String> {
        let query: String = url::form_urlencoded::byte_serialize(cql.as_bytes()).collect();
        let (status, body) = self
            .get(&format!("wiki/rest/api/search?limit=50&cql={query}"))
            .await;
        assert_eq!(status, 200, "{cql}: {body}");
        let results = body["results"].as_array().unwrap();
        results
            .iter()
            .map(|result| result["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    (status, body)
}
