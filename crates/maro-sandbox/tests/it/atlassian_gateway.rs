//! The gateway: sites, scopes, who acts, and that tokens work nowhere else.

use reqwest::Method;
use serde_json::{Value, json};

use super::atlassian_support::{Atlassian, answer};
use super::jira_support::{Official, doc, task};

const OTHER_SITE: &str = "1a2b7c44-45db-4bf4-8e99-ef0ff456d421";

#[tokio::test]
async fn an_issue_made_through_the_gateway_is_by_the_person_who_consented() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let wanted = task(json!({"description": doc("It happens.")}));

    let (status, created) = atlassian
        .jira(&pair, Method::POST, "3/issue", Some(&wanted))
        .await;
    let key = created["key"].as_str().unwrap();
    let (_, issue) = atlassian
        .jira(&pair, Method::GET, &format!("3/issue/{key}"), None)
        .await;
    let (_, myself) = atlassian.jira(&pair, Method::GET, "3/myself", None).await;

    assert_eq!(status, 201);
    assert_eq!(issue["fields"]["creator"]["displayName"], "Amira Haddad");
    assert_eq!(
        issue["fields"]["reporter"]["accountId"],
        myself["accountId"]
    );
    if let Some(official) = Official::load() {
        official.check("post", "/rest/api/3/issue", 201, &created);
        official.check("get", "/rest/api/3/issue/{issueIdOrKey}", 200, &issue);
        official.check("get", "/rest/api/3/myself", 200, &myself);
    }
}

#[tokio::test]
async fn several_sites_are_listed_by_product_and_the_wanted_one_is_not_first() {
    let atlassian = Atlassian::start().await;
    let scopes = "read:jira-work read:confluence-content.all";
    let code = atlassian.code(&[("scope", scopes)]).await;
    let (_, pair) = atlassian.exchange(&code).await;

    let path = "oauth/token/accessible-resources";
    let (_, list) = atlassian.call(&pair, Method::GET, path, None).await;

    let found: Vec<(&Value, &Value)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["id"], &entry["scopes"][0]))
        .collect();
    let (other, main) = (json!(OTHER_SITE), json!(atlassian.sandbox.cloud_id()));
    let (jira, confluence) = (
        json!("read:jira-work"),
        json!("read:confluence-content.all"),
    );
    assert_eq!(
        found,
        [(&other, &jira), (&main, &jira), (&main, &confluence)]
    );
    assert_eq!(list[1]["url"], atlassian.sandbox.jira_url().as_str());
    assert_eq!(list[1]["name"], "storefront");
}

#[tokio::test]
async fn a_later_consent_adds_its_site_to_the_grant() {
    let atlassian = Atlassian::start().await;
    let count = async |pair: &Value| {
        let path = "oauth/token/accessible-resources";
        let (_, list) = atlassian.call(pair, Method::GET, path, None).await;
        list.as_array().unwrap().len()
    };
    atlassian
        .admin("settings", json!({"consent_sites": [OTHER_SITE]}))
        .await;
    let first = atlassian.pair().await;
    let one = count(&first).await;
    let main = atlassian.sandbox.cloud_id();
    atlassian
        .admin("settings", json!({"consent_sites": [main]}))
        .await;
    let second = atlassian.pair().await;

    assert_eq!((one, count(&first).await, count(&second).await), (1, 2, 2));
    atlassian.admin("settings", json!({"sites": 0})).await;
    assert_eq!(count(&second).await, 0);
}

#[tokio::test]
async fn the_other_site_is_another_world() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;

    let path = format!("ex/jira/{OTHER_SITE}/rest/api/3/project/search");
    let (_, other) = atlassian.call(&pair, Method::GET, &path, None).await;
    let (status, _) = atlassian
        .call(
            &pair,
            Method::POST,
            &format!("ex/jira/{OTHER_SITE}/rest/api/3/issue"),
            Some(&task(json!({}))),
        )
        .await;

    assert_eq!(other["values"][0]["key"], "ARCH");
    assert_eq!(status, 400, "there is no SCRUM");
}

