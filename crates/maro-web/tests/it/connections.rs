//! Configuring integrations over the API and on the pages.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::Maro;

const JIRA: &str = "api/v1/integrations/jira/config";
const JIRA_TEST: &str = "api/v1/integrations/jira/test";
const PLANTED: &str = "planted-0123456789-secret";

/// The fields that are to blame, with their sentences.
fn errors(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|error| (text(&error["field"]), text(&error["message"])))
        .collect()
}

#[tokio::test]
async fn what_the_environment_says_is_shown_without_secrets() {
    let maro = Maro::start().await;
    let (status, shown) = maro.api_get(JIRA).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    assert_eq!(shown["version"], 0);
    assert_eq!(shown["configured"], true);
    assert_eq!(shown["config"]["api_token"], json!({ "set": true }));
    assert_eq!(shown["sources"]["api_token"], "environment");
    let (_, shown) = maro.api_get("api/v1/integrations/confluence/config").await;
    assert_eq!(shown["configured"], false);
    assert_eq!(shown["config"], json!({}));
    let (status, _) = maro.api_get("api/v1/integrations/teams/config").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_counts_until_it_is_deleted() {
    let maro = Maro::start().await;
    let change = json!({ "config": { "default_project": "OPS", "api_token": PLANTED } });
    let (status, saved) = maro.api_put(JIRA, &change).await;
    assert_eq!(status, StatusCode::OK, "{saved}");
    assert_eq!(saved["config"]["default_project"], "OPS");
    assert_eq!(saved["sources"]["default_project"], "stored");
    assert_eq!(saved["sources"]["url"], "environment");
    assert!(saved["version"].as_i64().unwrap() > 0);

    let (_, found) = maro.api_post(JIRA_TEST, &json!({})).await;
    assert_eq!(found["ok"], false, "the planted token is wrong: {found}");
    let said = found["findings"].to_string();
    assert!(said.contains("credentials"), "{said}");

    let (status, _) = maro.api_delete(JIRA).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, shown) = maro.api_get(JIRA).await;
    assert_eq!(shown["version"], 0);
    assert_eq!(shown["config"]["default_project"], Value::Null);
    let (_, found) = maro.api_post(JIRA_TEST, &json!({})).await;
    assert_eq!(found["ok"], true, "{found}");
}

#[tokio::test]
async fn a_secret_is_kept_replaced_and_forgotten_and_never_shown() {
    let maro = Maro::start().await;
    let put = async |config: Value| maro.api_put(JIRA, &json!({ "config": config })).await;
    let (_, first) = put(json!({ "api_token": PLANTED })).await;
    assert_eq!(first["sources"]["api_token"], "stored", "{first}");
    for kept in [json!({}), json!({ "api_token": { "set": true } })] {
        let (_, again) = put(kept).await;
        assert_eq!(again["sources"]["api_token"], "stored", "{again}");
    }
    let (_, gone) = put(json!({ "api_token": null })).await;
    assert_eq!(gone["sources"]["api_token"], "environment", "{gone}");
    put(json!({ "api_token": PLANTED })).await;

    let cookie = maro.sign_in().await;
    let (_, audit) = maro.api_get("api/v1/audit").await;
    let (_, page) = maro.page(&cookie, "settings/connections/jira").await;
    let (_, shown) = maro.api_get(JIRA).await;
    for (place, text) in [
        ("audit", audit.to_string()),
        ("page", page),
        ("answer", shown.to_string()),
        (
            "files",
            String::from_utf8_lossy(&maro.kept_bytes()).into_owned(),
        ),
    ] {
        assert!(!text.contains(PLANTED), "the secret is in the {place}");
    }
    assert!(audit.to_string().contains("integration.configured"));
}

