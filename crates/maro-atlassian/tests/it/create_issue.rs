//! A create is sent at most once, and its outcome is told truthfully under every fault.

use std::time::Duration;

use maro_atlassian::CreateError;
use maro_atlassian::rest::{CreatedIssue, UnknownReason};

use crate::support::{Fake, Reaction, answer, client, json};

const BODY: &str = r#"{"fields":{"summary":"Login fails"}}"#;
const DEADLINE: Duration = Duration::from_secs(10);

async fn create(fake: &Fake) -> Result<CreatedIssue, CreateError> {
    fake.client().create_issue(BODY.into(), DEADLINE).await
}

/// The outcome in a few words, for tables.
fn outcome(result: Result<CreatedIssue, CreateError>) -> String {
    match result {
        Ok(issue) => format!("created {} {}", issue.id, issue.key),
        Err(CreateError::NotSent(_)) => "not sent".into(),
        Err(CreateError::NotReady { what, .. }) => format!("not ready: {what}"),
        Err(CreateError::Unauthorized(_)) => "unauthorized".into(),
        Err(err @ (CreateError::Expired | CreateError::MissingScope)) => err.to_string(),
        Err(CreateError::RateLimited(limit)) => {
            format!(
                "rate limited {:?} {:?}",
                limit.retry_after.map(|wait| wait.as_secs()),
                limit.reason
            )
        }
        Err(CreateError::Rejected(refusal)) => format!("rejected: {refusal}"),
        Err(CreateError::OutcomeUnknown { reason, .. }) => format!("unknown: {reason}"),
    }
}

