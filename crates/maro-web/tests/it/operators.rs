//! What operators and machines ask.

use reqwest::StatusCode;

use crate::support::Maro;

#[tokio::test]
async fn health_readiness_and_metrics_need_no_sign_in() {
    let maro = Maro::start().await;
    assert_eq!(maro.get("healthz").await.status(), StatusCode::OK);
    let ready = maro.get("readyz").await;
    assert_eq!(
        (ready.status(), ready.text().await.unwrap().as_str()),
        (StatusCode::OK, "{\"ready\":true}")
    );
    let metrics = maro.get("metrics").await.text().await.unwrap();
    for wanted in [
        "maro_operations{state=\"needs_human\"} 0",
        "maro_inbox_dead 0",
        "route=\"/readyz\"",
        "# HELP maro_operations Operations in the ledger, by state.\n",
    ] {
        assert!(
            metrics.contains(wanted),
            "{wanted} is missing in\n{metrics}"
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let maro = Maro::start().await;
    for path in ["healthz", "sign-in", "nowhere", "api/v1/nowhere", "docs/"] {
        let response = maro.get(path).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(!header("x-request-id").is_empty(), "{path}");
        assert!(
            !response.headers().contains_key("strict-transport-security"),
            "{path}: not https"
        );
    }
}

#[tokio::test]
async fn the_description_and_its_page_are_served() {
    let maro = Maro::start().await;
    let document: serde_json::Value = maro.get("openapi.json").await.json().await.unwrap();
    assert_eq!(document["info"]["title"], "Maro");
    assert!(
        maro.get("docs/")
            .await
            .text()
            .await
            .unwrap()
            .contains("swagger")
    );
}
