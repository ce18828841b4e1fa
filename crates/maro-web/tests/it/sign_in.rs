//! Set-up, sign-in and sign-out.

use reqwest::{Response, StatusCode};

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

    let (payload, tag) = first.split_once('.').unwrap();
    let other = tag.chars().rev().collect::<String>();
    for forged in [
        format!("{payload}.{other}"),
        format!("{payload}x.{tag}"),
        "maro_session=x".to_owned(),
    ] {
        assert_eq!(
            maro.page(&forged, "approvals").await.0,
            StatusCode::SEE_OTHER
        );
    }
    let response = maro.submit(&first, "sign-out", &[]).await;
    assert!(
        response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
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
