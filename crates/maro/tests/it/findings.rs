//! What suites report: JUnit files and results, by the API and the command line.

use std::io::Write as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, command, on_sqlite};

both_databases!(
    a_report_is_recorded_once_however_often_it_is_sent,
    a_run_is_listed_and_shown_with_its_failures,
    files_of_one_request_are_one_run,
);
on_sqlite!(
    what_is_no_report_is_refused_with_file_and_place,
    callers_without_the_scope_are_refused,
    the_command_ends_as_a_build_expects,
    a_hundred_megabytes_are_taken_in_little_memory,
    a_header_without_an_end_takes_little_memory,
);

const FAILED: &str = "<testsuite name='checkout' time='2.5'>\
    <testcase classname='Cart' name='adds'/>\
    <testcase classname='Cart' name='pays' time='1'><failure type='Refused' message='card &lt;refused&gt;'>\
    at pay.rs:7</failure></testcase><testcase name='later'><skipped/></testcase></testsuite>";

/// Sends one file as the body.
async fn report(maro: &Maro, query: &str, key: Option<&str>, file: Vec<u8>) -> (StatusCode, Value) {
    let request = maro.request(Method::POST, &format!("api/v1/reports/junit{query}"));
    let request = match key {
        Some(key) => request.header("Idempotency-Key", key),
        None => request,
    };
    let response = request.body(file).send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or_default())
}

/// A form with several files, as any tool sends it.
async fn report_form(maro: &Maro, files: &[(&str, &[u8])]) -> (StatusCode, Value) {
    let mut body = Vec::new();
    for (name, content) in files {
        write!(
            body,
            "--xyz\r\ncontent-disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n"
        )
        .unwrap();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    let request = maro.request(Method::POST, "api/v1/reports/junit");
    let request = request.header("content-type", "multipart/form-data; boundary=xyz");
    let response = request.body(body).send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or_default())
}

