//! The socket against a small server that behaves as each test says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use maro_slack::payloads::{CommandDelivery, Interaction, SlashCommand};
use maro_slack::socket::{
    DisconnectReason, EnvelopeKind, Heard, SocketClient, SocketConfig, SocketError, Watch,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

const HELLO: &str = r#"{"type":"hello","num_connections":1,"debug_info":{"host":"applink-1","approximate_connection_time":3600},"connection_info":{"app_id":"A1"}}"#;

/// What the server says after the greeting (or instead of it), and whether it then reads.
#[derive(Clone)]
struct Script {
    says: Vec<String>,
    reads: bool,
    greets: bool,
    heard: mpsc::UnboundedSender<Value>,
    asked: Arc<Mutex<Vec<String>>>,
    opens: Value,
}

struct Server {
    client: SocketClient,
    heard: mpsc::UnboundedReceiver<Value>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Greets, says `says`, and then reads or goes deaf.
    async fn start(says: &[Value], reads: bool) -> Self {
        Self::answering(says, (true, reads), None).await
    }

    async fn answering(
        says: &[Value],
        (greets, reads): (bool, bool),
        opens: Option<Value>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, receiver) = mpsc::unbounded_channel();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let opens = opens.unwrap_or_else(
            || json!({ "ok": true, "url": format!("ws://{address}/socket?ticket=t") }),
        );
        let script = Script {
            says: says.iter().map(Value::to_string).collect(),
            reads,
            greets,
            heard,
            asked: asked.clone(),
            opens,
        };
        let router = Router::new()
            .route("/api/apps.connections.open", post(open))
            .route("/socket", get(upgrade))
            .with_state(script);
        TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
        let client = SocketClient::new(SocketConfig {
            api_url: format!("http://{address}/api/").parse().unwrap(),
            app_token: "xapp-test-token".into(),
            watch: Watch {
                ping_every: Duration::from_millis(50),
                silence: Duration::from_millis(400),
            },
        });
        Self {
            client: client.unwrap(),
            heard: receiver,
            asked,
        }
    }
}

async fn open(State(script): State<Script>, headers: HeaderMap, body: String) -> Json<Value> {
    let token = headers["authorization"].to_str().unwrap();
    script.asked.lock().unwrap().push(format!("{token}|{body}"));
    Json(script.opens)
}

async fn upgrade(State(script): State<Script>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .on_upgrade(move |socket| converse(socket, script))
        .into_response()
}

async fn converse(mut socket: WebSocket, script: Script) {
    if script.greets {
        socket.send(Message::text(HELLO)).await.unwrap();
    }
    for text in script.says {
        socket.send(Message::text(text)).await.unwrap();
    }
    if !script.reads {
        // Half-open: the connection stands and nobody is there.
        std::future::pending::<()>().await;
    }
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message {
            let _ = script.heard.send(serde_json::from_str(&text).unwrap());
        }
    }
}

fn command_envelope() -> Value {
    json!({
        "envelope_id": "e-1", "type": "slash_commands", "accepts_response_payload": true,
        "payload": {
            "team_id": "T1", "channel_id": "C1", "user_id": "U1", "command": "/maro",
            "text": "create a&ssl_check=1&b", "trigger_id": "1.2.3",
            "response_url": "https://hooks.slack.com/commands/1/2/3", "is_enterprise_install": "false",
        },
    })
}

#[tokio::test]
async fn an_envelope_is_read_and_acknowledged_with_an_answer() {
    let mut server = Server::start(&[json!({ "type": "news" }), command_envelope()], true).await;
    let mut socket = server.client.connect().await.unwrap();
    assert_eq!(socket.connections(), 1);

    let Heard::Envelope(envelope) = socket.next().await.unwrap() else {
        panic!("no envelope");
    };
    assert_eq!(envelope.kind, EnvelopeKind::Command);
    assert!(envelope.accepts_answer);
    let parsed = SlashCommand::parse(envelope.payload.as_bytes()).unwrap();
    let CommandDelivery::Command(command) = parsed else {
        panic!("no command");
    };
    assert_eq!(command.text, "create a&ssl_check=1&b");

    let answer = json!({ "text": "hello" });
    socket
        .acknowledge(&envelope.id, Some(&answer))
        .await
        .unwrap();
    socket.acknowledge("e-2", None).await.unwrap();
    assert_eq!(
        server.heard.recv().await.unwrap(),
        json!({ "envelope_id": "e-1", "payload": { "text": "hello" } })
    );
    assert_eq!(
        server.heard.recv().await.unwrap(),
        json!({ "envelope_id": "e-2" })
    );
    socket.close().await;
}

