//! Dynamic webhooks: who may register them, which changes they tell, and how long.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use super::atlassian_support::{Atlassian, answer};
use super::jira_support::Official;
use super::support::{Received, ScriptedMaro};

/// A site with one app, and somebody who receives what it registers for.
struct Hooked {
    atlassian: Atlassian,
    maro: ScriptedMaro,
    pair: Value,
}

impl Hooked {
    async fn start() -> Self {
        let atlassian = Atlassian::start().await;
        let pair = atlassian.pair().await;
        let maro = ScriptedMaro::start().await;
        let hooked = Self {
            atlassian,
            maro,
            pair,
        };
        hooked.settings(json!({"admin_webhook": false})).await;
        hooked
    }

    async fn settings(&self, settings: Value) {
        self.jira_admin("settings", settings).await;
    }

    async fn jira_admin(&self, path: &str, body: Value) {
        let url = format!("{}admin/jira/{path}", self.atlassian.sandbox.url());
        let response = self
            .atlassian
            .http
            .post(url)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(
            response.status().is_success(),
            "{:?}",
            response.text().await
        );
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        self.atlassian
            .jira(&self.pair, method, &format!("3/{path}"), body.as_ref())
            .await
    }

    /// Registers webhooks with these details.
    async fn register(&self, webhooks: Value) -> (u16, Value) {
        let body = json!({"url": format!("{}hooks/jira", self.maro.url), "webhooks": webhooks});
        self.ask(Method::POST, "webhook", Some(body)).await
    }

    async fn edit(&self, key: &str, fields: Value) {
        self.jira_admin(&format!("issues/{key}/edit"), json!({"fields": fields}))
            .await;
    }

    async fn received(&self, count: usize) -> Vec<Received> {
        self.maro.received_at_least(count).await
    }
}

fn updates(jql: &str) -> Value {
    json!([{"events": ["jira:issue_updated"], "jqlFilter": jql}])
}

fn body(received: &Received) -> Value {
    serde_json::from_str(&received.body).unwrap()
}

#[tokio::test]
async fn a_registered_webhook_tells_matching_changes_with_a_token_of_the_app() {
    let hooked = Hooked::start().await;

    let (status, result) = hooked
        .register(updates("project = SCRUM AND status != Done"))
        .await;
    hooked.edit("OPS-1", json!({"summary": "Elsewhere"})).await;
    hooked.edit("SCRUM-124", json!({"summary": "Here"})).await;
    let hook = hooked.received(1).await.remove(0);

    assert_eq!(status, 200);
    let id = &result["webhookRegistrationResult"][0]["createdWebhookId"];
    assert_eq!(hook.path, "/hooks/jira");
    assert_eq!(body(&hook)["issue"]["key"], "SCRUM-124");
    assert_eq!(body(&hook)["matchedWebhookIds"], json!([id]));
    assert!(!hook.header("x-atlassian-webhook-identifier").is_empty());
    let token = hook
        .header("authorization")
        .strip_prefix("Bearer ")
        .unwrap();
    let (content, signature) = token.rsplit_once('.').unwrap();
    let secret = hooked.atlassian.options.atlassian_client_secret.as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(content.as_bytes());
    assert_eq!(
        signature,
        BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
    );
    let claims = BASE64URL_NOPAD
        .decode(content.split('.').nth(1).unwrap().as_bytes())
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iss"], hooked.atlassian.options.atlassian_client_id);
}

#[tokio::test]
async fn they_can_be_signed_like_admin_webhooks_or_not_at_all() {
    let hooked = Hooked::start().await;
    hooked.register(updates("project = SCRUM")).await;

    hooked.settings(json!({"dynamic_signing": "hmac"})).await;
    hooked.edit("SCRUM-124", json!({"summary": "One"})).await;
    let signed = hooked.received(1).await.remove(0);
    hooked
        .settings(json!({"dynamic_signing": "unsigned"}))
        .await;
    hooked.edit("SCRUM-124", json!({"summary": "Two"})).await;
    let unsigned = hooked.received(2).await.remove(1);

    let secret = hooked.atlassian.options.atlassian_client_secret.as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed.body.as_bytes());
    let expected = format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()));
    assert_eq!(signed.header("x-hub-signature"), expected);
    assert_eq!(
        (
            unsigned.header("x-hub-signature"),
            unsigned.header("authorization")
        ),
        ("", "")
    );
}

