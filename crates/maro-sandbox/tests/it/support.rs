//! A sandbox, a client for it, and a Maro that answers what it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use maro_sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// A running sandbox and what is needed to use it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) options: SandboxOptions,
    http: reqwest::Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        // The sandbox has installed the TLS provider that the client asks for.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            sandbox,
            options,
            http,
        }
    }

    /// Calls a Web API method with a JSON body.
    pub(crate) async fn slack(&self, method: &str, args: Value) -> Value {
        let url = self.sandbox.slack_api_url().join(method).unwrap();
        let request = self
            .http
            .post(url)
            .bearer_auth(&self.options.slack_bot_token);
        request
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(args.to_string())
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Calls a Web API method with a form.
    pub(crate) async fn slack_form(&self, method: &str, args: &[(&str, &str)]) -> Value {
        let url = self.sandbox.slack_api_url().join(method).unwrap();
        let request = self
            .http
            .post(url)
            .bearer_auth(&self.options.slack_bot_token);
        request
            .form(args)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Posts to the control of the sandbox.
    pub(crate) async fn admin(&self, path: &str, body: Value) -> Value {
        let url = self
            .sandbox
            .url()
            .join("admin/")
            .unwrap()
            .join(path)
            .unwrap();
        self.http
            .post(url)
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Everything the sandbox holds.
    pub(crate) async fn state(&self) -> Value {
        let url = self.sandbox.url().join("admin/state").unwrap();
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Waits until the state is as wanted.
    pub(crate) async fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..200 {
            let state = self.state().await;
            if wanted(&state) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not within 4 s: {what}");
    }
}

/// A request that the scripted Maro received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// A field of the form.
    pub(crate) fn field(&self, name: &str) -> String {
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        fields
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    }

    /// The JSON in the field `payload`.
    pub(crate) fn payload(&self) -> Value {
        serde_json::from_str(&self.field("payload")).unwrap()
    }
}

type Answers = Arc<Mutex<(VecDeque<(u16, String, Duration)>, Vec<Received>)>>;

/// A Maro that answers what it is told and remembers what it got.
pub(crate) struct ScriptedMaro {
    pub(crate) url: Url,
    shared: Answers,
    serving: JoinHandle<()>,
}

impl ScriptedMaro {
    pub(crate) async fn start() -> Self {
        let shared = Answers::default();
        let app = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test aborts it when it ends")]
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            shared,
            serving,
        }
    }

    /// The next answer; without one it is an empty 200.
    pub(crate) fn answers(&self, status: u16, body: &(impl ToString + ?Sized)) {
        self.answers_late(status, body, Duration::ZERO);
    }

    /// The next answer, after a while.
    pub(crate) fn answers_late(
        &self,
        status: u16,
        body: &(impl ToString + ?Sized),
        wait: Duration,
    ) {
        self.shared
            .lock()
            .unwrap()
            .0
            .push_back((status, body.to_string(), wait));
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.lock().unwrap().1.clone()
    }

    /// Waits until there are so many requests.
    pub(crate) async fn received_at_least(&self, count: usize) -> Vec<Received> {
        for _ in 0..200 {
            let list = self.received();
            if list.len() >= count {
                return list;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("fewer than {count} requests within 4 s");
    }

    pub(crate) fn last(&self) -> Received {
        self.received().pop().expect("a request")
    }
}

impl Drop for ScriptedMaro {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(
    State(shared): State<Answers>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let next = {
        let mut shared = shared.lock().unwrap();
        shared.1.push(Received {
            path: uri.path().to_owned(),
            headers,
            body,
        });
        shared.0.pop_front()
    };
    let (status, body, wait) = next.unwrap_or((200, String::new(), Duration::ZERO));
    tokio::time::sleep(wait).await;
    let kind = if body.starts_with('{') {
        "application/json"
    } else {
        "text/plain"
    };
    let status = StatusCode::from_u16(status).unwrap();
    let mut response = (status, [(header::CONTENT_TYPE, kind)], body.clone()).into_response();
    if body == "never again" {
        response
            .headers_mut()
            .insert("x-slack-no-retry", "1".parse().unwrap());
    }
    response
}

/// A sandbox that delivers to a scripted Maro.
pub(crate) async fn world_and_maro() -> (World, ScriptedMaro) {
    let (world, maro) = (World::start().await, ScriptedMaro::start().await);
    world.sandbox.point_at(maro.url.clone());
    (world, maro)
}

/// A modal with one field.
pub(crate) fn modal(title: &str) -> Value {
    json!({
        "type": "modal", "callback_id": "draft_modal",
        "title": { "type": "plain_text", "text": title },
        "submit": { "type": "plain_text", "text": "Preview" },
        "blocks": [
            {
                "type": "input", "block_id": "title", "label": { "type": "plain_text", "text": "Title" },
                "element": { "type": "plain_text_input", "action_id": "value", "max_length": 20 },
            },
            {
                "type": "input", "block_id": "epic", "optional": true,
                "label": { "type": "plain_text", "text": "Epic" },
                "element": { "type": "external_select", "action_id": "epic", "min_query_length": 0 },
            },
        ],
    })
}
