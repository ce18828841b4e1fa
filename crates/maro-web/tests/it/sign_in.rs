//! Set-up, sign-in and sign-out.

use reqwest::{Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::support::{EMAIL, Maro, PASSWORD, cookie};

async fn set_up(maro: &Maro, more: &[(&'static str, &str)], proxied: bool) -> Response {
    let mut form = vec![("email", EMAIL), ("name", "Ada"), ("password", PASSWORD)];
    form.extend_from_slice(more);
    let mut request = maro.http.post(maro.url("setup")).form(&form);
    if proxied {
        request = request.header("x-forwarded-for", "203.0.113.9");
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn the_first_administrator_is_made_once_and_signed_in() {
    let maro = Maro::start_fresh().await;
    let response = maro.get("sign-in").await;
    assert_eq!(response.headers()["location"], "/setup");

    let from_afar = set_up(&maro, &[("code", "000000000000")], true).await;
    assert_eq!(from_afar.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        from_afar
            .text()
            .await
            .unwrap()
            .contains("not the code from the terminal")
    );

    let short = maro.http.post(maro.url("setup")).form(&[
        ("email", EMAIL),
        ("name", "Ada"),
        ("password", "short"),
    ]);
    let short = short.send().await.unwrap();
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().await.unwrap().contains("aria-invalid"));

    let created = set_up(&maro, &[], false).await;
    assert_eq!(created.status(), StatusCode::SEE_OTHER);
    let (status, page) = maro.page(&cookie(&created), "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("<h1>Dashboard</h1>"));

    let again = set_up(&maro, &[], false).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(maro.get("setup").await.headers()["location"], "/sign-in");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_read_the_same() {
    let maro = Maro::start().await;
    let mut seen = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let form = [("email", email), ("password", "wrong wrong wrong")];
        let response = maro
            .http
            .post(maro.url("sign-in"))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!response.headers().contains_key("set-cookie"));
        seen.push(response.text().await.unwrap().replace(email, "EMAIL"));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].contains("E-mail address or password is wrong."));
}

#[tokio::test]
async fn the_sixth_attempt_must_wait_even_with_the_right_password() {
    let maro = Maro::start().await;
    for _ in 0..5 {
        let form = [("email", EMAIL), ("password", "wrong wrong wrong")];
        maro.http
            .post(maro.url("sign-in"))
            .form(&form)
            .send()
            .await
            .unwrap();
    }
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let response = maro
        .http
        .post(maro.url("sign-in"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
    assert!(
        response
            .text()
            .await
            .unwrap()
            .contains("Too many attempts.")
    );
}

#[tokio::test]
async fn the_cookie_is_new_at_each_sign_in_and_cannot_be_forged() {
    let maro = Maro::start().await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let response = maro
        .http
        .post(maro.url("sign-in"))
        .form(&form)
        .send()
        .await
        .unwrap();
    let header = response.headers()["set-cookie"].to_str().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(header.contains(attribute), "{header}");
    }
    assert!(!header.contains("Secure"), "{header}: not https");
    let first = cookie(&response);
    assert_ne!(first, maro.sign_in().await);

    let (name, token) = first.split_once('=').unwrap();
    let other = token.chars().rev().collect::<String>();
    for forged in [
        format!("{name}={other}"),
        format!("{name}={token}x"),
        format!("{name}={}", &token[1..]),
        format!("{name}={}", kept_of(token)),
        format!("{name}=x"),
        format!("{name}="),
    ] {
        assert_eq!(
            maro.page(&forged, "approvals").await.0,
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test]
async fn after_a_sign_out_no_copy_of_the_cookie_is_let_in() {
    let maro = Maro::start().await;
    let (left, kept) = (maro.sign_in().await, maro.sign_in().await);
    let copied = left.clone();
    assert!(is_let_in(&maro, &copied).await);

    let response = maro.submit(&left, "sign-out", &[]).await;
    let header = response.headers()["set-cookie"].to_str().unwrap();
    assert!(header.contains("Max-Age=0"), "{header}");
    for cookie in [&left, &copied] {
        assert!(!is_let_in(&maro, cookie).await);
        let call = maro.http.get(maro.url("api/v1/sessions"));
        let status = call.header("cookie", cookie).send().await.unwrap().status();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert!(is_let_in(&maro, &kept).await, "another browser stays");

    let again = maro.submit(&left, "sign-out", &[]).await;
    assert_eq!(again.headers()["location"], "/sign-in");
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let maro = Maro::start().await;
    let first = maro.sign_in().await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let second = cookie(&maro.submit(&first, "sign-in", &form).await);
    assert!(!is_let_in(&maro, &first).await);
    assert!(is_let_in(&maro, &second).await);
}

#[tokio::test]
async fn the_database_holds_the_hash_of_a_cookie_only() {
    let maro = Maro::start().await;
    let cookie = maro.sign_in().await;
    let (_, token) = cookie.split_once('=').unwrap();
    let kept = maro.kept_bytes();
    assert!(contains(&kept, &kept_of(token)));
    assert!(!contains(&kept, token));
}

#[tokio::test]
async fn where_people_come_by_https_the_cookie_is_bound_to_this_host() {
    let maro = Maro::start_behind("https://maro.example").await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let response = maro.submit("", "sign-in", &form).await;
    let header = response.headers()["set-cookie"].to_str().unwrap();
    assert!(header.starts_with("__Host-maro_session="), "{header}");
    assert!(header.contains("; Secure"), "{header}");

    let cookie = cookie(&response);
    assert!(is_let_in(&maro, &cookie).await);
    let planted = cookie.trim_start_matches("__Host-");
    assert!(!is_let_in(&maro, planted).await);
    let left = maro.submit(&cookie, "sign-out", &[]).await;
    let header = left.headers()["set-cookie"].to_str().unwrap();
    assert!(header.starts_with("__Host-maro_session=;"), "{header}");
    assert!(header.contains("; Secure"), "browsers ignore it otherwise");
}

async fn is_let_in(maro: &Maro, cookie: &str) -> bool {
    maro.page(cookie, "approvals").await.0 == StatusCode::OK
}

/// What the database keeps of a token.
fn kept_of(token: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(token))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn without_a_sign_in_every_page_leads_to_it() {
    let maro = Maro::start().await;
    for path in [
        "",
        "approvals",
        "operations",
        "sessions",
        "tracked",
        "outbox",
        "audit",
        "events",
    ] {
        let response = maro.get(path).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert!(
            response.headers()["location"]
                .to_str()
                .unwrap()
                .starts_with("/sign-in"),
            "{path}"
        );
    }
    let post = maro
        .http
        .post(maro.url("audit/verify"))
        .send()
        .await
        .unwrap();
    assert_eq!(post.headers()["location"], "/sign-in");
}

#[tokio::test]
async fn a_form_that_another_site_sends_is_refused() {
    let maro = Maro::start().await;
    let cookie = maro.sign_in().await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        for path in ["audit/verify", "sign-out", "api/v1/drafts"] {
            let request = maro
                .http
                .post(maro.url(path))
                .header("cookie", &cookie)
                .header(name, value);
            assert_eq!(
                request.send().await.unwrap().status(),
                StatusCode::FORBIDDEN,
                "{path}"
            );
        }
    }
}