#[tokio::test]
async fn only_the_events_and_fields_that_were_asked_for_are_told() {
    let hooked = Hooked::start().await;
    let details = json!([
        {"events": ["jira:issue_updated"], "jqlFilter": "project = SCRUM", "fieldIdsFilter": ["labels"]},
        {"events": ["comment_created"], "jqlFilter": "issuekey in (SCRUM-124)"},
    ]);
    hooked.register(details).await;

    hooked
        .edit("SCRUM-124", json!({"summary": "Not told"}))
        .await;
    hooked
        .jira_admin("issues/SCRUM-124/comment", json!({"body": "Told."}))
        .await;
    hooked.received(1).await;
    hooked.edit("SCRUM-124", json!({"labels": ["told"]})).await;
    let hooks = hooked.received(2).await;

    let events: Vec<Value> = hooks
        .iter()
        .map(|hook| body(hook)["webhookEvent"].clone())
        .collect();
    assert_eq!(events, ["comment_created", "jira:issue_updated"]);
}

#[tokio::test]
async fn users_without_an_app_are_refused() {
    let hooked = Hooked::start().await;
    let atlassian = &hooked.atlassian;
    let url = format!("{}/rest/api/3/webhook", atlassian.sandbox.jira_url());
    let (name, secret) = (
        &atlassian.options.jira_username,
        &atlassian.options.jira_api_token,
    );
    let basic = atlassian.http.get(url).basic_auth(name, Some(secret));
    let weak = atlassian
        .admin(
            "grant",
            json!({"user": "boris", "scopes": ["read:jira-work"]}),
        )
        .await;

    let (status, refusal) = answer(basic.send().await.unwrap()).await;
    let (scope, _) = atlassian.jira(&weak, Method::GET, "3/webhook", None).await;

    assert_eq!((status, scope), (403, 401));
    assert!(
        refusal["errorMessages"][0]
            .as_str()
            .unwrap()
            .contains("OAuth 2.0 apps")
    );
}

#[tokio::test]
async fn each_filter_is_checked_by_itself() {
    let hooked = Hooked::start().await;
    let with = |event: &str, jql: &str| json!({"events": [event], "jqlFilter": jql});
    let details = json!([
        with("jira:issue_created", "summary ~ crash"),
        with("jira:issue_created", "project = SCRUM ORDER BY created"),
        with("jira:issue_created", "assignee = currentUser()"),
        with("jira:issue_created", "priority > Low"),
        with("jira:issue_created", ""),
        with("jira:issue_created", "project = NONE"),
        with("issue_dreamt_of", "project = SCRUM"),
        with(
            "jira:issue_created",
            "project in (SCRUM, OPS) AND issuetype != Epic"
        ),
    ]);

    let (status, result) = hooked.register(details).await;

    let list = result["webhookRegistrationResult"].as_array().unwrap();
    assert_eq!((status, list.len()), (200, 8));
    let refused = |entry: &Value| entry["errors"][0].is_string();
    assert!(list[..7].iter().all(refused), "{result:#}");
    assert!(list[7]["createdWebhookId"].is_u64(), "{result:#}");
    assert_eq!(list[0]["errors"][0], "The clause summary is unsupported");
}

