//! Trends: what was recorded adds up by day, cases that change their mind are flaky, and suites are
//! expected.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually};

both_databases!(
    runs_add_up_by_the_day_on_which_they_began,
    a_case_that_changes_its_mind_is_flaky,
    a_suite_can_be_expected,
);

async fn run_at(maro: &Maro, hours_ago: i64, passed: bool) {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let began = now - TimeDelta::hours(hours_ago);
    let body = json!({
        "suite": "shop/api", "started_at": began, "duration_ms": 1500,
        "totals": { "passed": 3, "failed": u8::from(!passed), "flaky": 1 },
    });
    let (status, run) = maro.post("api/v1/suite-runs", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{run}");
}

async fn runs_add_up_by_the_day_on_which_they_began(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    for (hours_ago, passed) in [(72, false), (72, true), (48, true), (0, true)] {
        run_at(&maro, hours_ago, passed).await;
    }
    let trend = maro.get("api/v1/suites/shop%2Fapi/trend?days=30").await;
    let days = trend["days"].as_array().unwrap();
    let told: Vec<_> = days
        .iter()
        .map(|day| {
            (
                day["runs"].as_i64().unwrap(),
                day["pass_rate"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(2, 50.0), (1, 100.0), (1, 100.0)], "{trend}");
    assert_eq!(
        (
            &days[0]["cases"],
            &days[0]["cases_failed"],
            &days[0]["mean_seconds"]
        ),
        (&json!(7), &json!(1), &json!(1.5))
    );
    let all = maro.get("api/v1/trend?days=3").await;
    assert_eq!(all["days"].as_array().unwrap().len(), 2, "{all}");

    let suites = maro.get("api/v1/suites").await;
    assert_eq!(suites["items"][0]["name"], "shop/api");
    assert_eq!(suites["items"][0]["last_outcome"], "passed");
    for (path, status) in [
        ("api/v1/suites/none/trend", StatusCode::NOT_FOUND),
        ("api/v1/suites/none", StatusCode::NOT_FOUND),
        ("api/v1/trend?days=0", StatusCode::BAD_REQUEST),
    ] {
        let answer = maro.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    // The clock counts what is open, at the start at the latest.
    maro.post(
        "api/v1/defects",
        &json!({ "title": "Slow", "severity": "high" }),
    )
    .await;
    drop(maro);
    let maro = world.maro().await;
    eventually("open defects are counted", async || {
        let trend = maro.get("api/v1/trend").await;
        (trend["open_defects"][0]["high"] == 1).then_some(())
    })
    .await;
}

async fn report(maro: &Maro, revision: &str, case: &str) {
    let xml = format!(
        "<testsuite name='shop'><testcase classname='Cart' name='pays'>{case}</testcase></testsuite>"
    );
    let path = format!("api/v1/reports/junit?revision={revision}");
    let response = maro
        .request(Method::POST, &path)
        .body(xml)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
}

async fn flaky(maro: &Maro) -> Value {
    let list = maro.get("api/v1/defects?source=shop").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    list["items"][0]["flaky"].clone()
}

async fn a_case_that_changes_its_mind_is_flaky(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let failing = "<failure message='refused'/>";
    report(&maro, "r1", failing).await;
    report(&maro, "r2", "").await;
    assert_eq!(flaky(&maro).await, false, "it was broken and repaired");
    report(&maro, "r2", failing).await;
    assert_eq!(
        flaky(&maro).await,
        true,
        "it failed and passed on one revision"
    );
    for number in 3..30 {
        report(&maro, &format!("r{number}"), "").await;
    }
    assert_eq!(flaky(&maro).await, false, "it has passed for long");
}

async fn a_suite_can_be_expected(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let expect = async |body: Value| {
        let request = maro.request(Method::PUT, "api/v1/suites/nightly%20build");
        let response = request.json(&body).send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let (status, suite) = expect(json!({ "every": "24h", "grace": "90m" })).await;
    assert_eq!(status, StatusCode::OK, "{suite}");
    assert_eq!(
        (&suite["every"], &suite["grace"]),
        (&json!("1d"), &json!("90m"))
    );
    assert!(
        suite["due"].is_string() && suite["last_run"].is_null(),
        "{suite}"
    );
    let (status, problem) = expect(json!({ "every": "often" })).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("every")),
        "{problem}"
    );
    let (_, suite) = expect(json!({ "every": null })).await;
    assert_eq!(
        (&suite["every"], &suite["due"]),
        (&Value::Null, &Value::Null)
    );
    let audited = maro.audited().await;
    let expected: Vec<_> = audited
        .iter()
        .filter(|entry| entry["action"] == "suite.expected")
        .collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(expected[0]["subject"], "nightly build");
}
