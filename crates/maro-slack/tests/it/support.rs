//! Small servers that answer in a given way, and the client that talks to them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use maro_slack::{SlackClient, SlackConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use url::Url;

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// A running server and what it has seen.
pub(crate) struct FakeSlack {
    pub(crate) url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

type Answer = Arc<dyn Fn(&Seen) -> Response + Send + Sync>;

impl FakeSlack {
    /// Answers every request by `answer`.
    pub(crate) async fn start<R: IntoResponse>(
        answer: impl Fn(&Seen) -> R + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answer: Answer = Arc::new(move |request| answer(request).into_response());
        let router = Router::new()
            .fallback(handle)
            .with_state((seen.clone(), answer));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = base_url(&listener);
        TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn client(&self) -> SlackClient {
        client(self.url.clone())
    }
}

async fn handle(
    State((seen, answer)): State<(Arc<Mutex<Vec<Seen>>>, Answer)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let request = Seen {
        path: uri.path().to_owned(),
        authorization: header("authorization"),
        content_type: header("content-type").unwrap_or_default(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    seen.lock().unwrap().push(request.clone());
    answer(&request)
}

/// A server that reads a request, writes `answer` and hangs up.
pub(crate) async fn raw_server(answer: &'static str) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = base_url(&listener);
    TaskTracker::new().spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 8192];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    url
}

/// An address at which nobody listens.
pub(crate) async fn dead_url() -> Url {
    base_url(&TcpListener::bind("127.0.0.1:0").await.unwrap())
}

pub(crate) fn client(api_url: Url) -> SlackClient {
    SlackClient::new(SlackConfig {
        api_url,
        bot_token: "xoxb-test-token".into(),
    })
    .unwrap()
}

fn base_url(listener: &TcpListener) -> Url {
    let address = listener.local_addr().unwrap();
    // Without a slash at the end on purpose: the client adds it.
    format!("http://{address}/slack/api").parse().unwrap()
}
