//! Defects: one each however often and by however many they are reported, and their life.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Database, Maro, World, both_databases};

both_databases!(
    eight_reporters_at_once_make_one_defect,
    what_was_settled_opens_again_by_rule,
    runs_raise_defects_and_passing_closes_them,
    a_repeated_request_counts_once,
    defects_are_found_by_what_they_say,
    alerts_fire_and_are_over,
);

async fn report(maro: &Maro, title: &str) -> (StatusCode, Value) {
    let body = json!({ "title": title, "severity": "high", "source": "monitor" });
    maro.post("api/v1/defects", &body).await
}

async fn shown(maro: &Maro, id: &Value) -> Value {
    maro.get(&format!("api/v1/defects/{}", id.as_str().unwrap()))
        .await
}

async fn set_status(maro: &Maro, id: &Value, status: &str) -> (StatusCode, Value) {
    let path = format!("api/v1/defects/{}/status", id.as_str().unwrap());
    let body = json!({ "status": status, "note": "because" });
    maro.post(&path, &body).await
}

/// On PostgreSQL they come to two instances.
async fn eight_reporters_at_once_make_one_defect(database: Database) {
    let is_shared = matches!(database, Database::Postgres(_));
    let world = World::new(database).await;
    let mut instances = vec![world.maro().await];
    if is_shared {
        instances.push(world.maro().await);
    }
    let body = json!({ "title": "Cut off", "severity": "high", "fingerprint": "cut-off" });
    let mut reporters = JoinSet::new();
    for number in 0..8 {
        let maro = &instances[number % instances.len()];
        let request = maro.request(Method::POST, "api/v1/defects").json(&body);
        reporters.spawn(async move {
            let response = request.send().await.unwrap();
            let status = response.status();
            (status, response.json::<Value>().await.unwrap())
        });
    }
    let answers = reporters.join_all().await;

    let new = |(status, answer): &&(StatusCode, Value)| {
        assert!(status.is_success(), "{answer}");
        assert_eq!(*status == StatusCode::CREATED, answer["new"] == true);
        answer["new"] == true
    };
    assert_eq!(answers.iter().filter(new).count(), 1, "{answers:?}");
    let list = instances[0].get("api/v1/defects").await;
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{list}");
    assert_eq!(
        (&items[0]["count"], &items[0]["status"]),
        (&json!(8), &json!("open"))
    );
}

async fn what_was_settled_opens_again_by_rule(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let (_, first) = report(&maro, "Login fails").await;
    let id = &first["id"];

    for (status, reopens) in [
        ("acknowledged", false),
        ("fixed", true),
        ("wont_fix", false),
        ("duplicate", false),
        ("false_positive", false),
    ] {
        let (answered, defect) = set_status(&maro, id, status).await;
        assert_eq!(
            (answered, &defect["status"]),
            (StatusCode::OK, &json!(status))
        );
        let (answered, again) = report(&maro, "Login fails").await;
        assert_eq!(answered, StatusCode::OK);
        assert_eq!(again["reopened"], reopens, "{status}");
        let expected = if reopens { "open" } else { status };
        assert_eq!(shown(&maro, id).await["status"], expected);
    }
    let detail = shown(&maro, id).await;
    assert_eq!(
        (&detail["count"], &detail["regressions"]),
        (&json!(6), &json!(1))
    );
    let told: Vec<&str> = detail["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "false_positive",
            "duplicate",
            "wont_fix",
            "open",
            "fixed",
            "acknowledged",
            "open"
        ]
    );
    assert_eq!(
        set_status(&maro, id, "gone").await.0,
        StatusCode::BAD_REQUEST
    );
    let nobody = json!("01a1fd17-d158-7295-8881-97f47253f3b1");
    assert_eq!(
        set_status(&maro, &nobody, "fixed").await.0,
        StatusCode::NOT_FOUND
    );
}

async fn run_suite(maro: &Maro, cases: &str) -> Value {
    let xml = format!("<testsuite name='shop'>{cases}</testsuite>");
    let request = maro.request(Method::POST, "api/v1/reports/junit");
    let response = request.body(xml).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    response.json().await.unwrap()
}

