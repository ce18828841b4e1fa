//! Every fault that MCP servers were seen with, through the simulated ones: each has its own sentence
//! and says of the connection what is true, and no create is taken for refused without proof.

use maro_atlassian::mcp::Profile;
use maro_core::calls::FailureKind::{self, Credential, Limited, Refused, Unreachable};
use serde_json::{Value, json};

use super::stage::Stage;

#[tokio::test]
async fn each_fault_of_a_read_has_its_own_sentence() {
    let cases = [
        (
            "status:status=401",
            Credential,
            "Atlassian did not accept the MCP server's credentials",
        ),
        (
            "status:status=403",
            Refused,
            "the MCP server's account may not do this",
        ),
        (
            "status:status=404",
            Refused,
            "Atlassian has no such thing, or the MCP server's account may not see it",
        ),
        (
            "status:status=429",
            Limited,
            "Atlassian limits the MCP server's requests",
        ),
        (
            "status:status=429:retry-after=date+60",
            Limited,
            "requests (invalid literal for int()",
        ),
        (
            "status:status=503",
            Unreachable,
            "Atlassian did not answer the MCP server usefully (Service Unavailable)",
        ),
        (
            "html:status=502",
            Unreachable,
            "(502 Server Error: Bad Gateway",
        ),
        (
            "html:status=200",
            Unreachable,
            "a web page answered the MCP server instead of Atlassian",
        ),
        ("drop-before", Unreachable, "(Could not connect to Jira."),
    ];
    let stage = Stage::new(Profile::Sooperset).await;
    let mut sentences = Vec::new();
    for (fault, kind, part) in cases {
        stage.fault(&format!("jira:GET:/issue/SCRUM-120:{fault}:times=1"));
        stage
            .client
            .issue("SCRUM-120", &["summary"])
            .await
            .unwrap_err();
        let (said_kind, sentence) = stage.last();
        assert_eq!(said_kind, Some(kind), "{fault}: {sentence}");
        assert!(sentence.contains(part), "{fault}: {sentence}");
        assert!(!sentence.contains("http://"), "{fault}: {sentence}");
        sentences.push(sentence);
    }
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), cases.len());
    stage.client.issue("SCRUM-120", &["summary"]).await.unwrap();
    assert_eq!(stage.last().0, None, "and green again");
}

#[tokio::test]
async fn only_jiras_own_words_about_a_write_refuse_a_create() {
    let cases = [
        ("jira:POST:/issue$:status:status=400", "unknown: "),
        ("jira:POST:/issue$:status:status=401", "unknown: "),
        ("jira:POST:/issue$:status:status=403", "unknown: "),
        ("jira:POST:/issue$:status:status=429", "unknown: "),
        ("jira:POST:/issue$:status:status=503", "unknown: "),
        ("jira:POST:/issue$:html:status=502", "unknown: "),
        ("jira:POST:/issue$:html:status=200", "unknown: "),
        ("jira:POST:/issue$:drop-after", "unknown: "),
        ("jira:GET:/issue/SCRUM-:status:status=503", "unknown: "),
    ];
    let stage = Stage::new(Profile::Sooperset).await;
    for (fault, expected) in cases {
        stage.fault(&format!("{fault}:times=1"));
        let outcome = stage.create(fault).await;
        assert!(outcome.starts_with(expected), "{fault}: {outcome}");
    }
    let invalid =
        json!({"errorMessages": [], "errors": {"priority": "The priority selected is invalid."}});
    let rule = json!({"target": "jira", "method": "POST", "path": "/issue$", "action": "status",
        "status": 400, "body": invalid.to_string(), "times": 1});
    stage
        .sandbox
        .add_fault(serde_json::from_value(rule).unwrap());
    assert_eq!(
        stage.create("Refused").await,
        "Jira refused the request: The priority selected is invalid."
    );
    assert_eq!(stage.last().0, Some(Refused));
}

/// What happens to a create, what it says of the connection, and what becomes of the create.
type Case = (Value, FailureKind, &'static str, &'static str);

fn of_the_hosted_server() -> Vec<Case> {
    vec![
        (
            json!({"quirk": "status", "status": 401}),
            Credential,
            "the MCP server did not accept Maro's credentials",
            "the MCP server did not accept Maro's credentials; nothing was sent",
        ),
        (
            json!({"quirk": "status", "status": 403}),
            Credential,
            "the MCP server does not let Maro in",
            "Jira refused the request: ",
        ),
        (
            json!({"quirk": "status", "status": 429, "retry_after": "7"}),
            Limited,
            "the MCP server limits Maro's calls",
            "Jira ",
        ),
        (
            json!({"quirk": "status", "status": 502}),
            Unreachable,
            "the answer was HTTP 502",
            "unknown: the answer was HTTP 502",
        ),
        (
            json!({"quirk": "html"}),
            Unreachable,
            "the MCP server's answer could not be read",
            "unknown: the answer could not be read",
        ),
        (
            json!({"quirk": "error_inside", "text": "Authentication failed (401)"}),
            Credential,
            "Atlassian did not accept the MCP server's credentials (Authentication failed (401))",
            "unknown: the MCP server answered: Authentication failed (401)",
        ),
        (
            json!({"quirk": "error_text", "text": "Insufficient scopes for createJiraIssue. Required: [write:jira:agent-interface]"}),
            Refused,
            "the MCP server's account may not do this (Insufficient scopes",
            "Jira refused the request: Insufficient scopes for createJiraIssue.",
        ),
        (
            json!({"quirk": "error_text", "text": "The app is not installed on this instance"}),
            Refused,
            "(The app is not installed on this instance)",
            "unknown: the MCP server answered: The app is not installed",
        ),
        (
            json!({"quirk": "rpc_error", "code": -32603, "message": "Internal error"}),
            Refused,
            "the request was refused (Internal error)",
            "unknown: the MCP server answered: Internal error",
        ),
        // The last: what comes after it has to wait for another connection.
        (
            json!({"quirk": "lost_session"}),
            Unreachable,
            "the MCP server has ended the session",
            "the MCP server has ended the session; nothing was sent",
        ),
    ]
}

#[tokio::test]
async fn each_fault_of_the_hosted_server_has_its_own_sentence() {
    let stage = Stage::new(Profile::RovoV1).await;
    for (quirk, kind, part, outcome) in of_the_hosted_server() {
        let mut rule = quirk.clone();
        rule["tool"] = json!("createJiraIssue");
        rule["times"] = json!(1);
        stage.admin("mcp/quirks", rule).await;
        let said = stage.create(&quirk.to_string()).await;
        let (said_kind, sentence) = stage.last();
        assert_eq!(said_kind, Some(kind), "{quirk}: {sentence}");
        assert!(sentence.contains(part), "{quirk}: {sentence}");
        assert!(said.starts_with(outcome), "{quirk}: {said}");
    }
}
