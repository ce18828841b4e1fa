//! A Socket Mode client that does only what a test tells it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message},
};
use url::Url;

use crate::support::World;

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(4);

/// One connection.
pub(crate) struct SocketClient {
    stream: WebSocketStream<TcpStream>,
}

impl SocketClient {
    /// Turns Socket Mode on and connects.
    pub(crate) async fn start(world: &World) -> Self {
        world
            .admin("settings", json!({ "socket": { "enabled": true } }))
            .await;
        Self::greeted(world).await
    }

    /// Connects and reads the greeting.
    pub(crate) async fn greeted(world: &World) -> Self {
        let mut client = Self::connect(&address(world).await).await.unwrap();
        assert_eq!(client.next().await["type"], "hello");
        client
    }

    /// Connects to an address as it was given out.
    pub(crate) async fn connect(address: &str) -> Result<Self, Error> {
        let url: Url = address.parse().unwrap();
        let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let tcp = TcpStream::connect(host).await.unwrap();
        let (stream, _) = client_async(address, tcp).await?;
        Ok(Self { stream })
    }

    /// The next text; pings are answered on the way.
    pub(crate) async fn next(&mut self) -> Value {
        self.heard().await.expect("the connection is open")
    }

    /// The next text, or nothing when the connection has ended.
    pub(crate) async fn heard(&mut self) -> Option<Value> {
        let read = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Some(serde_json::from_str(&text).unwrap_or(json!(text.as_str())));
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    _ => return None,
                }
            }
        };
        timeout(PATIENCE, read).await.expect("within four seconds")
    }

    /// The next ping, with its text.
    pub(crate) async fn pinged(&mut self) -> String {
        let read = async {
            loop {
                if let Message::Ping(text) = self.stream.next().await.unwrap().unwrap() {
                    return String::from_utf8(text.to_vec()).unwrap();
                }
            }
        };
        timeout(PATIENCE, read).await.expect("within four seconds")
    }

    /// Whether a ping of ours is answered soon.
    pub(crate) async fn answers_ping(&mut self) -> bool {
        self.stream
            .send(Message::Ping("are you there".into()))
            .await
            .unwrap();
        let read = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Pong(_))) => return true,
                    Some(Ok(_)) => {}
                    _ => return false,
                }
            }
        };
        timeout(Duration::from_millis(300), read)
            .await
            .unwrap_or(false)
    }

    /// Acknowledges an envelope, with an answer or without.
    pub(crate) async fn acknowledge(&mut self, envelope: &Value, payload: Option<Value>) {
        let mut told = json!({ "envelope_id": envelope["envelope_id"] });
        if let Some(payload) = payload {
            told["payload"] = payload;
        }
        self.stream
            .send(Message::text(told.to_string()))
            .await
            .unwrap();
    }
}

/// Asks for an address.
pub(crate) async fn address(world: &World) -> String {
    let answer = open(world, &world.options.slack_app_token).await;
    answer["url"].as_str().unwrap().to_owned()
}

/// `apps.connections.open` with a token.
pub(crate) async fn open(world: &World, token: &str) -> Value {
    let url = world
        .sandbox
        .slack_api_url()
        .join("apps.connections.open")
        .unwrap();
    let request = world.http().post(url).bearer_auth(token);
    request.send().await.unwrap().json().await.unwrap()
}
