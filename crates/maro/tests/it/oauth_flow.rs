//! Connecting by OAuth, step by step: the endpoints, who may bring an answer, what was granted, and
//! which of several sites.

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::support::{Database, Maro, World, browser, leads_to};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
const PAGE: &str = "settings/connections/jira/oauth";

async fn world() -> World {
    World::new(Database::sqlite()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_is_saved_authorized_tested_and_disconnected() {
    let world = world().await;
    let unset = [("ATLASSIAN_CLIENT_ID", ""), ("ATLASSIAN_CLIENT_SECRET", "")];
    let maro = world.maro_by_oauth(&unset).await;
    let status = maro.oauth_status().await;
    assert_eq!(
        (&status["status"], &status["configured"]),
        (&json!("disconnected"), &json!(false))
    );
    assert_eq!(
        maro.post("api/v1/jira/oauth/authorize", &json!({})).await.0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        maro.post("api/v1/jira/oauth/test", &json!({})).await.0,
        StatusCode::UNAUTHORIZED
    );

    let mut config = json!({
        "jiraInstanceUrl": "not an address",
        "oauthClientId": world.options.atlassian_client_id,
        "oauthClientSecret": world.options.atlassian_client_secret,
        "defaultJiraProject": "SCRUM",
    });
    let (refused, problem) = maro.post("api/v1/jira/oauth/config", &config).await;
    assert_eq!(
        (refused, &problem["field"]),
        (StatusCode::BAD_REQUEST, &json!("jiraInstanceUrl"))
    );
    config["jiraInstanceUrl"] = json!(world.sandbox.jira_url());
    let saved = maro.post("api/v1/jira/oauth/config", &config).await;
    assert_eq!(saved, (StatusCode::OK, json!({"status": "saved"})));

    maro.connect().await;
    let status = maro.oauth_status().await;
    assert_eq!(status["status"], "connected", "{status}");
    assert!(
        status["expiresAt"].is_string() && status["missingScopes"] == json!([]),
        "{status}"
    );
    let (ok, tested) = maro.post("api/v1/jira/oauth/test", &json!({})).await;
    assert_eq!(
        (ok, &tested["success"]),
        (StatusCode::OK, &json!(true)),
        "{tested}"
    );
    let projects = tested["projects"].as_array().unwrap();
    assert!(projects.contains(&json!("SCRUM")), "{tested}");

    let request = maro.request(Method::DELETE, "api/v1/jira/oauth/config");
    let ended: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(ended, json!({"status": "disconnected"}));
    assert_eq!(maro.oauth_status().await["configured"], false);
    no_secret_shows(&world, &maro, &[&status, &tested]);
}

/// Neither logs nor answers hold a token or the app's secret.
fn no_secret_shows(world: &World, maro: &Maro, answers: &[&Value]) {
    let log = maro.log();
    let secret = world.options.atlassian_client_secret.as_str();
    for text in answers.iter().map(ToString::to_string).chain([log]) {
        assert!(!text.contains(secret), "the secret shows: {text}");
        assert!(!text.contains("eyJ"), "a token shows: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_counts_once_in_time_and_from_whom_asked() {
    let world = world().await;
    let admin = [
        ("MARO_ADMIN_EMAIL", EMAIL),
        ("MARO_ADMIN_PASSWORD", PASSWORD),
    ];
    let maro = world.maro_by_oauth(&admin).await;
    let ada = sign_in(&maro).await;
    let same_person = sign_in(&maro).await;

    let mut forged = maro.consent().await;
    let wrong = format!("code=x&state={}", "0".repeat(64));
    forged.set_query(Some(&wrong));
    assert_eq!(
        maro.bring(forged).await,
        "error",
        "a state that nobody gave out"
    );

    let answer = consent_in_browser(&maro, &ada).await;
    let other = bring_in_browser(&answer, &same_person).await;
    assert_eq!(word(&other), "error", "another browser of the same person");
    let late = bring_in_browser(&answer, &ada).await;
    assert_eq!(word(&late), "error", "the first try used it up");

    let answer = consent_in_browser(&maro, &ada).await;
    let stranger = bring_in_browser(&answer, "").await;
    assert_eq!(leads_to(&stranger).path(), "/sign-in");
    assert_eq!(maro.oauth_status().await["status"], "disconnected");
    let right = bring_in_browser(&answer, &ada).await;
    assert_eq!(word(&right), "success");
    assert_eq!(maro.bring(answer).await, "error", "a replay");

    let audited = maro.audited().await;
    let refused: Vec<&Value> = audited
        .iter()
        .filter(|entry| entry["action"] == "oauth.refused")
        .collect();
    assert_eq!(refused.len(), 4, "{refused:?}");
    assert_eq!(refused[0]["details"]["reason"], "unexpected_answer");
    assert!(
        audited
            .iter()
            .any(|entry| entry["action"] == "oauth.connected")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_in_a_consent_is_named_at_once() {
    let world = world().await;
    let admin = [
        ("MARO_ADMIN_EMAIL", EMAIL),
        ("MARO_ADMIN_PASSWORD", PASSWORD),
    ];
    let maro = world.maro_by_oauth(&admin).await;
    let ada = sign_in(&maro).await;
    let cases = [
        (
            "offline_access",
            "error",
            "Without offline_access the connection would end after an hour",
        ),
        (
            "write:jira-work",
            "error",
            "Atlassian did not grant: write:jira-work.",
        ),
        (
            "search:confluence",
            "success",
            "did not grant: search:confluence",
        ),
    ];
    for (scope, came_of_it, told) in cases {
        world.admin("atlassian/revoke", json!({})).await;
        world
            .admin("atlassian/settings", json!({ "withheld_scopes": [scope] }))
            .await;
        let answer = consent_in_browser(&maro, &ada).await;
        let page = bring_in_browser(&answer, &ada).await;
        assert_eq!(word(&page), came_of_it, "{scope}");
        let text = told_on_page(&maro, &page, &ada).await;
        assert!(text.contains(told), "{scope}: {text}");
    }
    world
        .admin("atlassian/settings", json!({ "consent": "deny" }))
        .await;
    let answer = consent_in_browser(&maro, &ada).await;
    let page = bring_in_browser(&answer, &ada).await;
    let text = told_on_page(&maro, &page, &ada).await;
    assert!(
        text.contains("The access was declined at Atlassian"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_sites_a_person_chooses_on_a_page_without_scripts() {
    let world = world().await;
    let admin = [
        ("MARO_ADMIN_EMAIL", EMAIL),
        ("MARO_ADMIN_PASSWORD", PASSWORD),
    ];
    let maro = world.maro_by_oauth(&admin).await;
    world
        .admin("atlassian/settings", json!({ "consent_sites": [] }))
        .await;
    let ada = sign_in(&maro).await;

    let answer = consent_in_browser(&maro, &ada).await;
    let page = bring_in_browser(&answer, &ada).await;
    assert_eq!(word(&page), "choose");
    let status = maro.oauth_status().await;
    assert_eq!(status["status"], "disconnected");
    assert_eq!(status["sites"].as_array().unwrap().len(), 2, "{status}");
    let text = told_on_page(&maro, &page, &ada).await;
    assert!(
        text.contains("Choose a site") && text.contains("birch-archive"),
        "{text}"
    );

    let wrong = submit(&maro, &ada, "site", &[("site", "another")]).await;
    let text = told_on_page(&maro, &wrong, &ada).await;
    assert!(text.contains("not one of those to choose from"), "{text}");
    let chosen = submit(&maro, &ada, "site", &[("site", world.sandbox.cloud_id())]).await;
    let text = told_on_page(&maro, &chosen, &ada).await;
    assert!(text.contains("Connected to 127.0.0.1."), "{text}");
    let tested = submit(&maro, &ada, "test", &[]).await;
    let text = told_on_page(&maro, &tested, &ada).await;
    assert!(text.contains("SCRUM"), "{text}");
    let ended = submit(&maro, &ada, "disconnect", &[]).await;
    let text = told_on_page(&maro, &ended, &ada).await;
    assert!(
        text.contains("Disconnected.") && text.contains("Not connected"),
        "{text}"
    );
}

async fn sign_in(maro: &Maro) -> String {
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let response = post(maro, "sign-in", "", &form).await;
    assert!(response.status().is_redirection(), "{}", response.status());
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn post(maro: &Maro, path: &str, cookie: &str, form: &[(&str, &str)]) -> Response {
    let origin = maro.url.origin().ascii_serialization();
    let request = browser().post(maro.url.join(path).unwrap()).form(form);
    request
        .header(COOKIE, cookie)
        .header(ORIGIN, origin)
        .send()
        .await
        .unwrap()
}

async fn submit(maro: &Maro, cookie: &str, form: &str, fields: &[(&str, &str)]) -> Response {
    post(maro, &format!("{PAGE}/{form}"), cookie, fields).await
}

/// Presses Authorize, goes on to Atlassian and consents; gives the address of the answer.
async fn consent_in_browser(maro: &Maro, cookie: &str) -> Url {
    let between = submit(maro, cookie, "authorize", &[]).await;
    assert_eq!(between.status(), StatusCode::OK);
    let page = between
        .text()
        .await
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let link = page
        .split("<a href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    leads_to(&browser().get(link).send().await.unwrap())
}

async fn bring_in_browser(answer: &Url, cookie: &str) -> Response {
    let request = browser().get(answer.clone()).header(COOKIE, cookie);
    request.send().await.unwrap()
}

fn word(response: &Response) -> String {
    let location = response.headers()[LOCATION].to_str().unwrap();
    location.rsplit("oauth=").next().unwrap().to_owned()
}

/// Follows to the page, with the sentence that the response wants to tell.
async fn told_on_page(maro: &Maro, response: &Response, cookie: &str) -> String {
    let flash = response.headers()[SET_COOKIE].to_str().unwrap();
    let flash = flash.split(';').next().unwrap();
    let page = browser().get(maro.url.join(PAGE).unwrap());
    let page = page
        .header(COOKIE, format!("{cookie}; {flash}"))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    page.text().await.unwrap()
}
