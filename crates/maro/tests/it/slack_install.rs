//! The app in several workspaces: installing, sending to each, rotating, and what happens when it is
//! removed.

use futures_util::future::join_all;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::support::{
    Database, Maro, World, both_databases, browser, eventually, has_button, leads_to, on_sqlite,
};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
/// Nobody listens there: the browser of these tests goes where Maro really is.
const PUBLIC_URL: &str = "http://127.0.0.1:9/";
const CALLBACK: &str = "http://127.0.0.1:9/api/v1/slack/oauth/callback";
pub(crate) const HARBOR: (&str, &str) = ("T0HARBOR", "C1DOCKS");
const MAIN: (&str, &str) = ("T0SANDBOX", "C0PAYMENTS");

/// A Maro that knows the app, and no workspace.
pub(crate) async fn installable(world: &World, changes: &[(&str, &str)]) -> Maro {
    let mut all = vec![
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_CLIENT_ID", world.options.slack_client_id.as_str()),
        ("SLACK_CLIENT_SECRET", &world.options.slack_client_secret),
        ("MARO_PUBLIC_URL", PUBLIC_URL),
        ("MARO_ADMIN_EMAIL", EMAIL),
        ("MARO_ADMIN_PASSWORD", PASSWORD),
    ];
    all.extend_from_slice(changes);
    let app = json!({ "redirect_urls": [CALLBACK], "consent": "accept" });
    world.admin("slack/app", app).await;
    world.maro_with(&all).await
}

/// An administrator's browser.
pub(crate) struct Browser<'m> {
    maro: &'m Maro,
    origin: String,
    cookie: String,
}

impl<'m> Browser<'m> {
    pub(crate) async fn sign_in(maro: &'m Maro) -> Self {
        Self::sign_in_from(maro, PUBLIC_URL).await
    }

    /// Signs in on a page that has this address.
    pub(crate) async fn sign_in_from(maro: &'m Maro, address: &str) -> Self {
        let mut browser = Self {
            maro,
            origin: address.trim_end_matches('/').to_owned(),
            cookie: String::new(),
        };
        let form = [("email", EMAIL), ("password", PASSWORD)];
        let response = browser.send("sign-in", &form).await;
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }

    /// Sends a form, which leads on.
    pub(crate) async fn send(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let url = self.maro.url.join(path).unwrap();
        let request = browser().post(url).header(ORIGIN, &self.origin);
        let request = request.header(COOKIE, &self.cookie).form(form);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        response
    }

    /// The text of a page.
    pub(crate) async fn read(&self, path: &str) -> String {
        let url = self.maro.url.join(path).unwrap();
        let response = self.open(&url).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    /// Opens a page of Maro's, wherever its address says that Maro is.
    async fn open(&self, address: &Url) -> Response {
        let mut url = self.maro.url.join(address.path()).unwrap();
        url.set_query(address.query());
        let request = browser().get(url).header(COOKIE, &self.cookie);
        request.send().await.unwrap()
    }

    /// Goes to Slack, consents, and gives the address that Slack sends the browser back to.
    async fn consent(&self) -> Url {
        let asked = self.maro.url.join("api/v1/slack/oauth/authorize").unwrap();
        let at_slack = leads_to(&self.open(&asked).await);
        leads_to(&browser().get(at_slack).send().await.unwrap())
    }

    /// Brings Slack's answer; gives the page that Maro leads to, which says what came of it.
    async fn bring(&self, answer: &Url) -> String {
        let response = self.open(answer).await;
        let page = leads_to(&response);
        assert_eq!(page.path(), "/settings/connections/slack");
        told_by(&response)
    }
}

/// What the page says that an answer leads to.
pub(crate) fn told_by(response: &Response) -> String {
    let flash = response.headers()[SET_COOKIE].to_str().unwrap();
    let sealed = flash.split(['=', '.']).nth(1).unwrap();
    let opened = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes());
    String::from_utf8(opened.unwrap()).unwrap()
}

/// Installs the app in a workspace.
pub(crate) async fn install(world: &World, browser: &Browser<'_>, team: &str) {
    world.admin("slack/app", json!({ "team": team })).await;
    let told = browser.bring(&browser.consent().await).await;
    assert!(told.contains("Maro is installed in"), "{told}");
}

