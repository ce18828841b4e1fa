//! A person who connects Maro to the simulated Atlassian by OAuth.

use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::maro::Maro;
use super::world::World;

impl World {
    /// What a Maro needs that has an OAuth app instead of an API token.
    pub(crate) fn oauth_variables(&self) -> Vec<(&'static str, String)> {
        let atlassian = self.sandbox.atlassian_url().to_string();
        vec![
            ("JIRA_URL", String::new()),
            ("JIRA_USERNAME", String::new()),
            ("JIRA_API_TOKEN", String::new()),
            ("JIRA_WEBHOOK_SECRET", String::new()),
            ("ATLASSIAN_AUTH_URL", atlassian.clone()),
            ("ATLASSIAN_API_URL", atlassian),
            (
                "ATLASSIAN_CLIENT_ID",
                self.options.atlassian_client_id.clone(),
            ),
            (
                "ATLASSIAN_CLIENT_SECRET",
                self.options.atlassian_client_secret.clone(),
            ),
        ]
    }

    /// Starts a Maro that has an OAuth app instead of an API token. Everybody accepts at once.
    pub(crate) async fn maro_by_oauth(&self, changes: &[(&str, &str)]) -> Maro {
        let variables = self.oauth_variables();
        let mut all: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        all.extend_from_slice(changes);
        let sites = json!([self.sandbox.cloud_id()]);
        let settings = json!({ "consent": "accept", "consent_sites": sites });
        self.admin("atlassian/settings", settings).await;
        self.maro_with(&all).await
    }

    /// The same, connected.
    pub(crate) async fn connected_maro(&self) -> Maro {
        let maro = self.maro_by_oauth(&[]).await;
        maro.connect().await;
        maro
    }

    /// What the token endpoint counted, for example `refreshed`.
    pub(crate) async fn token_requests(&self, what: &str) -> u64 {
        let seen = self.read("admin/atlassian").await;
        seen["token_requests"][what].as_u64().unwrap()
    }
}

/// A browser that follows no redirect by itself.
pub(crate) fn browser() -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none());
    builder.build().unwrap()
}

/// Where a response leads.
pub(crate) fn leads_to(response: &Response) -> Url {
    assert!(response.status().is_redirection(), "{}", response.status());
    let location = response.headers()["location"].to_str().unwrap();
    response.url().join(location).unwrap()
}

impl Maro {
    /// Begins a consent, and gives the address at Atlassian.
    pub(crate) async fn authorize(&self) -> Url {
        let (status, answer) = self.post("api/v1/jira/oauth/authorize", &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["authUrl"].as_str().unwrap().parse().unwrap()
    }

    /// Consents at Atlassian, and gives the address that the browser is sent back to.
    pub(crate) async fn consent(&self) -> Url {
        let asked = self.authorize().await;
        leads_to(&browser().get(asked).send().await.unwrap())
    }

    /// Brings Atlassian's answer with the API token; gives the word that came of it.
    pub(crate) async fn bring(&self, answer: Url) -> String {
        let path = answer.path().trim_start_matches('/').to_owned();
        let query = answer.query().unwrap_or_default();
        let request = self
            .request(Method::GET, &format!("{path}?{query}"))
            .build()
            .unwrap();
        let page = leads_to(&browser().execute(request).await.unwrap());
        let word = page
            .query_pairs()
            .find(|(name, _)| name == "oauth")
            .unwrap()
            .1;
        word.into_owned()
    }

    /// Connects, from the first click to the last.
    pub(crate) async fn connect(&self) {
        let answer = self.consent().await;
        assert_eq!(self.bring(answer).await, "success");
    }

    /// How the connection does.
    pub(crate) async fn oauth_status(&self) -> Value {
        self.get("api/v1/jira/oauth/status").await
    }
}
