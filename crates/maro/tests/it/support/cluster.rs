//! A simulated part of a Kubernetes API server: Secrets of one namespace, as Maro meets them.
//!
//! Names and labels are checked, objects are immutable, refusals are Status objects. It shares no type
//! with Maro's client.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Path as At, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use data_encoding::BASE64;
use serde_json::{Value, json};
use url::Url;

const TOKEN: &str = "a-token-of-the-service-account";

/// A cluster that runs until the test ends.
pub(crate) struct Cluster {
    pub(crate) url: Url,
    state: Shared,
}

type Shared = Arc<Mutex<Inner>>;

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Value>,
    counter: u64,
    /// Verbs that the role does not cover.
    forbidden: Vec<&'static str>,
    /// Everything is answered with this.
    broken: Option<StatusCode>,
}

impl Cluster {
    /// Starts one, and writes the files of a service account to `account`.
    pub(crate) async fn start(account: &Path) -> Self {
        std::fs::create_dir_all(account).unwrap();
        std::fs::write(account.join("token"), format!("{TOKEN}\n")).unwrap();
        std::fs::write(account.join("namespace"), "maro").unwrap();
        let state = Shared::default();
        let router = Router::new()
            .route("/api/v1/namespaces/maro/secrets", get(list).post(create))
            .route(
                "/api/v1/namespaces/maro/secrets/{name}",
                get(read).delete(delete),
            )
            .layer(from_fn_with_state(Arc::clone(&state), admit))
            .with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: url.parse().unwrap(),
            state,
        }
    }

    /// What is kept, by the name of its object.
    pub(crate) fn values(&self) -> BTreeMap<String, String> {
        let state = self.lock();
        let values = state.objects.iter().map(|(name, object)| {
            let encoded = object["data"]["value"].as_str().unwrap();
            let bytes = BASE64.decode(encoded.as_bytes()).unwrap();
            (name.clone(), String::from_utf8(bytes).unwrap())
        });
        values.collect()
    }

    /// Takes rights away.
    pub(crate) fn forbid(&self, verbs: &[&'static str]) {
        self.lock().forbidden = verbs.to_vec();
    }

    /// Answers everything so, or works again.
    pub(crate) fn break_down(&self, status: Option<StatusCode>) {
        self.lock().broken = status;
    }

    /// Somebody deletes everything by hand.
    pub(crate) fn lose_everything(&self) {
        self.lock().objects.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.state.lock().unwrap()
    }
}

/// A refusal, as Kubernetes writes it.
fn status(code: StatusCode, reason: &str, message: &str) -> Response {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code.as_u16(),
    });
    (code, Json(body)).into_response()
}

async fn admit(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let token = request.headers().get("authorization");
    if token.is_none_or(|token| token != &format!("Bearer {TOKEN}")) {
        return status(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized");
    }
    let is_one = !request.uri().path().ends_with("/secrets");
    let verb = match (request.method().as_str(), is_one) {
        ("GET", false) => "list",
        ("GET", true) => "get",
        ("POST", _) => "create",
        _ => "delete",
    };
    let (broken, forbidden) = {
        let state = state.lock().unwrap();
        (state.broken, state.forbidden.contains(&verb))
    };
    if let Some(code) = broken {
        return status(code, "InternalError", "etcdserver: request timed out");
    }
    if forbidden {
        let message = format!(
            "secrets is forbidden: User \"system:serviceaccount:maro:maro\" cannot {verb} resource \"secrets\" in API group \"\" in the namespace \"maro\""
        );
        return status(StatusCode::FORBIDDEN, "Forbidden", &message);
    }
    next.run(request).await
}

fn is_dns_name(name: &str) -> bool {
    let may = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    (1..=253).contains(&name.len())
        && name.chars().all(may)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
}

fn has_valid_data(object: &Value) -> bool {
    let Some(data) = object["data"].as_object() else {
        return false;
    };
    let decodes = |text: &Value| {
        text.as_str()
            .is_some_and(|text| BASE64.decode(text.as_bytes()).is_ok())
    };
    object["apiVersion"] == "v1" && object["kind"] == "Secret" && data.values().all(decodes)
}

async fn create(State(state): State<Shared>, Json(mut object): Json<Value>) -> Response {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let name = name.to_owned();
    if !is_dns_name(&name) || !has_valid_data(&object) {
        let message = format!("Secret \"{name}\" is invalid");
        return status(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", &message);
    }
    let mut state = state.lock().unwrap();
    if state.objects.contains_key(&name) {
        let message = format!("secrets \"{name}\" already exists");
        return status(StatusCode::CONFLICT, "AlreadyExists", &message);
    }
    state.counter += 1;
    object["metadata"]["resourceVersion"] = state.counter.to_string().into();
    object["metadata"]["creationTimestamp"] = "2026-11-21T12:00:00Z".into();
    state.objects.insert(name, object.clone());
    (StatusCode::CREATED, Json(object)).into_response()
}

async fn read(State(state): State<Shared>, At(name): At<String>) -> Response {
    match state.lock().unwrap().objects.get(&name) {
        Some(object) => Json(object.clone()).into_response(),
        None => not_found(&name),
    }
}

async fn delete(State(state): State<Shared>, At(name): At<String>) -> Response {
    match state.lock().unwrap().objects.remove(&name) {
        Some(_) => Json(json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        }))
        .into_response(),
        None => not_found(&name),
    }
}

fn not_found(name: &str) -> Response {
    let message = format!("secrets \"{name}\" not found");
    status(StatusCode::NOT_FOUND, "NotFound", &message)
}

async fn list(
    State(state): State<Shared>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let selector = query.get("labelSelector").map(String::as_str);
    let (label, wanted) = selector.unwrap_or_default().split_once('=').unwrap();
    let state = state.lock().unwrap();
    let items: Vec<Value> = state
        .objects
        .values()
        .filter(|object| object["metadata"]["labels"][label] == wanted)
        .map(|object| json!({ "metadata": object["metadata"] }))
        .collect();
    let list = json!({
        "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
        "metadata": { "resourceVersion": state.counter.to_string() }, "items": items,
    });
    Json(list).into_response()
}
