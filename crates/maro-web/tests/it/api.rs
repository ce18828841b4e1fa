//! The API, as a program uses it.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CHANNEL, Maro, TEAM};

#[tokio::test]
async fn callers_without_a_token_are_told_how_to_send_one() {
    let maro = Maro::start().await;
    let response = maro.get("api/v1/sessions").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers()["www-authenticate"],
        "Bearer realm=\"maro\""
    );
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    for header in ["Bearer maro_wrong", "Basic eDp5"] {
        let request = maro
            .http
            .get(maro.url("api/v1/sessions"))
            .header("authorization", header);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED,
            "{header}"
        );
    }
}

#[tokio::test]
async fn mistakes_are_named() {
    let maro = Maro::start().await;
    let gets = [
        (
            "api/v1/sessions?limit=many",
            StatusCode::BAD_REQUEST,
            "limit",
        ),
        (
            "api/v1/sessions?limit=201",
            StatusCode::BAD_REQUEST,
            "limit",
        ),
        (
            "api/v1/sessions?after=%00",
            StatusCode::BAD_REQUEST,
            "after",
        ),
        (
            "api/v1/sessions?phase=happy",
            StatusCode::BAD_REQUEST,
            "phase",
        ),
        (
            "api/v1/operations?status=maybe",
            StatusCode::BAD_REQUEST,
            "status",
        ),
        (
            "api/v1/channels/nothing/tracked",
            StatusCode::BAD_REQUEST,
            "id",
        ),
        ("api/v1/drafts/none", StatusCode::NOT_FOUND, ""),
        (
            "api/v1/operations/01a1fd17-d158-7295-8881-97f47253f3b1",
            StatusCode::NOT_FOUND,
            "",
        ),
        ("api/v1/nowhere", StatusCode::NOT_FOUND, ""),
    ];
    for (path, status, field) in gets {
        let (found, problem) = maro.api_get(path).await;
        assert_eq!(found, status, "{path}: {problem}");
        assert_eq!(problem["status"], status.as_u16(), "{path}");
        assert_eq!(
            problem["field"].as_str().unwrap_or(""),
            field,
            "{path}: {problem}"
        );
    }
    let (status, problem) = maro
        .api(maro.http.delete(maro.url("api/v1/sessions")))
        .await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::METHOD_NOT_ALLOWED, &json!("method_not_allowed"))
    );
}

#[tokio::test]
async fn bad_drafts_are_refused_field_by_field() {
    let maro = Maro::start().await;
    let draft = |content| json!({ "team": TEAM, "channel": CHANNEL, "content": content });
    let cases = [
        (json!({ "team": TEAM, "channel": CHANNEL }), 400, "content"),
        (
            json!({ "team": "T/1", "channel": CHANNEL, "content": {} }),
            400,
            "channel",
        ),
        (draft(json!({ "title": 7 })), 400, "content.title"),
        (draft(json!({ "titel": "x" })), 400, "content.titel"),
        (draft(json!({ "parent": "x" })), 400, "content.parent"),
        (
            draft(json!({ "title": "x", "project": "SCRUM" })),
            422,
            "content.issue_type",
        ),
    ];
    for (body, status, field) in cases {
        let (found, problem) = maro.api_post("api/v1/drafts", &body).await;
        assert_eq!(found.as_u16(), status, "{problem}");
        let named = problem["field"].as_str().unwrap();
        // A missing field is named by the object that lacks it, in the sentence.
        assert!(
            named == field || problem["detail"].as_str().unwrap().contains(field),
            "{problem}"
        );
    }
    let large = json!({ "content": "x".repeat(300 * 1024) });
    assert_eq!(
        maro.api_post("api/v1/drafts", &large).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let text = maro.http.post(maro.url("api/v1/drafts")).body("title=x");
    assert_eq!(maro.api(text).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_draft_is_edited_approved_and_created_once() {
    let maro = Maro::start().await;
    let old = maro.draft("Login fails").await;
    let old_path = format!("api/v1/drafts/{}", old["id"].as_str().unwrap());
    let content =
        json!({ "title": "Login fails on Safari", "project": "SCRUM", "issue_type": "Bug" });
    let edit = maro
        .http
        .put(maro.url(&old_path))
        .json(&json!({ "content": content }));
    let (status, draft) = maro.api(edit).await;
    assert_eq!(status, StatusCode::OK, "{draft}");

    let hash = json!({ "hash": old["hash"] });
    let (status, problem) = maro.api_post(&format!("{old_path}/approve"), &hash).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("draft_changed"))
    );

    let path = format!("api/v1/drafts/{}", draft["id"].as_str().unwrap());
    let (status, problem) = maro.api_post(&format!("{path}/approve"), &hash).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("draft_changed"))
    );

    let hash = json!({ "hash": draft["hash"] });
    let (status, approved) = maro.api_post(&format!("{path}/approve"), &hash).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{approved}");
    let detail = maro
        .until_operation(approved["operation"].as_str().unwrap(), "confirmed")
        .await;
    assert_eq!(detail["operation"]["status"], "success");
    assert_eq!(
        detail["request"]["fields"]["summary"],
        "Login fails on Safari"
    );

    let (status, again) = maro.api_post(&format!("{path}/approve"), &hash).await;
    assert_eq!(
        (status, &again["was_duplicate"]),
        (StatusCode::OK, &json!(true))
    );
    assert_eq!(again["jira_key"], detail["operation"]["jira_key"]);
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let maro = Maro::start().await;
    let draft = maro.draft("Login fails").await;
    assert!(draft.get("nonce").is_none());
    for path in ["api/v1/outbox", "api/v1/audit", "api/v1/sessions"] {
        let (status, page) = maro.api_get(path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.to_string().contains("response_url"), "{path}");
    }
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let maro = Maro::start().await;
    for number in 0..5 {
        maro.draft(&format!("Draft {number}")).await;
    }
    let mut ids = Vec::new();
    let mut path = "api/v1/sessions?limit=2".to_owned();
    loop {
        let (_, page) = maro.api_get(&path).await;
        ids.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].to_string()),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        path = format!(
            "api/v1/sessions?limit=2&{}",
            query.append_pair("after", next).finish()
        );
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((count, ids.len()), (5, 5));
}
