//! Pages and their forms, as a signed-in person uses them.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::Maro;

const HEAVIEST: usize = 100 * 1024;

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_page_is_shown_and_light() {
    let maro = Maro::start().await;
    let draft = maro.draft("Login <fails> & \"burns\"").await;
    let cookie = maro.sign_in().await;
    let session = format!("sessions/{}", draft["session"].as_str().unwrap());
    let approval = format!("approvals/{}", draft["id"].as_str().unwrap());
    let lists = [
        "",
        "approvals",
        "operations",
        "sessions",
        "tracked",
        "outbox",
        "audit",
    ];
    for path in lists
        .into_iter()
        .chain([session.as_str(), approval.as_str()])
    {
        let (status, page) = maro.page(&cookie, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(page.len() <= HEAVIEST, "{path} has {} bytes", page.len());
        assert!(!page.contains("<fails>"), "{path} does not escape");
    }
    for path in ["approvals/x", "operations/x", "sessions/x", "nowhere"] {
        assert_eq!(
            maro.page(&cookie, path).await.0,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_draft_is_approved_once_from_its_page() {
    let maro = Maro::start().await;
    let draft = maro.draft("Checkout fails").await;
    let cookie = maro.sign_in().await;
    let path = format!("approvals/{}", draft["id"].as_str().unwrap());
    let (_, page) = maro.page(&cookie, &path).await;
    let seen = [
        ("nonce", hidden(&page, "nonce")),
        ("hash", hidden(&page, "hash")),
    ];
    let form: Vec<(&str, &str)> = seen
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();

    let forged = maro
        .submit(
            &cookie,
            &format!("{path}/approve"),
            &[("nonce", "x"), ("hash", &seen[1].1)],
        )
        .await;
    assert_eq!(
        told(&maro, &cookie, &forged).await,
        "No approval record found"
    );

    let approved = maro
        .submit(&cookie, &format!("{path}/approve"), &form)
        .await;
    let location = approved.headers()["location"].to_str().unwrap().to_owned();
    assert!(location.starts_with("/operations/"), "{location}");
    maro.until_operation(location.trim_start_matches("/operations/"), "confirmed")
        .await;

    let again = maro
        .submit(&cookie, &format!("{path}/approve"), &form)
        .await;
    let sentence = told(&maro, &cookie, &again).await;
    assert!(
        sentence.starts_with("Ticket was already created: SCRUM-"),
        "{sentence}"
    );
    let (_, page) = maro.page(&cookie, &path).await;
    assert!(
        !page.contains("Approve and create"),
        "a created ticket has no buttons"
    );
}

#[tokio::test]
async fn a_draft_is_discarded_from_its_page() {
    let maro = Maro::start().await;
    let draft = maro.draft("Never mind").await;
    let cookie = maro.sign_in().await;
    let path = format!("approvals/{}/discard", draft["id"].as_str().unwrap());
    let discarded = maro.submit(&cookie, &path, &[]).await;
    assert_eq!(
        told(&maro, &cookie, &discarded).await,
        "Discarded. Nothing was sent to Jira."
    );
    let again = maro.submit(&cookie, &path, &[]).await;
    assert_eq!(
        told(&maro, &cookie, &again).await,
        "This draft can no longer be discarded."
    );
}

#[tokio::test]
async fn the_chain_is_checked_on_demand_and_forms_answer_with_sentences() {
    let maro = Maro::start().await;
    let cookie = maro.sign_in().await;
    let checked = maro.submit(&cookie, "audit/verify", &[]).await;
    let sentence = told(&maro, &cookie, &checked).await;
    assert!(sentence.starts_with("The chain is intact: "), "{sentence}");
    let tracked = maro
        .submit(
            &cookie,
            "tracked/T0SANDBOX:C0PAYMENTS/track",
            &[("key", "nonsense")],
        )
        .await;
    assert_eq!(
        told(&maro, &cookie, &tracked).await,
        "This is not an issue key. A key looks like SCRUM-123."
    );
    let tracked = maro
        .submit(
            &cookie,
            "tracked/T0SANDBOX:C0PAYMENTS/track",
            &[("key", "scrum-9999")],
        )
        .await;
    assert_eq!(
        told(&maro, &cookie, &tracked).await,
        "SCRUM-9999 not found in Jira"
    );
}

/// The sentence on the page after a form; it is shown once.
async fn told(maro: &Maro, cookie: &str, response: &reqwest::Response) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let both = format!("{cookie}; {}", crate::support::cookie(response));
    let next = response.headers()["location"]
        .to_str()
        .unwrap()
        .trim_start_matches('/');
    let request = maro.http.get(maro.url(next)).header("cookie", both);
    let response = request.send().await.unwrap();
    let gone = response.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(gone.starts_with("maro_flash=;"), "{gone}");
    let page = response.text().await.unwrap();
    let (_, rest) = page.split_once("class=\"notice ").unwrap();
    let (_, rest) = rest.split_once("<p>").unwrap();
    rest.split("</p>").next().unwrap().to_owned()
}

#[tokio::test]
async fn an_open_page_hears_what_happens() {
    let maro = Maro::start().await;
    let cookie = maro.sign_in().await;
    let request = maro.http.get(maro.url("events")).header("cookie", cookie);
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut heard = String::new();
    maro.draft("Something new").await;
    while !heard.contains("event: sessions") {
        let chunk = tokio::time::timeout(Duration::from_secs(10), response.chunk()).await;
        heard.push_str(&String::from_utf8_lossy(&chunk.unwrap().unwrap().unwrap()));
    }
}