pub(crate) async fn draft(maro: &Maro, (team, channel): (&str, &str), title: &str) -> Value {
    let content = json!({
        "title": title, "problem": "It fails.", "solution": "", "acceptance_criteria": "",
        "project": "SCRUM", "issue_type": "Task", "priority": null, "labels": [], "parent": null,
    });
    let body = json!({ "team": team, "channel": channel, "content": content });
    let (status, draft) = maro.post("api/v1/drafts", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{draft}");
    draft
}

/// The messages of a channel.
async fn messages(world: &World, (team, channel): (&str, &str)) -> Vec<Value> {
    let url = world.sandbox.url().join("admin/state").unwrap();
    let state: Value = world
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let slack = match team {
        "T0SANDBOX" => &state["slack"],
        other => &state["other_slack"][other],
    };
    slack["messages"][channel]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Waits for a message whose text begins so.
pub(crate) async fn until_message(world: &World, place: (&str, &str), beginning: &str) -> Value {
    eventually(&format!("{beginning} in {}", place.1), async || {
        let all = messages(world, place).await;
        let begins = |one: &&Value| {
            one["text"]
                .as_str()
                .is_some_and(|t| t.starts_with(beginning))
        };
        all.iter().rev().find(begins).cloned()
    })
    .await
}

async fn rotations(world: &World) -> u64 {
    let url = world.sandbox.url().join("admin/slack/app").unwrap();
    let app: Value = world
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    app["token_requests"]["refreshed"].as_u64().unwrap()
}

both_databases!(two_workspaces_do_the_main_job_each);
on_sqlite!(
    an_answer_counts_once_and_from_the_browser_that_asked,
    what_cannot_be_installed_says_why,
    a_removed_app_parks_its_messages_until_it_is_back,
    a_token_that_expired_is_rotated_in_the_middle,
    who_dies_with_the_new_tokens_in_hand_says_that_the_app_must_be_installed_again,
);

async fn two_workspaces_do_the_main_job_each(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;

    for (place, user) in [(MAIN, "amira"), (HARBOR, "erin")] {
        install(&world, &ada, place.0).await;
        let title = format!("Fails in {}", place.0);
        draft(&maro, place, &title).await;
        let preview = until_message(&world, place, &format!("Ticket draft: {title}")).await;
        assert!(has_button(&preview, "draft_approve"));
        let click = json!({
            "team": place.0, "user": user, "channel": place.1, "ts": preview["ts"],
            "action_id": "draft_approve",
        });
        let answer = world.admin("slack/click", click).await;
        assert_eq!(answer["status"], 200, "{answer}");
        until_message(&world, place, "Ticket created:").await;
        assert_eq!(world.look().await.issues(&title).len(), 1);
    }
    for place in [MAIN, HARBOR] {
        let all = messages(&world, place).await;
        let other = if place == MAIN { HARBOR.0 } else { MAIN.0 };
        let stray = format!("Fails in {other}");
        assert!(!json!(all).to_string().contains(&stray), "{place:?}");
    }
    assert!(!maro.log().contains("xoxb-"), "no token is in the log");
}

async fn an_answer_counts_once_and_from_the_browser_that_asked(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    let same_person = Browser::sign_in(&maro).await;

    let answer = ada.consent().await;
    let told = same_person.bring(&answer).await;
    assert!(told.contains("was not asked for in this browser"), "{told}");
    let told = ada.bring(&answer).await;
    assert!(told.contains("Maro is installed in"), "{told}");
    let told = ada.bring(&answer).await;
    assert!(told.contains("was not asked for in this browser"), "{told}");

    let mut forged = answer.clone();
    forged.set_query(Some("code=1&state=v1.x.y"));
    assert!(ada.bring(&forged).await.contains("was not asked for"));

    world.admin("slack/app", json!({ "consent": "deny" })).await;
    let told = ada.bring(&ada.consent().await).await;
    assert!(told.contains("was cancelled in Slack"), "{told}");

    let nobody = browser().get(maro.url.join(answer.path()).unwrap());
    let response = nobody.send().await.unwrap();
    assert_eq!(leads_to(&response).path(), "/sign-in");
    let actions: Vec<Value> = maro.audited().await;
    let count = |action: &str| actions.iter().filter(|one| one["action"] == action).count();
    assert_eq!(count("slack.installed"), 1);
    assert_eq!(count("slack.not_installed"), 4);
}

async fn what_cannot_be_installed_says_why(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[("SLACK_CLIENT_SECRET", "wrong")]).await;
    let ada = Browser::sign_in(&maro).await;

    let told = ada.bring(&ada.consent().await).await;

    assert!(told.contains("SLACK_CLIENT_SECRET"), "{told}");
}

async fn a_removed_app_parks_its_messages_until_it_is_back(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, MAIN.0).await;
    install(&world, &ada, HARBOR.0).await;
    draft(&maro, MAIN, "The other workspace works").await;
    until_message(&world, MAIN, "Ticket draft: The other").await;

    world
        .admin("slack/uninstall", json!({ "team": HARBOR.0 }))
        .await;
    eventually("the workspace is over", async || {
        let all = maro.audited().await;
        all.iter()
            .any(|one| one["action"] == "slack.ended")
            .then_some(())
    })
    .await;
    draft(&maro, HARBOR, "Waits for the app").await;
    let parked = eventually("the preview is parked", async || {
        let list = maro.get("api/v1/outbox?state=dead").await;
        list["items"].as_array()?.first().cloned()
    })
    .await;
    let why = parked["last_error"].as_str().unwrap();
    assert!(
        why.contains("not installed in this workspace any more"),
        "{why}"
    );
    assert!(why.contains("Install it again"), "{why}");
    eventually("health names the workspace", async || {
        let health = maro.get("api/v1/integrations/health").await;
        let reason = health["slack"]["reason"].as_str()?;
        reason.contains("Harbor crew").then_some(())
    })
    .await;

    install(&world, &ada, HARBOR.0).await;
    until_message(&world, HARBOR, "Ticket draft: Waits for the app").await;
}

