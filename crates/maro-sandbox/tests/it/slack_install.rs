//! Installing the Slack app: consent, codes, workspaces.

use reqwest::header;
use serde_json::{Value, json};

use crate::slack_app::{
    CALLBACK, authorize, browser, client_call, install, sent_back, text, world_with,
};

#[tokio::test]
async fn a_person_chooses_a_workspace_and_the_app_gets_its_token() {
    let world = world_with(json!({})).await;
    let page = authorize(&world, &[]).await.text().await.unwrap();
    let request = page.split("name=\"request\" value=\"").nth(1).unwrap();
    let request = request.split('"').next().unwrap();
    let form = [
        ("request", request),
        ("person", "T0HARBOR/U1ERIN"),
        ("decision", "allow"),
    ];
    let url = world.sandbox.slack_authorize_url();

    let allowed = browser()
        .post(url.clone())
        .form(&form)
        .send()
        .await
        .unwrap();
    let again = browser().post(url).form(&form).send().await.unwrap();
    let code = sent_back(&allowed, "code").unwrap();
    let fields = [("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let installed = client_call(&world, "oauth.v2.access", &fields).await;
    let used = client_call(&world, "oauth.v2.access", &fields).await;

    for shown in ["Harbor crew", "Orchard lab", "Send messages as itself"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(sent_back(&allowed, "state").as_deref(), Some("s-1"));
    assert_eq!(again.status(), 400, "a page is answered once");
    assert!(text(&installed, "access_token").starts_with("xoxb-"));
    let wanted = json!({
        "ok": true, "app_id": "A0MARO", "authed_user": { "id": "U1ERIN" },
        "scope": "channels:read,chat:write,users:read", "token_type": "bot",
        "access_token": installed["access_token"], "bot_user_id": "U1MARO",
        "team": { "id": "T0HARBOR", "name": "Harbor crew" }, "enterprise": null,
        "is_enterprise_install": false,
    });
    assert_eq!(installed, wanted);
    assert_eq!(used["error"], "code_already_used");
}

#[tokio::test]
async fn a_question_that_is_wrong_is_told_to_the_person_only() {
    let world = world_with(json!({})).await;
    for (name, value, says) in [
        ("client_id", "other", "Invalid client_id parameter"),
        (
            "redirect_uri",
            "https://evil.example/x",
            "redirect_uri did not match any configured URIs",
        ),
        (
            "scope",
            "chat:write,all:things",
            "Invalid permissions requested: all:things",
        ),
        ("scope", "", "No scopes requested"),
    ] {
        let answer = authorize(&world, &[(name, value)]).await;

        assert_eq!(answer.status(), 400, "{name}");
        assert!(answer.headers().get(header::LOCATION).is_none(), "{name}");
        assert!(answer.text().await.unwrap().contains(says), "{says}");
    }
}

#[tokio::test]
async fn cancelling_goes_back_with_access_denied() {
    let world = world_with(json!({ "consent": "deny" })).await;

    let answer = authorize(&world, &[]).await;

    assert_eq!(
        sent_back(&answer, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(sent_back(&answer, "state").as_deref(), Some("s-1"));
}

#[tokio::test]
async fn an_app_that_is_not_distributed_stays_where_it_is() {
    let app = json!({ "consent": "accept", "team": "T0HARBOR", "distributed": false });
    let world = world_with(app).await;

    let answer = authorize(&world, &[]).await;

    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    assert!(page.contains("invalid_team_for_non_distributed_app"));
}

#[tokio::test]
async fn a_code_needs_the_same_address_the_right_client_and_ten_minutes() {
    let world = world_with(json!({ "consent": "accept" })).await;
    let code = async || sent_back(&authorize(&world, &[]).await, "code").unwrap();
    let url = world
        .sandbox
        .slack_api_url()
        .join("oauth.v2.access")
        .unwrap();

    let code_1 = code().await;
    let elsewhere = [
        ("code", code_1.as_str()),
        ("redirect_uri", "https://maro.example.com/"),
    ];
    let elsewhere = client_call(&world, "oauth.v2.access", &elsewhere).await;
    let unnamed = client_call(&world, "oauth.v2.access", &[("code", &code_1)]).await;
    let wrong = [
        ("client_id", world.options.slack_client_id.as_str()),
        ("client_secret", "wrong"),
        ("code", &code_1),
    ];
    let wrong = world.http().post(url).form(&wrong).send().await.unwrap();
    let wrong: Value = wrong.json().await.unwrap();
    let code_2 = code().await;
    world.admin("clock", json!({ "advance_ms": 600_000 })).await;
    let late = [("code", code_2.as_str()), ("redirect_uri", CALLBACK)];
    let late = client_call(&world, "oauth.v2.access", &late).await;

    assert_eq!(elsewhere["error"], "bad_redirect_uri");
    assert_eq!(unnamed["error"], "bad_redirect_uri");
    assert_eq!(wrong["error"], "bad_client_secret");
    assert_eq!(late["error"], "invalid_code");
}

#[tokio::test]
async fn installing_again_gives_the_same_token_and_scopes_add_up() {
    let world = world_with(json!({})).await;
    let first = install(&world, "T0HARBOR").await;

    let answer = authorize(&world, &[("scope", "commands")]).await;
    let code = sent_back(&answer, "code").unwrap();
    let fields = [("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let second = client_call(&world, "oauth.v2.access", &fields).await;

    assert_eq!(first["access_token"], second["access_token"]);
    assert_eq!(
        second["scope"],
        "channels:read,chat:write,commands,users:read"
    );
}
