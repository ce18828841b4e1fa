//! Secrets in Kubernetes instead of the database: kept, found again, forgotten; and what people are
//! told when the cluster does not answer or does not let us.

use axum::http::StatusCode as Code;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    Cluster, Database, Kmock, Maro, World, both_databases, command, eventually, on_sqlite,
};

both_databases!(what_is_typed_is_in_the_cluster_alone);
on_sqlite!(
    each_refusal_has_its_sentence_and_saves_nothing,
    an_outage_of_the_cluster_leaves_connections_alone,
    what_is_gone_is_said_and_given_again,
    another_implementation_of_the_api_is_understood,
    the_secret_of_the_oauth_app_is_there_too,
);

/// A Confluence of the sandbox, to be typed.
fn typed(world: &World, token: &str) -> Value {
    json!({ "config": {
        "url": world.sandbox.confluence_url(),
        "username": world.options.jira_username, "api_token": token,
    } })
}

fn variables(world: &World, url: &str) -> Vec<(&'static str, String)> {
    let sandbox = world.sandbox.url();
    let host = format!(
        "{}:{}",
        sandbox.host_str().unwrap(),
        sandbox.port().unwrap()
    );
    let account = world.folder().join("account");
    vec![
        ("MARO_ALLOWED_HOSTS", host),
        ("MARO_SECRET_STORE", "kubernetes".into()),
        ("MARO_KUBERNETES_URL", url.to_owned()),
        ("MARO_KUBERNETES_ACCOUNT", account.display().to_string()),
        ("RUST_LOG", "trace".into()),
    ]
}

fn borrowed<'a>(variables: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let pairs = variables.iter();
    pairs.map(|(name, value)| (*name, value.as_str())).collect()
}

async fn put(maro: &Maro, config: &Value) -> (StatusCode, Value) {
    let request = maro.request(Method::PUT, "api/v1/integrations/confluence/config");
    let response = request.json(config).send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap())
}

async fn works(maro: &Maro) -> bool {
    let path = "api/v1/integrations/confluence/test";
    maro.post(path, &json!({})).await.1["ok"] == true
}

