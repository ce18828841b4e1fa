//! A Jira that misbehaves on purpose: one scripted reaction per connection, on raw sockets.
//!
//! It knows nothing of Jira's rules. It only counts and records what arrives.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use maro_atlassian::{Credentials, JiraClient, JiraConfig};
use secrecy::SecretString;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;
use url::Url;

/// What to do with a connection.
#[derive(Debug, Clone)]
pub(crate) enum Reaction {
    /// Read the request, write these bytes, close.
    Answer(Vec<u8>),
    /// Read the request, close without a word.
    DropAfterRequest,
    /// Close with the request unread, which resets the connection.
    Reset,
    /// Read the request and never answer.
    Hang,
    /// Speak before the client does.
    Babble,
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Reaction {
    answer(status, "content-type: application/json\r\n", body)
}

/// An answer with headers, each ended by a line end.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Reaction {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: keep-alive\r\n\r\n{body}"
    );
    Reaction::Answer(text.into_bytes())
}

/// The scripted server.
pub(crate) struct Fake {
    pub(crate) url: Url,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    tasks: TaskTracker,
}

impl Fake {
    /// Starts a server that reacts as scripted; the last reaction is repeated.
    pub(crate) async fn start(script: Vec<Reaction>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!(
            "http://{}/jira",
            listener.local_addr().expect("a bound port")
        )
        .parse()
        .expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let tasks = TaskTracker::new();
        tasks.spawn(serve(
            listener,
            script.into(),
            Arc::clone(&requests),
            tasks.clone(),
        ));
        Self {
            url,
            requests,
            tasks,
        }
    }

    /// A client for this server.
    pub(crate) fn client(&self) -> JiraClient {
        client(self.url.clone())
    }

    /// The requests that arrived whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }

    /// How many connections are still being served, the listener not counted.
    pub(crate) fn open(&self) -> usize {
        self.tasks.len() - 1
    }
}

/// A client for an address.
pub(crate) fn client(url: Url) -> JiraClient {
    let token = SecretString::from("token");
    JiraClient::new(JiraConfig::basic(url, "bot@example.com".into(), token)).expect("a client")
}

/// A client with other credentials than the usual ones.
pub(crate) fn client_with(url: Url, credentials: Credentials) -> JiraClient {
    JiraClient::new(JiraConfig::new(url, credentials)).expect("a client")
}

/// A file of the folder beside the checkout, which is not there everywhere.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    if !file.exists() {
        eprintln!("SKIPPED: {} is not there", file.display());
        return None;
    }
    Some(file)
}

async fn serve(
    listener: TcpListener,
    mut script: VecDeque<Reaction>,
    requests: Arc<Mutex<Vec<String>>>,
    tasks: TaskTracker,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let last = script.len() == 1;
        let Some(reaction) = (if last {
            script.front().cloned()
        } else {
            script.pop_front()
        }) else {
            return;
        };
        tasks.spawn(react(stream, reaction, Arc::clone(&requests)));
    }
}

async fn react(mut stream: TcpStream, reaction: Reaction, requests: Arc<Mutex<Vec<String>>>) {
    match reaction {
        Reaction::Reset => {
            // Wait until something is there: closing with unread bytes sends a reset.
            let _ = stream.readable().await;
            return;
        }
        Reaction::Babble => {
            let _ = stream.write_all(b"220 this is not TLS\r\n").await;
            let _ = stream.read(&mut [0; 1024]).await;
            return;
        }
        _ => {}
    }
    let request = read_request(&mut stream).await;
    requests.lock().expect("no panic").push(request);
    match reaction {
        Reaction::Answer(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reaction::Hang => {
            // The client gives up first; its close ends this read.
            let _ = stream.read(&mut [0; 1]).await;
        }
        _ => {}
    }
}

/// Reads head and body of a request whose length is declared.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_string();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")?
                    .trim()
                    .parse()
                    .ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
        }
    }
}

/// Method and path of each request.
pub(crate) fn lines(fake: &Fake) -> Vec<String> {
    let first = |request: &String| {
        let line = request.lines().next().unwrap_or_default();
        line.trim_end_matches(" HTTP/1.1").to_owned()
    };
    fake.requests().iter().map(first).collect()
}

/// The JSON of each request.
pub(crate) fn bodies(fake: &Fake) -> Vec<Value> {
    let body = |request: &String| {
        let (_, body) = request.split_once("\r\n\r\n").unwrap_or_default();
        serde_json::from_str(body).unwrap_or_default()
    };
    fake.requests().iter().map(body).collect()
}
