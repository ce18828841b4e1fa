//! Every kind of credentials, and the grant whose token was rejected.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use maro_atlassian::{AccessTokens, CreateError, Credentials, JiraError, TokenError};
use secrecy::{ExposeSecret, SecretString};

use crate::support::{Fake, client_with, json};

const ME: &str = r#"{"accountId":"5b10","displayName":"Maro"}"#;
const SCOPE: &str = r#"{"code":401,"message":"Unauthorized; scope does not match"}"#;
const DEADLINE: Duration = Duration::from_secs(10);

/// What the source of tokens was asked, and its answer to a rejection.
struct Grant {
    asked: Arc<Mutex<Vec<Option<String>>>>,
    credentials: Credentials,
}

fn grant(after_rejection: Result<&'static str, TokenError>) -> Grant {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let source = AccessTokens::new(move |rejected| {
        let rejected = rejected.map(|token| token.expose_secret().to_owned());
        let answer = match rejected {
            None => Ok(SecretString::from("first")),
            Some(_) => after_rejection.clone().map(SecretString::from),
        };
        seen.lock().expect("no panic").push(rejected);
        Box::pin(async move { answer })
    });
    Grant {
        asked,
        credentials: Credentials::OAuth(source),
    }
}

/// The bearer tokens that arrived.
fn bearers(fake: &Fake) -> Vec<String> {
    let requests = fake.requests();
    let of = |request: &String| {
        let (_, rest) = request.split_once("authorization: Bearer ")?;
        Some(rest.lines().next()?.to_owned())
    };
    requests.iter().filter_map(of).collect()
}

#[tokio::test]
async fn a_personal_token_is_a_bearer() {
    let fake = Fake::start(vec![json(200, ME)]).await;
    let jira = client_with(fake.url.clone(), Credentials::Bearer("personal".into()));
    jira.myself().await.unwrap();
    assert_eq!(bearers(&fake), ["personal"]);
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once() {
    let fake = Fake::start(vec![json(401, ""), json(200, ME)]).await;
    let grant = grant(Ok("second"));
    let jira = client_with(fake.url.clone(), grant.credentials);
    jira.myself().await.unwrap();
    assert_eq!(bearers(&fake), ["first", "second"]);
    let asked = grant.asked.lock().unwrap().clone();
    assert_eq!(asked, [None, Some("first".to_owned())]);

    let fake = Fake::start(vec![json(401, "")]).await;
    let jira = client_with(fake.url.clone(), self::grant(Ok("second")).credentials);
    let err = jira.myself().await.unwrap_err();
    assert!(matches!(err, JiraError::Unauthorized(_)), "{err}");
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn a_create_goes_on_with_the_new_token() {
    let made = r#"{"id":"10001","key":"AB-1"}"#;
    let fake = Fake::start(vec![json(401, ""), json(201, made)]).await;
    let jira = client_with(fake.url.clone(), grant(Ok("second")).credentials);
    let issue = jira.create_issue(b"{}".to_vec(), DEADLINE).await.unwrap();
    assert_eq!(issue.key.as_str(), "AB-1");
    assert_eq!(bearers(&fake), ["first", "second"]);
}

#[tokio::test]
async fn a_dead_grant_asks_people_to_connect_again() {
    let fake = Fake::start(vec![json(401, "")]).await;
    let jira = client_with(fake.url.clone(), grant(Err(TokenError::Dead)).credentials);
    let err = jira.myself().await.unwrap_err();
    insta::assert_snapshot!(err, @"Your Jira connection expired. Reconnect to continue.");
    let err = jira.create_issue(b"{}".to_vec(), DEADLINE).await;
    assert!(matches!(err, Err(CreateError::Expired)), "{err:?}");
}

#[tokio::test]
async fn a_missing_scope_is_not_an_expired_token() {
    let fake = Fake::start(vec![json(401, SCOPE)]).await;
    let grant = grant(Ok("second"));
    let jira = client_with(fake.url.clone(), grant.credentials);
    let err = jira.myself().await.unwrap_err();
    insta::assert_snapshot!(err, @"Maro's Jira connection was not granted the permission (scope) for this");
    let err = jira.create_issue(b"{}".to_vec(), DEADLINE).await;
    assert!(matches!(err, Err(CreateError::MissingScope)), "{err:?}");
    assert!(grant.asked.lock().unwrap().iter().all(Option::is_none));

    let fake = Fake::start(vec![json(403, SCOPE)]).await;
    let jira = client_with(fake.url.clone(), Credentials::Bearer("personal".into()));
    let err = jira.myself().await.unwrap_err();
    assert!(matches!(err, JiraError::MissingScope), "{err}");
}

#[tokio::test]
async fn a_renewal_that_hangs_ends_with_the_deadline_and_sends_nothing() {
    let fake = Fake::start(vec![json(200, ME)]).await;
    let source = AccessTokens::new(|_| Box::pin(std::future::pending()));
    let jira = client_with(fake.url.clone(), Credentials::OAuth(source));
    let deadline = Duration::from_millis(50);
    let err = jira
        .create_issue(b"{}".to_vec(), deadline)
        .await
        .unwrap_err();
    assert!(matches!(err, CreateError::NotReady { .. }), "{err}");
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn debug_output_shows_no_secret() {
    let all = [
        Credentials::Bearer("hidden".into()),
        grant(Ok("hidden")).credentials,
        Credentials::Basic {
            username: "hidden".into(),
            api_token: "hidden".into(),
        },
    ];
    let shown = format!("{all:?}");
    assert!(!shown.contains("hidden"), "{shown}");
}