async fn doctor(world: &World, variables: &[(&'static str, String)]) -> String {
    let mut environment = world.environment_with(&borrowed(variables));
    environment.retain(|(name, _)| name != "RUST_LOG");
    let run = move || command(&environment).arg("doctor").output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

async fn what_is_typed_is_in_the_cluster_alone(database: Database) {
    let world = World::new(database).await;
    let cluster = Cluster::start(&world.folder().join("account")).await;
    let variables = variables(&world, cluster.url.as_str());
    let mut maro = world.maro_with(&borrowed(&variables)).await;
    let token = world.options.jira_api_token.clone();
    let (status, answer) = put(&maro, &typed(&world, &token)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(works(&maro).await);
    let values = cluster.values();
    assert_eq!(values.values().collect::<Vec<_>>(), [&token]);
    let first = values.into_keys().next().unwrap();
    assert!(first.starts_with("maro-confluence-api-token-"), "{first}");

    // A new value is a new object, and the old one goes. A wrong token shows that it is the new one.
    put(&maro, &typed(&world, "another token")).await;
    assert!(!works(&maro).await);
    let values = cluster.values();
    assert_eq!(values.values().collect::<Vec<_>>(), ["another token"]);
    assert!(!values.contains_key(&first), "the old object is deleted");

    put(&maro, &typed(&world, &token)).await;
    maro.kill();
    let again = world.maro_with(&borrowed(&variables)).await;
    assert!(works(&again).await, "it is found after a start");
    let said = doctor(&world, &variables).await;
    let wanted = "ok    secrets: Kubernetes keeps, gives and deletes Secrets; 1 are in use.";
    assert!(said.contains(wanted), "{said}");
    let none_here = "ok    secrets: All 0 sealed values open.";
    assert!(said.contains(none_here), "the database holds none: {said}");
    for log in [maro.log(), again.log(), said] {
        assert!(!log.contains(&token), "{log}");
    }

    let request = again.request(Method::DELETE, "api/v1/integrations/confluence/config");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert!(cluster.values().is_empty());
}

async fn each_refusal_has_its_sentence_and_saves_nothing(database: Database) {
    let world = World::new(database).await;
    let cluster = Cluster::start(&world.folder().join("account")).await;
    let variables = variables(&world, cluster.url.as_str());
    let maro = world.maro_with(&borrowed(&variables)).await;
    let refused = async |part: &str| {
        let (status, problem) = put(&maro, &typed(&world, "a token to keep")).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{part}: {detail}");
        assert!(detail.contains("Nothing was saved."), "{detail}");
    };
    cluster.forbid(&["create"]);
    refused("may not create Secrets: secrets is forbidden").await;
    cluster.forbid(&[]);
    cluster.break_down(Some(Code::INTERNAL_SERVER_ERROR));
    refused("Kubernetes does not answer: etcdserver").await;
    cluster.break_down(None);
    let token = world.folder().join("account/token");
    std::fs::write(&token, "an old token").unwrap();
    refused("did not accept the token").await;
    std::fs::remove_file(&token).unwrap();
    refused("cannot be read").await;
    let said = doctor(&world, &variables).await;
    assert!(said.contains("FAIL  secrets: "), "{said}");
    assert!(cluster.values().is_empty());
    let config = maro.get("api/v1/integrations/confluence/config").await;
    assert_eq!(config["version"], 0, "{config}");
}

async fn an_outage_of_the_cluster_leaves_connections_alone(database: Database) {
    let world = World::new(database).await;
    let cluster = Cluster::start(&world.folder().join("account")).await;
    let variables = variables(&world, cluster.url.as_str());
    let mut maro = world.maro_with(&borrowed(&variables)).await;
    let token = world.options.jira_api_token.clone();
    put(&maro, &typed(&world, &token)).await;
    cluster.break_down(Some(Code::SERVICE_UNAVAILABLE));
    assert!(works(&maro).await, "what was read stays good");
    maro.kill();

    let refused = world.try_maro(&borrowed(&variables)).await;
    let said = refused.err().unwrap();
    assert!(said.contains("Kubernetes does not answer"), "{said}");
    cluster.break_down(None);
    let maro = world.maro_with(&borrowed(&variables)).await;
    assert!(works(&maro).await);
}

async fn what_is_gone_is_said_and_given_again(database: Database) {
    let world = World::new(database).await;
    let cluster = Cluster::start(&world.folder().join("account")).await;
    let variables = variables(&world, cluster.url.as_str());
    let mut maro = world.maro_with(&borrowed(&variables)).await;
    let token = world.options.jira_api_token.clone();
    put(&maro, &typed(&world, &token)).await;
    maro.kill();
    cluster.lose_everything();
    let mut maro = world.maro_with(&borrowed(&variables)).await;
    eventually("the card says it", async || {
        let health = maro.get("api/v1/integrations/health").await;
        let reason = health["confluence"]["reason"].as_str()?.to_owned();
        reason.contains("is gone; give it again").then_some(())
    })
    .await;
    put(&maro, &typed(&world, &token)).await;
    assert!(works(&maro).await);
    maro.kill();

    // Back to the database: what is in the cluster is said, not lost silently.
    let mut back = variables.clone();
    back.retain(|(name, _)| *name != "MARO_SECRET_STORE");
    let maro = world.maro_with(&borrowed(&back)).await;
    let config = maro.get("api/v1/integrations/confluence/config").await;
    let problem = config["problem"].as_str().unwrap_or_default();
    assert!(problem.contains("MARO_SECRET_STORE=kubernetes"), "{config}");
}

/// kmock is written by others, for tests of Kubernetes operators in Python.
async fn another_implementation_of_the_api_is_understood(database: Database) {
    let world = World::new(database).await;
    let Some(kmock) = Kmock::start(&world.folder().join("account")) else {
        return;
    };
    let variables = variables(&world, &kmock.url);
    let mut maro = world.maro_with(&borrowed(&variables)).await;
    let token = world.options.jira_api_token.clone();
    let (status, answer) = put(&maro, &typed(&world, &token)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    maro.kill();
    let maro = world.maro_with(&borrowed(&variables)).await;
    assert!(works(&maro).await);
    let said = doctor(&world, &variables).await;
    assert!(said.contains("ok    secrets: Kubernetes keeps"), "{said}");
    let request = maro.request(Method::DELETE, "api/v1/integrations/confluence/config");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
}

async fn the_secret_of_the_oauth_app_is_there_too(database: Database) {
    let world = World::new(database).await;
    let cluster = Cluster::start(&world.folder().join("account")).await;
    let mut variables = variables(&world, cluster.url.as_str());
    variables.extend([
        ("ATLASSIAN_CLIENT_ID", String::new()),
        ("ATLASSIAN_CLIENT_SECRET", String::new()),
    ]);
    let maro = world.maro_by_oauth(&borrowed(&variables)).await;
    let app = json!({
        "jiraInstanceUrl": world.sandbox.jira_url(),
        "oauthClientId": world.options.atlassian_client_id,
        "oauthClientSecret": world.options.atlassian_client_secret,
    });
    for _ in 0..2 {
        let (status, answer) = maro.post("api/v1/jira/oauth/config", &app).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let secret = &world.options.atlassian_client_secret;
        assert_eq!(cluster.values().values().collect::<Vec<_>>(), [secret]);
    }
    maro.connect().await;
    cluster.break_down(Some(Code::SERVICE_UNAVAILABLE));
    let (status, problem) = maro.post("api/v1/jira/oauth/config", &app).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
    assert_eq!(problem["code"], "secret", "{problem}");
    cluster.break_down(None);

    let tokens_stay = doctor(&world, &[variables, world.oauth_variables()].concat()).await;
    let wanted = "ok    secrets: Kubernetes keeps, gives and deletes Secrets; 1 are in use.";
    assert!(tokens_stay.contains(wanted), "{tokens_stay}");
    let request = maro.request(Method::DELETE, "api/v1/jira/oauth/config");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    assert!(cluster.values().is_empty());
}
