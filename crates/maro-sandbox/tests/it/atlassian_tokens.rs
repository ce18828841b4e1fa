//! The token endpoint: codes, rotation, leeway, and how grants end.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::atlassian_support::{Atlassian, CALLBACK, SCOPES, answer};

const DEAD: &str = "Unknown or invalid refresh token.";

#[tokio::test]
async fn a_code_is_exchanged_for_a_pair_once() {
    let atlassian = Atlassian::start().await;
    let code = atlassian.code(&[]).await;

    let (status, pair) = atlassian.exchange(&code).await;
    let (again, refusal) = atlassian.exchange(&code).await;

    assert_eq!(status, 200);
    assert_eq!(
        (&pair["token_type"], &pair["expires_in"]),
        (&json!("Bearer"), &json!(3600))
    );
    assert_eq!(pair["scope"], SCOPES);
    assert!(pair["refresh_token"].is_string());
    assert_eq!((again, &refusal["error"]), (403, &json!("invalid_grant")));
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_and_belongs_to_its_callback() {
    let atlassian = Atlassian::start().await;
    let (late, elsewhere) = (atlassian.code(&[]).await, atlassian.code(&[]).await);

    let other = json!({
        "grant_type": "authorization_code", "code": elsewhere, "redirect_uri": format!("{CALLBACK}?x=1"),
    });
    let (moved, _) = atlassian.token(other).await;
    atlassian.wait_seconds(601).await;
    let (expired, _) = atlassian.exchange(&late).await;

    assert_eq!((moved, expired), (403, 403));
}

#[tokio::test]
async fn a_challenge_must_be_met_by_its_verifier() {
    let atlassian = Atlassian::start().await;
    let verifier = "a verifier that is long enough for the standard";
    let hashed = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
    let asked = [
        ("code_challenge", hashed.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (given, expected) in [
        (json!(verifier), 200),
        (json!("another"), 403),
        (json!(""), 403),
    ] {
        let code = atlassian.code(&asked).await;
        let fields =
            json!({"grant_type": "authorization_code", "code": code, "code_verifier": given});

        assert_eq!(atlassian.token(fields).await.0, expected, "{given}");
    }
    let without = atlassian.code(&asked).await;
    assert_eq!(atlassian.exchange(&without).await.0, 403);
}

#[tokio::test]
async fn wrong_credentials_and_requests_are_refused() {
    let atlassian = Atlassian::start().await;
    let refused = async |fields: Value| {
        let (status, body) = atlassian.token(fields).await;
        (status, body["error"].as_str().unwrap().to_owned())
    };

    let secret =
        json!({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "wrong"});
    assert_eq!(refused(secret).await, (401, "access_denied".into()));
    let kind = json!({"grant_type": "password"});
    assert_eq!(refused(kind).await, (403, "unsupported_grant_type".into()));
    let code = json!({"grant_type": "authorization_code"});
    assert_eq!(refused(code).await, (400, "invalid_request".into()));
    let number = json!({"grant_type": "refresh_token", "refresh_token": 7});
    assert_eq!(refused(number).await, (400, "invalid_request".into()));
    let unknown = json!({"grant_type": "refresh_token", "refresh_token": "made up"});
    assert_eq!(refused(unknown).await, (403, "unauthorized_client".into()));
    assert_eq!(
        atlassian.state().await["atlassian"]["token_requests"]["refused"],
        5
    );
}

#[tokio::test]
async fn a_form_is_as_good_as_json() {
    let atlassian = Atlassian::start().await;
    let code = atlassian.code(&[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &atlassian.options.atlassian_client_id),
        ("client_secret", &atlassian.options.atlassian_client_secret),
        ("redirect_uri", CALLBACK),
        ("code", &code),
    ];
    let request = atlassian
        .http
        .post(atlassian.url("oauth/token"))
        .form(&form);

    assert_eq!(answer(request.send().await.unwrap()).await.0, 200);
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let atlassian = Atlassian::start().await;

    let code = atlassian.code(&[("scope", "read:jira-work")]).await;
    let (_, asked) = atlassian.exchange(&code).await;
    atlassian
        .admin("settings", json!({"withheld_scopes": ["offline_access"]}))
        .await;
    let withheld = atlassian.pair().await;

    assert_eq!(
        (asked.get("refresh_token"), withheld.get("refresh_token")),
        (None, None)
    );
    assert_eq!(asked["scope"], "read:jira-work");
}

#[tokio::test]
async fn each_refresh_gives_another_pair_and_is_counted() {
    let atlassian = Atlassian::start().await;
    let first = atlassian.pair().await;

    let (status, second) = atlassian.refresh(&first).await;
    let (_, third) = atlassian.refresh(&second).await;

    assert_eq!(status, 200);
    let tokens = [&first, &second, &third].map(|pair| pair["refresh_token"].to_string());
    assert!(tokens[0] != tokens[1] && tokens[1] != tokens[2]);
    let state = atlassian.state().await;
    assert_eq!(state["atlassian"]["token_requests"]["refreshed"], 2);
    assert_eq!(state["atlassian"]["token_requests"]["reused"], 0);
    assert!(
        !state
            .to_string()
            .contains(first["refresh_token"].as_str().unwrap())
    );
}

#[tokio::test]
async fn a_replaced_token_works_for_ten_minutes_and_then_ends_its_family() {
    let atlassian = Atlassian::start().await;
    let first = atlassian.pair().await;
    let (_, second) = atlassian.refresh(&first).await;

    atlassian.wait_seconds(599).await;
    let (within, third) = atlassian.refresh(&first).await;
    atlassian.wait_seconds(2).await;
    let (after, refusal) = atlassian.refresh(&first).await;
    let (newest, _) = atlassian.refresh(&third).await;

    assert_eq!((within, after, newest), (200, 403, 403));
    assert_eq!(
        refusal,
        json!({"error": "invalid_grant", "error_description": DEAD})
    );
    assert_eq!(atlassian.refresh(&second).await.0, 403);
    assert_eq!(
        atlassian.state().await["atlassian"]["token_requests"]["reused"],
        1
    );
}

#[tokio::test]
async fn the_family_can_be_left_alone_when_a_replaced_token_is_used() {
    let atlassian = Atlassian::start().await;
    atlassian
        .admin("settings", json!({"reuse_ends_family": false}))
        .await;
    let first = atlassian.pair().await;
    let (_, second) = atlassian.refresh(&first).await;
    atlassian.wait_seconds(601).await;

    let (old, new) = (
        atlassian.refresh(&first).await.0,
        atlassian.refresh(&second).await.0,
    );

    assert_eq!((old, new), (403, 200));
}

#[tokio::test]
async fn a_grant_dies_of_90_idle_days_and_of_365_in_all() {
    let atlassian = Atlassian::start().await;
    let idle = atlassian.pair().await;
    let mut used = atlassian.pair().await;

    for _ in 0..4 {
        atlassian.wait_days(89).await;
        let (status, next) = atlassian.refresh(&used).await;
        assert_eq!(status, 200);
        used = next;
    }
    atlassian.wait_days(10).await;

    assert_eq!(atlassian.refresh(&idle).await.0, 403);
    assert_eq!(atlassian.refresh(&used).await.0, 403, "366 days");
}

#[tokio::test]
async fn an_answer_that_got_lost_after_the_rotation_can_be_asked_for_again() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let rule = "atlassian:POST:/oauth/token$:drop-after:times=1";
    atlassian.sandbox.add_fault(rule.parse().unwrap());
    let request = atlassian
        .http
        .post(atlassian.url("oauth/token"))
        .json(&json!({
            "grant_type": "refresh_token", "refresh_token": pair["refresh_token"],
            "client_id": atlassian.options.atlassian_client_id,
            "client_secret": atlassian.options.atlassian_client_secret,
        }));

    let lost = request.send().await;
    let (again, _) = atlassian.refresh(&pair).await;

    assert!(lost.is_err());
    assert_eq!(again, 200);
    assert_eq!(
        atlassian.state().await["atlassian"]["token_requests"]["refreshed"],
        2
    );
}

#[tokio::test]
async fn the_token_endpoint_fails_as_told() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let rule = "atlassian:POST:/oauth/token$:status:status=503:retry-after=7:times=1";
    atlassian.sandbox.add_fault(rule.parse().unwrap());

    let (failed, _) = atlassian.refresh(&pair).await;
    let (then, _) = atlassian.refresh(&pair).await;

    assert_eq!((failed, then), (503, 200));
}

#[tokio::test]
async fn a_revoked_grant_refuses_both_tokens_until_there_is_another_consent() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let me = async |pair: &Value| {
        atlassian
            .call(pair, reqwest::Method::GET, "me", None)
            .await
            .0
    };
    assert_eq!(me(&pair).await, 200);

    let revoked = atlassian.admin("revoke", json!({"user": "amira"})).await;

    assert_eq!(revoked, json!({"revoked": 1}));
    assert_eq!(
        (me(&pair).await, atlassian.refresh(&pair).await.0),
        (401, 403)
    );
    let another = atlassian.pair().await;
    assert_eq!(
        (me(&another).await, atlassian.refresh(&pair).await.0),
        (200, 403)
    );
}