#[tokio::test]
async fn the_token_travels_in_the_header_alone() {
    let server = Server::start(&[], true).await;
    server.client.connect().await.unwrap();

    assert_eq!(
        *server.asked.lock().unwrap(),
        ["Bearer xapp-test-token|".to_owned()]
    );
    assert!(!format!("{:?}", server.client).contains("xapp-"));
}

#[tokio::test]
async fn a_live_but_quiet_connection_stays() {
    let server = Server::start(&[], true).await;
    let mut socket = server.client.connect().await.unwrap();

    let quiet = tokio::time::timeout(Duration::from_millis(900), socket.next()).await;

    assert!(quiet.is_err(), "{quiet:?}");
}

#[tokio::test]
async fn a_half_open_connection_is_noticed() {
    let server = Server::start(&[], false).await;
    let mut socket = server.client.connect().await.unwrap();

    let heard = tokio::time::timeout(Duration::from_secs(10), socket.next()).await;

    assert!(matches!(heard, Ok(Err(SocketError::Silent))), "{heard:?}");
}

#[tokio::test]
async fn a_goodbye_is_told_with_its_reason() {
    let says = [
        json!({ "type": "disconnect", "reason": "warning", "debug_info": {} }),
        json!({ "type": "disconnect", "reason": "link_disabled" }),
        json!({ "type": "disconnect", "reason": "too_many_websockets" }),
        json!({ "type": "disconnect", "reason": "new_reason" }),
    ];
    let server = Server::start(&says, true).await;
    let mut socket = server.client.connect().await.unwrap();

    for reason in [
        DisconnectReason::Warning,
        DisconnectReason::LinkDisabled,
        DisconnectReason::TooMany,
        DisconnectReason::Other("new_reason".into()),
    ] {
        assert_eq!(socket.next().await.unwrap(), Heard::Disconnect(reason));
    }
}

#[tokio::test]
async fn an_app_without_socket_mode_gets_an_address_and_no_greeting() {
    let says = [json!({ "type": "disconnect", "reason": "link_disabled" })];
    let server = Server::answering(&says, (false, true), None).await;

    let error = server.client.check().await.unwrap_err();

    assert!(error.is_permanent());
    let sentence = error.sentence();
    assert!(sentence.contains("is turned off"), "{sentence}");
}

#[tokio::test]
async fn a_foreign_address_is_not_used() {
    let elsewhere = json!({ "ok": true, "url": "wss://wss.example.com/link?ticket=secret" });
    let server = Server::answering(&[], (true, true), Some(elsewhere)).await;

    let error = server.client.connect().await.unwrap_err();

    assert!(matches!(error, SocketError::ForeignAddress), "{error}");
    assert!(error.is_permanent());
}

#[tokio::test]
async fn a_refused_token_says_what_to_do() {
    let refusal = |error: &str| json!({ "ok": false, "error": error });
    for (error, part) in [
        ("invalid_auth", "Check SLACK_APP_TOKEN"),
        ("not_allowed_token_type", "starts with xapp-"),
        ("missing_scope", "connections:write"),
        ("some_new_error", "Turn Socket Mode on"),
    ] {
        let server = Server::answering(&[], (true, true), Some(refusal(error))).await;
        let error = server.client.connect().await.unwrap_err();
        assert!(error.sentence().contains(part), "{}", error.sentence());
    }
}

#[test]
fn an_interaction_over_a_socket_is_the_json_alone() {
    let payload = json!({
        "type": "shortcut", "callback_id": "x", "action_ts": "1.2", "trigger_id": "1.2.3",
        "team": { "id": "T1" }, "user": { "id": "U1" },
    });
    let interaction = Interaction::parse(payload.to_string().as_bytes()).unwrap();
    assert_eq!(interaction.team_id(), Some("T1"));
}