#[tokio::test]
async fn there_are_five_at_most_and_they_go_to_one_address() {
    let hooked = Hooked::start().await;
    let six: Vec<Value> = vec![updates("project = SCRUM")[0].clone(); 6];

    let (_, result) = hooked.register(json!(six)).await;
    let elsewhere =
        json!({"url": "https://elsewhere.example/", "webhooks": updates("project = SCRUM")});
    let (_, other) = hooked.ask(Method::POST, "webhook", Some(elsewhere)).await;
    let plain = json!({"url": "http://elsewhere.example/", "webhooks": updates("project = SCRUM")});
    let (insecure, _) = hooked.ask(Method::POST, "webhook", Some(plain)).await;

    let results = result["webhookRegistrationResult"].as_array().unwrap();
    assert!(results[4]["createdWebhookId"].is_u64());
    assert!(results[5]["errors"][0].as_str().unwrap().contains("(5)"));
    let complaint = other["webhookRegistrationResult"][0]["errors"][0]
        .as_str()
        .unwrap();
    assert!(
        complaint.starts_with("Only a single URL per app"),
        "{complaint}"
    );
    assert_eq!(insecure, 400);
}

#[tokio::test]
async fn they_end_after_thirty_days_unless_they_are_refreshed() {
    let hooked = Hooked::start().await;
    let (_, first) = hooked.register(updates("project = SCRUM")).await;
    let (_, second) = hooked.register(updates("project = OPS")).await;
    let id = |result: &Value| result["webhookRegistrationResult"][0]["createdWebhookId"].clone();
    let (kept, left) = (id(&first), id(&second));

    hooked.atlassian.wait_days(29).await;
    let (_, pair) = hooked.atlassian.refresh(&hooked.pair).await;
    let hooked = Hooked { pair, ..hooked };
    let ids = json!({"webhookIds": [kept, 4711]});
    let (refreshed, date) = hooked.ask(Method::PUT, "webhook/refresh", Some(ids)).await;
    hooked.atlassian.wait_days(2).await;
    let (_, pair) = hooked.atlassian.refresh(&hooked.pair).await;
    let hooked = Hooked { pair, ..hooked };
    let (_, page) = hooked.ask(Method::GET, "webhook", None).await;
    hooked
        .jira_admin(
            "issues/OPS-1/edit",
            json!({"fields": {"summary": "Not told"}}),
        )
        .await;
    hooked.edit("SCRUM-124", json!({"summary": "Told"})).await;
    let told = hooked.received(1).await.remove(0);

    assert_ne!(kept, left);
    assert_eq!(
        (refreshed, &page["total"], &page["values"][0]["id"]),
        (200, &json!(1), &kept)
    );
    assert_eq!(page["values"][0]["expirationDate"], date["expirationDate"]);
    assert_eq!(body(&told)["issue"]["key"], "SCRUM-124");
    if let Some(official) = Official::load() {
        official.check("put", "/rest/api/3/webhook/refresh", 200, &date);
        official.check("get", "/rest/api/3/webhook", 200, &page);
        official.check("post", "/rest/api/3/webhook", 200, &first);
    }
}

#[tokio::test]
async fn deleted_ones_and_those_of_a_revoked_grant_are_silent() {
    let hooked = Hooked::start().await;
    let (_, result) = hooked.register(updates("project = SCRUM")).await;
    let id = &result["webhookRegistrationResult"][0]["createdWebhookId"];

    let (deleted, _) = hooked
        .ask(Method::DELETE, "webhook", Some(json!({"webhookIds": [id]})))
        .await;
    let (missing, _) = hooked.ask(Method::DELETE, "webhook", Some(json!({}))).await;
    hooked
        .edit("SCRUM-124", json!({"summary": "Not told"}))
        .await;
    hooked.register(updates("project = SCRUM")).await;
    hooked.atlassian.admin("revoke", json!({})).await;
    hooked
        .edit("SCRUM-124", json!({"summary": "Not told either"}))
        .await;
    let pair = hooked.atlassian.pair().await;
    hooked.edit("SCRUM-124", json!({"summary": "Told"})).await;
    let told = hooked.received(1).await;

    assert_eq!((deleted, missing), (202, 400));
    assert_eq!(told.len(), 1);
    assert_eq!(body(&told[0])["issue"]["fields"]["summary"], "Told");
    assert!(pair.is_object());
}
