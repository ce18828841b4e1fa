//! People: added, changed and locked out by an administrator, and by nobody else.

use reqwest::StatusCode;

use crate::support::{Maro, cookie};

const PASSWORD: &str = "a few words that are long";

async fn sign_in(maro: &Maro, email: &str, password: &str) -> Option<String> {
    let form = [("email", email), ("password", password)];
    let request = maro.http.post(maro.url("sign-in")).form(&form);
    let response = request.send().await.unwrap();
    (response.status() == StatusCode::SEE_OTHER).then(|| cookie(&response))
}

async fn add(maro: &Maro, admin: &str, email: &str, role: &str) -> String {
    let form = [
        ("name", "Boris <b>"),
        ("email", email),
        ("role", role),
        ("password", PASSWORD),
    ];
    let response = maro.submit(admin, "settings/people", &form).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let next = response.headers()["location"].to_str().unwrap();
    next.trim_start_matches('/').to_owned()
}

#[tokio::test]
async fn an_administrator_adds_a_viewer_who_may_only_look() {
    let maro = Maro::start().await;
    let admin = maro.sign_in().await;
    let person = add(&maro, &admin, "boris@acme.com", "viewer").await;
    let (status, page) = maro.page(&admin, &person).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Boris &#60;b&#62;"), "{page}");

    let viewer = sign_in(&maro, "boris@acme.com", PASSWORD).await.unwrap();
    assert_eq!(maro.page(&viewer, "operations").await.0, StatusCode::OK);
    for closed in ["settings/people", person.as_str()] {
        let (status, page) = maro.page(&viewer, closed).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{page}");
    }
    let role = [("role", "admin")];
    let change = format!("{person}/change");
    let forged = maro.submit(&viewer, &change, &role).await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_is_locked_out_is_signed_out_at_once() {
    let maro = Maro::start().await;
    let admin = maro.sign_in().await;
    let person = add(&maro, &admin, "boris@acme.com", "approver").await;
    let boris = sign_in(&maro, "boris@acme.com", PASSWORD).await.unwrap();
    let change = format!("{person}/change");
    maro.submit(&admin, &change, &[("disabled", "true")]).await;
    let (status, _) = maro.page(&boris, "operations").await;
    assert_ne!(status, StatusCode::OK);
    assert!(sign_in(&maro, "boris@acme.com", PASSWORD).await.is_none());

    let another = [("password", "another few words that are long")];
    maro.submit(&admin, &change, &another).await;
    maro.submit(&admin, &change, &[("disabled", "false")]).await;
    assert!(sign_in(&maro, "boris@acme.com", PASSWORD).await.is_none());
    let again = sign_in(&maro, "boris@acme.com", another[0].1).await;
    assert!(again.is_some());
}

#[tokio::test]
async fn mistakes_are_said_and_the_last_administrator_stays() {
    let maro = Maro::start().await;
    let admin = maro.sign_in().await;
    let (_, people) = maro.page(&admin, "settings/people").await;
    let (_, own) = people.split_once("href=\"/settings/people/").unwrap();
    let own = format!("settings/people/{}", own.split('"').next().unwrap());
    let change = format!("{own}/change");
    let wrong = [
        (vec![("role", "viewer")], "last administrator"),
        (vec![("disabled", "true")], "last administrator"),
        (vec![("password", "short")], "must have 12 to 256"),
        (
            vec![("slack_team", "acme"), ("slack_user", "U024BE7LH")],
            "id of a Slack workspace",
        ),
    ];
    for (form, said) in wrong {
        let answer = maro.submit(&admin, &change, &form).await;
        let carried = format!("{admin}; {}", cookie(&answer));
        let (_, page) = maro.page(&carried, &own).await;
        assert!(page.contains(said), "{said}: {page}");
    }
    let linked = [("slack_team", "T024BE7LD"), ("slack_user", "U024BE7LH")];
    maro.submit(&admin, &change, &linked).await;
    let (_, page) = maro.page(&admin, &own).await;
    assert!(page.contains("value=\"U024BE7LH\""), "{page}");
    let (_, audit) = maro.page(&admin, "audit").await;
    assert!(audit.contains("person.changed"), "{audit}");
}
