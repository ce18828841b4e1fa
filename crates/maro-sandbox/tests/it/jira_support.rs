//! A client for the simulated Jira, and the official document to check answers with.

use maro_sandbox::{Sandbox, SandboxOptions};
use reqwest::{Method, Response};
use serde_json::{Map, Value, json};

/// A sandbox and a client that has its token.
pub(crate) struct Jira {
    pub(crate) sandbox: Sandbox,
    pub(crate) options: SandboxOptions,
    pub(crate) http: reqwest::Client,
}

impl Jira {
    pub(crate) async fn start() -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            sandbox,
            options,
            http,
        }
    }

    /// The address below `/jira/rest/api/`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/rest/api/{path}", self.sandbox.jira_url())
    }

    /// Sends a request with the token; the answer is its status and its JSON.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request = self.http.request(method, self.url(path)).basic_auth(
            &self.options.jira_username,
            Some(&self.options.jira_api_token),
        );
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.call(Method::DELETE, path, None).await
    }

    /// Acts as a person, without a token.
    pub(crate) async fn admin(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}admin/jira/{path}", self.sandbox.url());
        answer(self.http.post(url).json(body).send().await.unwrap()).await
    }

    /// Searches and returns the keys found.
    pub(crate) async fn keys(&self, jql: &str) -> Vec<String> {
        let (status, body) = self
            .post("3/search/jql", &json!({"jql": jql, "fields": ["summary"]}))
            .await;
        assert_eq!(status, 200, "{jql}: {body}");
        body["issues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|issue| issue["key"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap()
    };
    (status, body)
}

/// An ADF document of one paragraph.
pub(crate) fn doc(text: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]},
    ]})
}

/// The fields of a task in SCRUM, with some replaced; `null` takes one away.
pub(crate) fn task(replaced: Value) -> Value {
    let mut fields = json!({
        "project": {"key": "SCRUM"}, "issuetype": {"name": "Task"}, "summary": "Cart loses items",
    });
    merge(fields.as_object_mut().unwrap(), replaced);
    json!({"fields": fields})
}

fn merge(fields: &mut Map<String, Value>, replaced: Value) {
    let Value::Object(replaced) = replaced else {
        panic!("an object is needed")
    };
    for (name, value) in replaced {
        if value.is_null() {
            fields.remove(&name);
        } else {
            fields.insert(name, value);
        }
    }
}

/// The official OpenAPI document.
pub(crate) struct Official(Value);

impl Official {
    /// Reads the document, or says loudly that it is not there.
    pub(crate) fn load() -> Option<Self> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/specs/jira-cloud-platform-v3.json"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("SKIPPED: the official Jira document is not at {path}");
            return None;
        };
        let mut document = serde_json::from_str(&text).unwrap();
        to_json_schema(&mut document);
        Some(Self(document))
    }

    /// Fails when a body is not what the document promises for this answer.
    pub(crate) fn check(&self, method: &str, path: &str, status: u16, body: &Value) {
        let response = &self.0["paths"][path][method]["responses"][status.to_string()];
        let schema = &response["content"]["application/json"]["schema"];
        assert!(
            schema.is_object(),
            "the document has no {status} for {method} {path}"
        );
        let schema = json!({"allOf": [schema], "components": self.0["components"]});
        let validator = jsonschema::options()
            .should_validate_formats(false)
            .build(&schema)
            .unwrap();
        let errors: Vec<String> = validator
            .iter_errors(body)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{method} {path} {status}: {errors:#?}\n{body:#}"
        );
    }
}

/// OpenAPI 3.0 says `nullable` where JSON Schema lists the type `null`.
fn to_json_schema(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(to_json_schema),
        Value::Object(object) => {
            object.values_mut().for_each(to_json_schema);
            let nullable = object.get("nullable") == Some(&json!(true));
            if let (true, Some(kind)) = (nullable, object.get("type").cloned()) {
                object.insert("type".to_owned(), json!([kind, "null"]));
            }
        }
        _ => {}
    }
}
