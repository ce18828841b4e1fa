//! A child that fails in the middle of a create: nothing is sent twice, and nothing stays behind.

use std::time::Duration;

use maro_atlassian::CreateError;
use maro_atlassian::mcp::McpStatus;
use maro_atlassian::rest::CreatedIssue;

use super::script::{Script, Server, WORKS};

const BODY: &str = r#"{"fields":{"project":{"key":"SCRUM"},"issuetype":{"name":"Bug"},"summary":"S",
    "labels":["maro-x"]},"properties":[]}"#;
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_secs(3);

async fn create(server: &Server, deadline: Duration) -> Result<CreatedIssue, CreateError> {
    server.client.create_issue(BODY.as_bytes(), deadline).await
}

/// The outcome in a few words.
fn outcome(result: Result<CreatedIssue, CreateError>) -> String {
    match result {
        Ok(issue) => format!("created {} {} {:?}", issue.id, issue.key, issue.differences),
        Err(CreateError::OutcomeUnknown { reason, .. }) => format!("unknown: {reason}"),
        Err(err) => err.to_string(),
    }
}

#[tokio::test]
async fn a_created_issue_is_read_back() {
    let server = Server::new(&WORKS);
    assert_eq!(
        outcome(create(&server, LONG).await),
        "created 10001 SCRUM-9 []"
    );
    let sent = server.file("creates");
    assert!(sent.contains(r#""project_key":"SCRUM""#), "{sent}");
    assert!(sent.contains("maro-x"), "{sent}");
    let health = server.client.health();
    assert_eq!((health.status, health.reason), (McpStatus::Healthy, None));
    assert!(health.latency.is_some());
}

#[tokio::test]
async fn what_the_server_dropped_is_told() {
    let server = Server::new(&Script {
        read: r#"say '{\"id\":\"10001\",\"key\":\"SCRUM-9\",\"summary\":\"S\",\"issue_type\":{\"name\":\"Bug\"}}' false"#,
        ..WORKS
    });
    assert_eq!(
        outcome(create(&server, LONG).await),
        "created 10001 SCRUM-9 [\"The label by which Maro finds the issue again did not arrive in Jira.\"]"
    );
}

#[tokio::test]
async fn only_proof_that_nothing_was_made_is_a_refusal() {
    let cases = [
        (
            r"say 'Specify a valid issue type' true",
            "Jira refused the request: Specify a valid issue type",
        ),
        (
            r"say 'HTTPError' true",
            "unknown: the MCP server answered: HTTPError",
        ),
        (
            r"say 'Unauthorized (401)' true",
            "unknown: the MCP server answered: Unauthorized (401)",
        ),
        (
            r#"say '{\"error\":\"Something\"}' false"#,
            "unknown: the MCP server answered: Something",
        ),
        (
            r"say '<html>sign in</html>' false",
            "unknown: the answer could not be read",
        ),
        (r"say '' false", "unknown: the answer could not be read"),
        (
            r#"say '{\"issue\":{\"key\":\"OPS-1\",\"id\":\"1\"}}' false"#,
            "unknown: the answer could not be read",
        ),
        ("exit 7", "unknown: the connection broke"),
    ];
    for (on_create, expected) in cases {
        let server = Server::new(&Script {
            create: on_create,
            ..WORKS
        });
        assert_eq!(outcome(create(&server, LONG).await), expected);
        assert_eq!(server.file("creates").lines().count(), 1, "{on_create}");
    }
}

#[tokio::test]
async fn a_child_that_hangs_or_is_stopped_is_killed() {
    for on_create in [
        "sleep 600",
        "kill -STOP $$",
        "trap '' TERM; sleep 600; sleep 600",
    ] {
        let server = Server::new(&Script {
            create: on_create,
            ..WORKS
        });
        assert_eq!(
            outcome(create(&server, SHORT).await),
            "unknown: no answer came in time",
            "{on_create}"
        );
        let health = server.client.health();
        assert_eq!(health.status, McpStatus::Down);
        server.until_gone().await;
    }
}

#[tokio::test]
async fn after_a_crash_the_next_call_starts_it_again() {
    let server = Server::new(&Script {
        create: r#"if [ $(wc -l < "$HOME/creates") -gt 1 ]; then say '{\"issue\":{\"id\":\"10001\",\"key\":\"SCRUM-9\"}}' false; else exit 1; fi"#,
        ..WORKS
    });
    assert_eq!(
        outcome(create(&server, LONG).await),
        "unknown: the connection broke"
    );
    let mut result = create(&server, LONG).await;
    while let Err(CreateError::NotReady { .. }) = result {
        tokio::task::yield_now().await;
        result = create(&server, LONG).await;
    }
    assert_eq!(outcome(result), "created 10001 SCRUM-9 []");
    assert_eq!(server.starts(), 2);
}

#[tokio::test]
async fn a_program_that_cannot_start_is_explained_and_not_started_in_a_loop() {
    let server = Server::new(&Script {
        start: "echo \"token $JIRA_API_TOKEN\" >&2; echo 'TypeError: cannot specify both default and default_factory' >&2; exit 1",
        ..WORKS
    });
    for _ in 0..20 {
        let err = create(&server, LONG).await.unwrap_err();
        assert!(matches!(err, CreateError::NotReady { .. }), "{err}");
        assert!(
            err.to_string().contains("Install mcp-atlassian==0.23.1"),
            "{err}"
        );
    }
    assert!(server.starts() < 5, "{} starts", server.starts());
    let health = server.client.health();
    assert_eq!(health.status, McpStatus::Down);
    assert_eq!(health.stderr[0], "token ***");
}

#[tokio::test]
async fn a_missing_tool_is_named_before_anything_is_sent() {
    let server = Server::new(&WORKS);
    server.offer(&["jira_get_issue"]);
    assert_eq!(
        outcome(create(&server, LONG).await),
        "the MCP server is connected but cannot create issues: the tool jira_create_issue is missing (scope?); nothing was sent"
    );
    let health = server.client.health();
    assert_eq!(health.status, McpStatus::Degraded);
    assert!(health.reason.unwrap().contains("cannot create issues"));
    assert_eq!(server.starts(), 1);
}

#[tokio::test]
async fn tools_are_checked_again_when_the_server_says_so() {
    let server = Server::new(&Script {
        read: r#"printf '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n'; say '{\"id\":\"10001\",\"key\":\"SCRUM-9\"}' false"#,
        ..WORKS
    });
    server.client.issue("SCRUM-9", &["summary"]).await.unwrap();
    server.offer(&["jira_get_issue"]);
    let err = create(&server, LONG).await.unwrap_err();
    assert!(matches!(err, CreateError::NotReady { .. }), "{err}");
    assert_eq!(server.file("creates"), "");
}

#[tokio::test]
async fn a_flood_of_log_lines_stops_nothing() {
    let server = Server::new(&Script {
        create: r#"i=0; while [ $i -lt 20000 ]; do echo "a line of a traceback that is rather long, number $i" >&2; i=$((i+1)); done; say '{\"issue\":{\"id\":\"10001\",\"key\":\"SCRUM-9\"}}' false"#,
        ..WORKS
    });
    assert_eq!(
        outcome(create(&server, LONG).await),
        "created 10001 SCRUM-9 []"
    );
    assert_eq!(server.client.health().stderr.len(), 100);
}

#[tokio::test]
async fn the_child_sees_its_own_environment_only() {
    let server = Server::new(&Script {
        start: r#"env > "$HOME/env"; pwd > "$HOME/cwd""#,
        ..WORKS
    });
    server.client.probe().await.unwrap();
    let environment = server.file("env");
    let names: Vec<&str> = environment
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0))
        .collect();
    assert!(
        !names.iter().any(|name| name.starts_with("CARGO")),
        "{names:?}"
    );
    assert!(environment.contains("FASTMCP_CHECK_FOR_UPDATES=off"));
    let home = environment
        .lines()
        .find_map(|line| line.strip_prefix("HOME="))
        .unwrap();
    assert_eq!(server.file("cwd").trim(), home);
}

#[tokio::test]
async fn closing_leaves_no_process_behind() {
    let server = Server::new(&WORKS);
    server.client.probe().await.unwrap();
    server.client.close().await;
    server.until_gone().await;
}
