//! What the tests of installed workspaces share: a Maro that knows the app, and a browser.

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::support::{Maro, World, browser, eventually, leads_to};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
/// Nobody listens there: the browser of these tests goes where Maro really is.
const PUBLIC_URL: &str = "http://127.0.0.1:9/";
const CALLBACK: &str = "http://127.0.0.1:9/api/v1/slack/oauth/callback";
pub(crate) const HARBOR: (&str, &str) = ("T0HARBOR", "C1DOCKS");
pub(crate) const MAIN: (&str, &str) = ("T0SANDBOX", "C0PAYMENTS");

/// A Maro that knows the app, and no workspace.
pub(crate) async fn installable(world: &World, changes: &[(&str, &str)]) -> Maro {
    let app = json!({ "redirect_urls": [CALLBACK], "consent": "accept" });
    world.admin("slack/app", app).await;
    world.maro_with(&knowing_the_app(world, changes)).await
}

/// What its environment has that others have not.
pub(crate) fn knowing_the_app<'a>(
    world: &'a World,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_CLIENT_ID", world.options.slack_client_id.as_str()),
        ("SLACK_CLIENT_SECRET", &world.options.slack_client_secret),
        ("MARO_PUBLIC_URL", PUBLIC_URL),
        ("MARO_ADMIN_EMAIL", EMAIL),
        ("MARO_ADMIN_PASSWORD", PASSWORD),
    ];
    all.extend_from_slice(changes);
    all
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
        cookie
            .split(';')
            .next()
            .unwrap()
            .clone_into(&mut browser.cookie);
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
    pub(crate) async fn open(&self, address: &Url) -> Response {
        let mut url = self.maro.url.join(address.path()).unwrap();
        url.set_query(address.query());
        let request = browser().get(url).header(COOKIE, &self.cookie);
        request.send().await.unwrap()
    }

    /// Goes to Slack, consents, and gives the address that Slack sends the browser back to.
    pub(crate) async fn consent(&self) -> Url {
        let asked = self.maro.url.join("api/v1/slack/oauth/authorize").unwrap();
        let at_slack = leads_to(&self.open(&asked).await);
        leads_to(&browser().get(at_slack).send().await.unwrap())
    }

    /// Brings Slack's answer; gives the page that Maro leads to, which says what came of it.
    pub(crate) async fn bring(&self, answer: &Url) -> String {
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

/// What a draft says.
pub(crate) fn content(title: &str) -> Value {
    json!({
        "title": title, "problem": "It fails.", "solution": "", "acceptance_criteria": "",
        "project": "SCRUM", "issue_type": "Task", "priority": null, "labels": [], "parent": null,
    })
}

/// Makes a draft; it must work.
pub(crate) async fn draft(maro: &Maro, (team, channel): (&str, &str), title: &str) -> Value {
    let body = json!({ "team": team, "channel": channel, "content": content(title) });
    let (status, draft) = maro.post("api/v1/drafts", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{draft}");
    draft
}

/// The messages of a channel.
pub(crate) async fn messages(world: &World, (team, channel): (&str, &str)) -> Vec<Value> {
    let state = world.read("admin/state").await;
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