async fn a_token_that_expired_is_rotated_in_the_middle(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    world
        .admin("slack/app", json!({ "token_rotation": true }))
        .await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;
    draft(&maro, HARBOR, "Before the end").await;
    until_message(&world, HARBOR, "Ticket draft: Before the end").await;
    assert_eq!(rotations(&world).await, 0);

    // No answer at first: the token is asked for again, and the message waits.
    world.fault("slack:POST:oauth.v2.access$:status:status=503:times=1");
    world
        .admin("slack/expire", json!({ "team": HARBOR.0 }))
        .await;
    draft(&maro, HARBOR, "After the end").await;

    until_message(&world, HARBOR, "Ticket draft: After the end").await;
    assert_eq!(rotations(&world).await, 1);
    assert!(!maro.log().contains("xoxe"), "no token is in the log");
}

/// Two instances on one database: an expired token is asked for once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_rotate_once() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let world = World::new(database).await;
    world
        .admin("slack/app", json!({ "token_rotation": true }))
        .await;
    world
        .admin("settings", json!({ "rate_limit": false }))
        .await;
    let second = installable(&world, &[]).await;
    let first = installable(&world, &[]).await;
    let ada = Browser::sign_in(&first).await;
    install(&world, &ada, HARBOR.0).await;
    let everywhere = async |round: &str| {
        let drafts = (0..10).map(|number| {
            let maro = if number % 2 == 0 { &first } else { &second };
            let title = format!("{round} {number}");
            async move { draft(maro, HARBOR, &title).await }
        });
        join_all(drafts).await;
        for number in 0..10 {
            until_message(&world, HARBOR, &format!("Ticket draft: {round} {number}")).await;
        }
    };
    everywhere("Before").await;

    world
        .admin("slack/expire", json!({ "team": HARBOR.0 }))
        .await;
    everywhere("After").await;

    assert_eq!(rotations(&world).await, 1);
}

/// Slack gives each refresh token one answer. Who dies with it in hand has lost it, and says so.
async fn who_dies_with_the_new_tokens_in_hand_says_that_the_app_must_be_installed_again(
    database: Database,
) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::new(database).await;
    world
        .admin("slack/app", json!({ "token_rotation": true }))
        .await;
    let mut doomed = installable(&world, &[("FAILPOINTS", "rotate.after_answer=return")]).await;
    let ada = Browser::sign_in(&doomed).await;
    install(&world, &ada, HARBOR.0).await;
    world
        .admin("slack/expire", json!({ "team": HARBOR.0 }))
        .await;
    draft(&doomed, HARBOR, "Killed while rotating").await;
    doomed.until_killed("rotate.after_answer").await;
    assert_eq!(rotations(&world).await, 1);

    let maro = installable(&world, &[]).await;
    eventually("health says so", async || {
        let health = maro.get("api/v1/integrations/health").await;
        let reason = health["slack"]["reason"].as_str()?;
        reason.contains("Harbor crew").then_some(())
    })
    .await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;
    until_message(&world, HARBOR, "Ticket draft: Killed while rotating").await;
}
