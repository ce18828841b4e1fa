//! The page: what it is allowed to load, and where issue links lead.

use crate::support::World;

#[tokio::test]
async fn the_page_loads_only_what_the_sandbox_serves() {
    let world = World::start().await;
    let fetch = async |path: &str| {
        let url = world.sandbox.url().join(path).unwrap();
        world.http().get(url).send().await.unwrap()
    };

    let page = fetch("").await;
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    let html = page.text().await.unwrap();

    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(
        html.contains("Simulated Slack") && !html.contains("Maro web"),
        "{html}"
    );
    for name in [
        "page.css",
        "page.js",
        "text.js",
        "blocks.js",
        "modal.js",
        "jira.js",
        "atlassian.js",
        "confluence.js",
    ] {
        assert_eq!(
            fetch(&format!("assets/{name}")).await.status(),
            200,
            "{name}"
        );
    }
    assert_eq!(fetch("assets/secret").await.status(), 404);
}

#[tokio::test]
async fn the_link_of_an_issue_opens_it_on_the_page() {
    let world = World::start().await;
    world
        .sandbox
        .point_at("http://maro.example/".parse().unwrap());

    let url = format!("{}/browse/SCRUM-123", world.sandbox.jira_url());
    let page = world.http().get(url).send().await.unwrap();

    assert_eq!(page.url().query(), Some("issue=SCRUM-123"));
    assert!(page.text().await.unwrap().contains("http://maro.example/"));
}

#[tokio::test]
async fn the_link_of_a_page_opens_it_on_the_page() {
    let world = World::start().await;
    let shown = world.state().await["confluence"]["pages"][0].clone();

    let url = shown["url"].as_str().unwrap();
    let page = world.http().get(url).send().await.unwrap();

    assert_eq!(
        page.url().query(),
        Some(format!("page={}", shown["id"].as_str().unwrap()).as_str())
    );
}