async fn a_report_is_recorded_once_however_often_it_is_sent(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let (status, first) = report(&maro, "", Some("build-7"), FAILED.into()).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");

    let (status, again) = report(&maro, "", Some("build-7"), FAILED.into()).await;
    assert_eq!((status, &again), (StatusCode::CREATED, &first));
    let (status, other) = report(&maro, "?branch=main", Some("build-7"), FAILED.into()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other["code"], "key_reused");

    let body = json!({ "suite": "api", "totals": { "passed": 3 } });
    let send = || async {
        let request = maro.request(Method::POST, "api/v1/suite-runs");
        let request = request.header("Idempotency-Key", "same-moment").json(&body);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let (a, b, c) = tokio::join!(send(), send(), send());
    assert_eq!((&a["id"], &a["id"]), (&b["id"], &c["id"]), "{a} {b} {c}");

    let list = maro.get("api/v1/suite-runs").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

async fn a_run_is_listed_and_shown_with_its_failures(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let query = "?branch=main&revision=abc&environment=ci&url=https://ci.example/7";
    let (_, run) = report(&maro, query, None, FAILED.into()).await;
    let id = run["id"].as_str().unwrap();
    assert_eq!(run["suite"], "checkout");
    assert_eq!(run["duration_ms"], 2_500);
    assert_eq!(
        run["totals"],
        json!({ "tests": 3, "passed": 1, "failed": 1, "errors": 0, "skipped": 1, "flaky": 0 })
    );

    let passed = json!({ "suite": "api", "totals": { "passed": 3 }, "duration_ms": 12 });
    let (status, passed) = maro.post("api/v1/suite-runs", &passed).await;
    assert_eq!(
        (status, &passed["outcome"]),
        (StatusCode::CREATED, &json!("passed"))
    );
    let failed = maro.get("api/v1/suite-runs?outcome=failed").await;
    assert_eq!(failed["items"].as_array().unwrap().len(), 1, "{failed}");
    assert_eq!(
        maro.get("api/v1/suite-runs?suite=api").await["items"][0],
        passed
    );

    let shown = maro.get(&format!("api/v1/suite-runs/{id}")).await;
    assert_eq!(
        (&shown["branch"], &shown["url"]),
        (&json!("main"), &json!("https://ci.example/7"))
    );
    assert_eq!(
        shown["failures"]["items"],
        json!([{
            "suite": "checkout", "class_name": "Cart", "name": "pays", "kind": "failure",
            "type": "Refused", "message": "card <refused>", "details": "at pay.rs:7", "flaky": false,
            "defect": shown["failures"]["items"][0]["defect"],
        }])
    );
}

async fn files_of_one_request_are_one_run(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let other = FAILED.replace("checkout", "search");
    let files: [(&str, &[u8]); 2] = [
        ("TEST-a.xml", FAILED.as_bytes()),
        ("b.xml", other.as_bytes()),
    ];

    let (status, nameless) = report_form(&maro, &files).await;
    assert_eq!(
        (status, &nameless["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("suite"))
    );
    let same: [(&str, &[u8]); 2] = [files[0], ("b.xml", FAILED.as_bytes())];
    let (status, run) = report_form(&maro, &same).await;
    assert_eq!(status, StatusCode::CREATED, "{run}");
    assert_eq!(run["totals"]["tests"], 6);
    let broken: [(&str, &[u8]); 2] = [files[0], ("b.xml", b"<testsuite>\n<testcase></testsuite>")];
    let (status, problem) = report_form(&maro, &broken).await;
    assert_eq!(
        (status, &problem["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("b.xml"))
    );
    assert!(
        problem["detail"].as_str().unwrap().contains("line 2"),
        "{problem}"
    );
    assert_eq!(
        maro.get("api/v1/suite-runs").await["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn what_is_no_report_is_refused_with_file_and_place(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let bomb = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><testsuite name='&b;'/>";
    for (file, said) in [
        ("", "no file"),
        (" ", "empty"),
        ("{}", "not well-formed at line 1"),
        ("<html/>", "begins with <html>"),
        ("<testsuite>", "line 1"),
        (bomb, "declares entities"),
    ] {
        let (status, problem) = report(&maro, "", None, file.into()).await;
        assert!(status.is_client_error(), "{file}: {status}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(said), "{file}: {detail}");
    }
    let bodies = [
        (json!({ "totals": {} }), "suite"),
        (
            json!({ "suite": "x", "totals": { "passed": -1 } }),
            "totals.passed",
        ),
        (
            json!({ "suite": "x", "failures": [{ "name": "a" }] }),
            "totals",
        ),
        (json!({ "suite": " " }), "suite"),
        (json!({ "suite": "x", "url": "javascript:1" }), "url"),
        (json!({ "suite": "x", "outcome": "great" }), "outcome"),
    ];
    for (body, field) in bodies {
        let (status, problem) = maro.post("api/v1/suite-runs", &body).await;
        assert!(status.is_client_error(), "{body}");
        let named = problem["field"].as_str().unwrap();
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            named == field || detail.contains(field),
            "{body}: {problem}"
        );
    }
    assert_eq!(maro.get("api/v1/suite-runs").await["items"], json!([]));
}

async fn callers_without_the_scope_are_refused(database: Database) {
    let world = World::new(database).await;
    let token = run(
        &world,
        &["admin", "create-token", "--name", "r", "--scope", "read"],
    )
    .await;
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let maro = world.maro().await;
    let url = maro.url.join("api/v1/suite-runs").unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for request in [
        client.get(url.clone()),
        client.post(url.clone()).json(&json!({})),
    ] {
        let response = request.bearer_auth(&token).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
    }
}

async fn run(world: &World, arguments: &[&str]) -> std::process::Output {
    let environment = world.environment();
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let ended = tokio::task::spawn_blocking(move || {
        command(&environment).args(arguments).output().unwrap()
    });
    ended.await.unwrap()
}

async fn the_command_ends_as_a_build_expects(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let (good, broken) = (
        write("TEST-a b.xml", FAILED),
        write("broken.xml", "<testsuite>"),
    );
    let url = maro.url.to_string();
    let cases: [(&[&str], i32, &str); 6] = [
        (&[&good], 0, "checkout: failed, 3 tests, 1 failed"),
        (
            &[&good, "--fail-on-failure", "--suite", "ui"],
            5,
            "ui: failed",
        ),
        (&[&good, &broken], 3, "line 1"),
        (&["no/such/file.xml"], 1, "no/such/file.xml"),
        (&[], 2, "FILES"),
        (&[&good, "--token", "maro_wrong"], 3, "unknown"),
    ];
    for (arguments, code, said) in cases {
        let arguments = [&["report", "--url", &url, "junit"], arguments].concat();
        let ended = run(&world, &arguments).await;
        let text = String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
    let defect = [
        "report",
        "--url",
        &url,
        "defect",
        "--title",
        "Slow",
        "--severity",
    ];
    for (severity, code, said) in [
        ("low", 0, "is new"),
        ("low", 0, "seen 2 times"),
        ("bad", 3, "bad"),
    ] {
        let ended = run(&world, &[&defect[..], &[severity]].concat()).await;
        let text = String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{text}");
        assert!(text.contains(said), "{text}");
    }
    let nowhere = ["report", "--url", "http://127.0.0.1:1", "junit", &good];
    assert_eq!(run(&world, &nowhere).await.status.code(), Some(4));
    assert_eq!(
        maro.get("api/v1/suite-runs").await["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// The largest report that is taken, most of it text that nobody will read.
async fn a_hundred_megabytes_are_taken_in_little_memory(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.xml");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let noise = "x &lt; y\n".repeat(100_000);
    write!(file, "<testsuite name='huge'><system-out>").unwrap();
    for _ in 0..100 {
        file.write_all(noise.as_bytes()).unwrap();
    }
    write!(
        file,
        "</system-out>{}</testsuite>",
        "<testcase name='a'/>".repeat(500_000)
    )
    .unwrap();
    file.into_inner().unwrap();
    let before = maro.peak_memory();

    let url = maro.url.to_string();
    let huge = path.display().to_string();
    let ended = run(
        &world,
        &["report", "--url", &url, "junit", "--quiet", &huge],
    )
    .await;

    let said = String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{said}");
    assert!(said.contains("huge: passed, 500000 tests"), "{said}");
    let grown = maro.peak_memory().saturating_sub(before);
    assert!(grown < 60 << 20, "{} MB more", grown >> 20);
}

/// The server may hang up before all of it is sent, so that an answer is welcome but not certain.
async fn a_header_without_an_end_takes_little_memory(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let before = maro.peak_memory();
    let mut body = b"--xyz\r\ncontent-disposition: ".to_vec();
    body.resize(60 << 20, b'a');

    let request = maro.request(Method::POST, "api/v1/reports/junit");
    let request = request.header("content-type", "multipart/form-data; boundary=xyz");
    if let Ok(response) = request.body(body).send().await {
        assert!(response.status().is_client_error(), "{}", response.status());
    }

    let grown = maro.peak_memory().saturating_sub(before);
    assert!(grown < 20 << 20, "{} MB more", grown >> 20);
    assert_eq!(maro.get("api/v1/suite-runs").await["items"], json!([]));
}