#[tokio::test]
async fn the_exact_bytes_arrive_with_credentials_below_the_sites_path() {
    let fake = Fake::start(vec![json(
        201,
        r#"{"id":"10001","key":"SCRUM-9","self":"x"}"#,
    )])
    .await;
    assert_eq!(outcome(create(&fake).await), "created 10001 SCRUM-9");
    let request = fake.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert_eq!(body, BODY);
    assert!(
        head.starts_with("post /jira/rest/api/3/issue http/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("authorization: basic "), "{head}");
    assert!(
        head.contains("content-type: application/json\r\n"),
        "{head}"
    );
    assert!(head.contains("user-agent: maro/"), "{head}");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table of answers")]
async fn every_answer_has_its_outcome_and_one_request() {
    let created = r#"{"id":"10001","key":"SCRUM-9"}"#;
    let cut = "HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{\"id\":\"100";
    let late =
        "Retry-After: Sat, 21 Nov 2026 07:00:30 GMT\r\ndate: Sat, 21 Nov 2026 07:00:00 GMT\r\n";
    let cases = vec![
        (json(201, created), "created 10001 SCRUM-9"),
        (
            json(201, r#"{"key":"SCRUM-9"}"#),
            "unknown: the answer could not be read",
        ),
        (
            json(201, r#"{"id":"","key":"SCRUM-9"}"#),
            "unknown: the answer could not be read",
        ),
        (
            json(201, r#"{"id":"10001","k"#),
            "unknown: the answer could not be read",
        ),
        (json(201, ""), "unknown: the answer could not be read"),
        (
            json(201, "<html></html>"),
            "unknown: the answer could not be read",
        ),
        (
            json(201, &" ".repeat(5_000_000)),
            "unknown: the answer could not be read",
        ),
        (
            Reaction::Answer(cut.into()),
            "unknown: the answer could not be read",
        ),
        (json(200, created), "unknown: the answer was HTTP 200"),
        (json(202, ""), "unknown: the answer was HTTP 202"),
        (
            json(
                400,
                r#"{"errors":{"customfield_10050":"Severity class is required."}}"#,
            ),
            "rejected: Severity class is required.",
        ),
        (
            json(403, r#"{"errorMessages":["You may not."]}"#),
            "rejected: You may not.",
        ),
        (json(404, ""), "rejected: HTTP 404, without a reason"),
        (json(413, ""), "rejected: HTTP 413, without a reason"),
        (json(422, ""), "rejected: HTTP 422, without a reason"),
        (
            answer(400, "", "<html>proxy</html>"),
            "rejected: the answer is a page, not Jira's: check the Jira address, and any proxy or sign-in in front of it (HTTP 400)",
        ),
        (json(408, ""), "unknown: the answer was HTTP 408"),
        (json(425, ""), "unknown: the answer was HTTP 425"),
        (json(401, ""), "unauthorized"),
        (
            answer(
                429,
                "Retry-After: 7\r\nRateLimit-Reason: jira-burst-based\r\n",
                "",
            ),
            r#"rate limited Some(7) Some("jira-burst-based")"#,
        ),
        (answer(429, late, ""), "rate limited Some(30) None"),
        (answer(429, "", ""), "rate limited None None"),
        (json(500, created), "unknown: the answer was HTTP 500"),
        (json(502, ""), "unknown: the answer was HTTP 502"),
        (
            answer(503, "Retry-After: 7\r\n", ""),
            "unknown: the answer was HTTP 503",
        ),
        (
            Reaction::Answer(b"HTTP/1.1 2".to_vec()),
            "unknown: the connection broke",
        ),
        (
            Reaction::Answer(b"what?\r\n\r\n".to_vec()),
            "unknown: the connection broke",
        ),
        (Reaction::DropAfterRequest, "unknown: the connection broke"),
    ];
    for (reaction, expected) in cases {
        let name = format!("{reaction:.200?}");
        let fake = Fake::start(vec![reaction]).await;
        assert_eq!(outcome(create(&fake).await), expected, "{name}");
        assert_eq!(fake.requests().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_reset_while_writing_leaves_the_outcome_unknown() {
    let fake = Fake::start(vec![Reaction::Reset]).await;
    assert_eq!(
        outcome(create(&fake).await),
        "unknown: the connection broke"
    );
}

#[tokio::test]
async fn silence_ends_at_the_deadline_with_an_unknown_outcome() {
    let headers_only = b"HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\n{".to_vec();
    for reaction in [Reaction::Hang, Reaction::Answer(headers_only)] {
        let fake = Fake::start(vec![reaction]).await;
        let result = fake
            .client()
            .create_issue(BODY.into(), Duration::from_millis(300))
            .await;
        let Err(CreateError::OutcomeUnknown { reason, .. }) = result else {
            panic!("{result:?}")
        };
        assert!(matches!(
            reason,
            UnknownReason::TimedOut | UnknownReason::UnreadableAnswer
        ));
        assert_eq!(fake.requests().len(), 1);
    }
}

#[tokio::test]
async fn redirects_are_told_and_not_followed() {
    let other = Fake::start(vec![json(201, r#"{"id":"1","key":"EVIL-1"}"#)]).await;
    for status in [301, 302, 307, 308] {
        let fake = Fake::start(vec![answer(
            status,
            &format!("location: {}\r\n", other.url),
            "",
        )])
        .await;
        let err = create(&fake).await.unwrap_err();
        assert_eq!(
            err.next_step(),
            "Ask an administrator to correct the Jira address."
        );
        assert!(matches!(err, CreateError::Rejected(_)), "{err}");
    }
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn a_closed_port_and_a_failed_handshake_prove_that_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let result = client(closed).create_issue(BODY.into(), DEADLINE).await;
    assert_eq!(outcome(result), "not sent");

    for reaction in [Reaction::Babble, Reaction::Reset] {
        let fake = Fake::start(vec![reaction]).await;
        let mut url = fake.url.clone();
        url = url
            .as_str()
            .replacen("http://", "https://", 1)
            .parse()
            .unwrap();
        let result = client(url).create_issue(BODY.into(), DEADLINE).await;
        assert_eq!(outcome(result), "not sent");
        assert_eq!(fake.requests().len(), 0);
    }
}

#[tokio::test]
async fn an_unknown_host_proves_that_nothing_was_sent() {
    let proxied = std::env::vars_os().any(|(name, _)| {
        name.to_string_lossy()
            .to_ascii_lowercase()
            .ends_with("_proxy")
    });
    if proxied {
        eprintln!("SKIPPED: a proxy resolves names here");
        return;
    }
    let url = "http://jira.invalid".parse().unwrap();
    let result = client(url).create_issue(BODY.into(), DEADLINE).await;
    assert_eq!(outcome(result), "not sent");
}

#[tokio::test]
async fn creates_share_no_connection() {
    let fake = Fake::start(vec![
        json(400, "{}"),
        json(201, r#"{"id":"1","key":"AB-1"}"#),
    ])
    .await;
    let client = fake.client();
    let first = client.create_issue(BODY.into(), DEADLINE).await;
    let second = client.create_issue(BODY.into(), DEADLINE).await;
    assert!(first.is_err());
    assert_eq!(outcome(second), "created 1 AB-1");
    assert_eq!(fake.requests().len(), 2);
    assert_eq!(fake.open(), 0);
}

#[tokio::test]
async fn errors_speak_to_people_and_carry_no_secrets() {
    let fake = Fake::start(vec![
        json(
            400,
            r#"{"errors":{"customfield_10050":"Severity class is required."}}"#,
        ),
        Reaction::DropAfterRequest,
    ])
    .await;
    let refused = create(&fake).await.unwrap_err();
    insta::assert_snapshot!(format!("{refused} {}", refused.next_step()), @"Jira refused the request: Severity class is required. Edit the draft and approve again.");
    let lost = create(&fake).await.unwrap_err();
    insta::assert_snapshot!(format!("{lost}. {}", lost.next_step()), @"it is not known whether Jira created the issue: the connection broke. Maro looks for the issue in Jira and does not send it again by itself.");
    let all = format!("{lost:?} {refused:?}");
    assert!(!all.contains("token") && !all.contains("bot@"), "{all}");
}