#[tokio::test]
async fn each_request_needs_its_scope() {
    let atlassian = Atlassian::start().await;
    let given = json!({"scopes": ["read:jira-work"]});
    let pair = atlassian.admin("grant", given).await;
    let ask = async |method: Method, path: &str| {
        atlassian.jira(&pair, method, path, Some(&json!({}))).await
    };

    let (read, _) = ask(Method::GET, "3/issue/SCRUM-123").await;
    let (search, _) = ask(Method::GET, "2/search/jql?jql=project%3DSCRUM").await;
    let (info, _) = ask(Method::GET, "3/serverInfo").await;

    assert_eq!((read, search, info), (200, 200, 200));
    let refused = [
        (Method::POST, "3/issue"),
        (Method::PUT, "2/issue/SCRUM-123"),
        (Method::POST, "3/issue/SCRUM-123/comment"),
        (Method::GET, "3/myself"),
        (Method::GET, "3/user/search?query=a"),
    ];
    for (method, path) in refused {
        let (status, body) = ask(method, path).await;

        assert_eq!(status, 401, "{path}");
        assert_eq!(
            body,
            json!({"code": 401, "message": "Unauthorized; scope does not match"})
        );
    }
}

#[tokio::test]
async fn tokens_and_passwords_work_each_at_their_own_door() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let token = pair["access_token"].as_str().unwrap();
    let on_site = format!("{}/rest/api/3/myself", atlassian.sandbox.jira_url());
    let at_gateway = atlassian.url(&format!(
        "ex/jira/{}/rest/api/3/myself",
        atlassian.sandbox.cloud_id()
    ));
    let (name, secret) = (
        &atlassian.options.jira_username,
        &atlassian.options.jira_api_token,
    );

    let token_on_site = atlassian
        .http
        .get(on_site)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let basic = atlassian
        .http
        .get(&at_gateway)
        .basic_auth(name, Some(secret));
    let (status, body) = answer(basic.send().await.unwrap()).await;
    let nothing = atlassian.http.get(&at_gateway).send().await.unwrap();

    assert_eq!(token_on_site.status(), 401);
    assert_eq!(
        (status, body),
        (401, json!({"code": 401, "message": "Unauthorized"}))
    );
    assert_eq!(nothing.status(), 401);
}

#[tokio::test]
async fn unknown_sites_products_and_sites_of_others_are_not_found() {
    let atlassian = Atlassian::start().await;
    let main = atlassian.sandbox.cloud_id();
    let pair = atlassian.admin("grant", json!({"sites": [main]})).await;
    let paths = [
        "ex/jira/00000000-0000-4000-8000-000000000000/rest/api/3/myself".to_owned(),
        format!("ex/jira/{OTHER_SITE}/rest/api/3/myself"),
        format!("ex/trello/{main}/rest/api/3/myself"),
        "elsewhere".to_owned(),
    ];
    for path in paths {
        let (status, _) = atlassian.call(&pair, Method::GET, &path, None).await;

        assert_eq!(status, 404, "{path}");
    }
}

#[tokio::test]
async fn access_tokens_end_after_an_hour_or_when_told() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let works = async |pair: &Value| atlassian.jira(pair, Method::GET, "3/myself", None).await.0;

    atlassian.wait_seconds(3_595).await;
    let before = works(&pair).await;
    atlassian.wait_seconds(6).await;
    let after = works(&pair).await;
    let (_, next) = atlassian.refresh(&pair).await;
    let refreshed = works(&next).await;
    atlassian.admin("expire", json!({})).await;

    assert_eq!(
        (before, after, refreshed, works(&next).await),
        (200, 401, 200, 401)
    );
    assert_eq!(atlassian.refresh(&next).await.0, 200);
}

#[tokio::test]
async fn a_rule_about_jira_holds_on_the_road_through_the_gateway() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let rule = "jira:GET:/rest/api/3/myself$:status:status=429:retry-after=3:reason=jira-burst-based:times=1";
    atlassian.sandbox.add_fault(rule.parse().unwrap());
    let url = atlassian.url(&format!(
        "ex/jira/{}/rest/api/3/myself",
        atlassian.sandbox.cloud_id()
    ));
    let token = pair["access_token"].as_str().unwrap();

    let limited = atlassian
        .http
        .get(url)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();

    assert_eq!(limited.status(), 429);
    let header = |name: &str| limited.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("retry-after"), "3");
    assert_eq!(header("ratelimit-reason"), "jira-burst-based");
    assert_eq!(header("x-ratelimit-remaining"), "0");
    assert!(header("x-ratelimit-reset").ends_with('Z'));
}