async fn runs_raise_defects_and_passing_closes_them(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let pays = "<testcase classname='Cart' name='pays'>";
    let failing =
        |ms: u32| format!("{pays}<failure message='no answer after {ms} ms'/></testcase>");
    let passing = format!("{pays}</testcase>");

    let run = run_suite(&maro, &failing(3001)).await;
    run_suite(&maro, &failing(12)).await;
    let list = maro.get("api/v1/defects?source=shop").await;
    let defect = &list["items"][0];
    assert_eq!(
        (&defect["count"], &defect["title"]),
        (&json!(2), &json!("Cart.pays: no answer after 3001 ms"))
    );
    let detail = maro
        .get(&format!(
            "api/v1/suite-runs/{}",
            run["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(detail["failures"]["items"][0]["defect"], defect["id"]);

    let other = "<testcase classname='Cart' name='adds'/>";
    run_suite(&maro, other).await;
    assert_eq!(
        shown(&maro, &defect["id"]).await["status"],
        "open",
        "it did not run"
    );
    let flaky = format!("{}{passing}", failing(5));
    run_suite(&maro, &flaky).await;
    let seen = shown(&maro, &defect["id"]).await;
    assert_eq!(
        (&seen["status"], &seen["count"]),
        (&json!("open"), &json!(2)),
        "it is flaky"
    );
    run_suite(&maro, &passing).await;
    assert_eq!(shown(&maro, &defect["id"]).await["status"], "fixed");
    run_suite(&maro, &failing(7)).await;
    let again = shown(&maro, &defect["id"]).await;
    assert_eq!(
        (&again["status"], &again["regressions"]),
        (&json!("open"), &json!(1))
    );
}

async fn a_repeated_request_counts_once(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let send = async |title: &str| {
        let body = json!({ "title": title, "severity": "low" });
        let request = maro.request(Method::POST, "api/v1/defects");
        let request = request.header("Idempotency-Key", "k1").json(&body);
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let first = send("Slow").await;
    assert_eq!(send("Slow").await, first);
    assert_eq!(send("Other").await.1["code"], "key_reused");
    let list = maro.get("api/v1/defects").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["count"], 1);
    let metrics = maro.request(Method::GET, "metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let counted: Vec<&str> = metrics
        .lines()
        .filter(|line| line.starts_with("maro_defects_total"))
        .collect();
    assert_eq!(counted, [r#"maro_defects_total{kind="new"} 1"#]);
}

async fn defects_are_found_by_what_they_say(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    for title in ["50% slower", "500 slower", "Under_score Über"] {
        report(&maro, title).await;
    }
    for (query, count) in [
        ("q=SLOWER", 2),
        ("q=50%25", 1),
        ("q=r_s", 1),
        ("q=SCORE%20%C3%9Cber", 1),
        ("q=score%20%C3%BCBER", 1),
        ("severity=high&status=open,acknowledged", 3),
        ("severity=low", 0),
        ("status=fixed", 0),
        ("source=monitor&limit=2", 2),
    ] {
        let list = maro.get(&format!("api/v1/defects?{query}")).await;
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{query}");
    }
    for (body, field) in [
        (json!({ "severity": "high" }), "title"),
        (json!({ "title": " ", "severity": "high" }), "title"),
        (json!({ "title": "x", "severity": "bad" }), "severity"),
        (
            json!({ "title": "x", "severity": "low", "steps": "x".repeat(16_001) }),
            "steps",
        ),
        (
            json!({ "title": "x\u{0}", "severity": "low", "fingerprint": "" }),
            "fingerprint",
        ),
    ] {
        let (status, problem) = maro.post("api/v1/defects", &body).await;
        assert!(status.is_client_error(), "{body}");
        let named = problem["field"].as_str().unwrap();
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            named == field || detail.contains(field),
            "{body}: {problem}"
        );
    }
}

/// A notification as Alertmanager writes it, with what nobody reads.
fn notification(status: &str) -> Value {
    let alert = |name: &str, status: &str| {
        json!({
            "status": status, "fingerprint": format!("fp-{name}"), "generatorURL": "http://p/x",
            "labels": { "alertname": name, "severity": "critical", "job": "api" },
            "annotations": { "summary": format!("{name} is down"), "description": "For 5 min." },
            "startsAt": "2026-11-21T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
        })
    };
    json!({
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": status,
        "receiver": "maro", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://am", "alerts": [alert("Api", status), alert("Db", "firing")],
    })
}

async fn alerts_fire_and_are_over(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    for (status, taken) in [
        (
            "firing",
            json!({ "new": 2, "reopened": 0, "repeated": 0, "resolved": 0 }),
        ),
        (
            "firing",
            json!({ "new": 0, "reopened": 0, "repeated": 2, "resolved": 0 }),
        ),
        (
            "resolved",
            json!({ "new": 0, "reopened": 0, "repeated": 1, "resolved": 1 }),
        ),
        (
            "resolved",
            json!({ "new": 0, "reopened": 0, "repeated": 1, "resolved": 0 }),
        ),
        (
            "firing",
            json!({ "new": 0, "reopened": 1, "repeated": 1, "resolved": 0 }),
        ),
    ] {
        let answer = maro
            .post("api/v1/alertmanager", &notification(status))
            .await;
        assert_eq!(answer, (StatusCode::OK, taken), "{status}");
    }
    let alerts = maro
        .get("api/v1/defects?kind=alert&severity=critical&status=open")
        .await;
    assert_eq!(alerts["items"].as_array().unwrap().len(), 2, "{alerts}");
    assert_eq!(alerts["items"][0]["source"], "Db");

    // Equal words of another kind are another finding.
    let body = json!({ "title": "Odd", "severity": "low", "fingerprint": "odd" });
    for path in ["defects", "alerts", "edge-cases"] {
        let (status, answer) = maro.post(&format!("api/v1/{path}"), &body).await;
        assert_eq!(status, StatusCode::CREATED, "{path}: {answer}");
        assert_eq!(
            maro.post(&format!("api/v1/{path}"), &body).await.1["count"],
            2
        );
    }
    assert_eq!(
        maro.get("api/v1/defects?kind=edge_case").await["items"][0]["title"],
        "Odd"
    );
    let (status, _) = maro
        .post("api/v1/alertmanager", &json!({ "alerts": [{}] }))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