#[tokio::test]
async fn a_stale_change_is_refused() {
    let maro = Maro::start().await;
    let change =
        |version: &Value| json!({ "version": version, "config": { "default_project": "OPS" } });
    let (_, first) = maro.api_put(JIRA, &change(&json!(0))).await;
    let (status, problem) = maro.api_put(JIRA, &change(&json!(0))).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert_eq!(problem["code"], "config_changed");
    let (status, second) = maro.api_put(JIRA, &change(&first["version"])).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    let stale = format!("{JIRA}?version={}", first["version"]);
    assert_eq!(maro.api_delete(&stale).await.0, StatusCode::CONFLICT);
    let newest = format!("{JIRA}?version={}", second["version"]);
    assert_eq!(maro.api_delete(&newest).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn mistakes_name_their_field() {
    let maro = Maro::start().await;
    let put = async |name: &str, config: Value| {
        let path = format!("api/v1/integrations/{name}/config");
        maro.api_put(&path, &json!({ "config": config })).await
    };
    let (status, problem) = put("jira", json!({ "colour": "red" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(problem["field"], "config.colour", "{problem}");
    let (status, problem) = put("mcp", json!({ "command": "rm -rf /" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
    let cases = [
        (
            "jira",
            json!({ "default_project": "no key" }),
            "config.default_project",
        ),
        ("jira", json!({ "auth": "magic" }), "config.auth"),
        (
            "jira",
            json!({ "auth": "personal_token" }),
            "config.personal_token",
        ),
        (
            "slack",
            json!({ "app_token": "xoxb-1" }),
            "config.app_token",
        ),
        (
            "slack",
            json!({ "webhook_url": "https://thief.example/" }),
            "config.webhook_url",
        ),
        ("confluence", json!({}), "config.url"),
        (
            "mcp",
            json!({ "use_for_jira": "perhaps" }),
            "config.use_for_jira",
        ),
    ];
    for (name, config, field) in cases {
        let (status, problem) = put(name, config).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let fields: Vec<String> = errors(&problem)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert!(fields.iter().any(|named| named == field), "{problem}");
    }
}

#[tokio::test]
async fn a_typed_address_must_be_public_and_gets_no_token_that_was_not_meant_for_it() {
    let maro = Maro::start().await;
    let put = async |url: &str| {
        let config = json!({ "url": url, "api_token": PLANTED });
        maro.api_put(JIRA, &json!({ "config": config })).await
    };
    for (url, part) in [
        ("http://acme.example/", "must begin with https://"),
        ("https://127.0.0.1/", "must lead to a public address"),
        (
            "https://169.254.169.254/latest/",
            "must lead to a public address",
        ),
        (
            "https://[::ffff:10.0.0.1]/",
            "must lead to a public address",
        ),
        ("https://localhost/", "must lead to a public address"),
        ("https://nowhere.invalid/", "can be found"),
    ] {
        let (status, problem) = put(url).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{url} {problem}");
        let (field, sentence) = errors(&problem).remove(0);
        assert_eq!(field, "config.url", "{url}");
        assert!(sentence.contains(part), "{url}: {sentence}");
    }
    let moved = json!({ "config": { "url": "https://127.0.0.1/" } });
    let (_, problem) = maro.api_put(JIRA, &moved).await;
    let errors = errors(&problem);
    assert_eq!(errors[0].0, "config.api_token");
    assert!(errors[0].1.contains("must be given again"), "{problem}");
    // Trying it out sends nothing there either.
    let (status, _) = maro.api_post(JIRA_TEST, &moved).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_operator_allows_an_inside_address() {
    let maro = Maro::start_with(&[("MARO_ALLOWED_HOSTS", "127.0.0.1:1")]).await;
    let config = json!({ "url": "http://127.0.0.1:1/", "api_token": PLANTED });
    let (status, saved) = maro.api_put(JIRA, &json!({ "config": config })).await;
    assert_eq!(status, StatusCode::OK, "{saved}");
    let (_, found) = maro.api_post(JIRA_TEST, &json!({})).await;
    assert_eq!(found["ok"], false);
    assert!(found["findings"][0]["next"].is_string(), "{found}");
}

#[tokio::test]
async fn values_are_tried_out_without_being_saved() {
    let maro = Maro::start().await;
    let wrong = json!({ "config": { "bot_token": "xoxb-wrong" } });
    let (status, found) = maro
        .api_post("api/v1/integrations/slack/test", &wrong)
        .await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["ok"], false);
    let (_, found) = maro
        .api_post("api/v1/integrations/slack/test", &json!({}))
        .await;
    assert_eq!(found["ok"], true, "{found}");
    let (_, shown) = maro.api_get("api/v1/integrations/slack/config").await;
    assert_eq!(shown["version"], 0);
}

#[tokio::test]
async fn the_page_saves_tries_out_and_forgets() {
    let maro = Maro::start().await;
    let cookie = maro.sign_in().await;
    let path = "settings/connections/jira";
    let (status, page) = maro.page(&cookie, "settings/connections").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("/settings/connections/confluence"), "{page}");

    let wrong = [("version", "0"), ("default_project", "<no key>")];
    let refused = maro.submit(&cookie, path, &wrong).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("must be a project key"), "{page}");
    assert!(
        page.contains("&#60;no key&#62;"),
        "what was typed stays: {page}"
    );

    let form = [
        ("version", "0"),
        ("default_project", "SCRUM"),
        ("api_token", PLANTED),
    ];
    let tried = maro.submit(&cookie, &format!("{path}/test"), &form).await;
    let page = tried.text().await.unwrap();
    assert!(
        page.contains("Does not work") && !page.contains(PLANTED),
        "{page}"
    );
    let saved = maro.submit(&cookie, path, &form).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    let (_, page) = maro.page(&cookie, path).await;
    assert!(page.contains("Forget what was saved") && !page.contains(PLANTED));

    let stale = maro.submit(&cookie, path, &form).await;
    assert!(
        stale
            .text()
            .await
            .unwrap()
            .contains("Somebody else changed this")
    );
    let (_, shown) = maro.api_get(JIRA).await;
    let version = shown["version"].to_string();
    let forget = [("version", version.as_str())];
    maro.submit(&cookie, &format!("{path}/forget"), &forget)
        .await;
    let (_, shown) = maro.api_get(JIRA).await;
    assert_eq!(shown["version"], 0);
}
