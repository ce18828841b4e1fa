//! Suite runs and defects on pages: filtered, searched, looked at, decided.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::Maro;

#[tokio::test]
async fn a_run_and_its_defects_are_looked_at_and_decided() {
    let maro = Maro::start().await;
    let failed =
        json!({ "name": "pays <twice>", "class_name": "Cart", "message": "card <b>refused</b>" });
    let run = json!({
        "suite": "shop", "totals": { "passed": 2, "failed": 1 }, "failures": [failed],
        "branch": "main", "url": "https://ci.example/7",
    });
    let (status, run) = maro.api_post("api/v1/suite-runs", &run).await;
    assert_eq!(status, StatusCode::CREATED, "{run}");
    let cookie = maro.sign_in().await;

    let (_, runs) = maro
        .page(&cookie, "suite-runs?outcome=failed&suite=shop")
        .await;
    let address = format!("/suite-runs/{}", run["id"].as_str().unwrap());
    assert!(runs.contains(&address), "{runs}");
    let (_, none) = maro.page(&cookie, "suite-runs?outcome=passed").await;
    assert!(!none.contains(&address));
    let (_, shown) = maro.page(&cookie, &address).await;
    assert!(
        shown.contains("card &lt;b&gt;refused") || shown.contains("card &#60;b&#62;refused"),
        "{shown}"
    );
    assert!(shown.contains("https://ci.example/7"));

    let (_, defects) = maro
        .page(&cookie, "defects?q=refused&status=unsettled&severity=")
        .await;
    let mut links = defects.split("href=\"/defects/").skip(1);
    let id = links.find_map(|link| link.split('"').next().filter(|id| id.len() == 36));
    let id = id.expect("a link to a defect");
    assert!(shown.contains(id), "the run leads to the defect");
    let path = format!("defects/{id}");
    for (act, said) in [("take", "Assigned to"), ("day", "Not told until")] {
        let hands = format!("{path}/hands");
        let done = maro.submit(&cookie, &hands, &[("act", act)]).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let (_, defect) = maro.page(&cookie, &path).await;
        assert!(defect.contains(&format!("<dt>{said}</dt>")), "{defect}");
    }
    let form = [("status", "wont_fix"), ("note", "on purpose")];
    let decided = maro.submit(&cookie, &format!("{path}/status"), &form).await;
    assert_eq!(decided.status(), StatusCode::SEE_OTHER);
    let (_, defect) = maro.page(&cookie, &path).await;
    assert!(defect.contains("on purpose"), "{defect}");
    let (_, open) = maro.page(&cookie, "defects?status=unsettled").await;
    assert!(!open.contains(id), "it is settled");
    let hands = format!("{path}/hands");
    for act in ["leave", "take"].into_iter().cycle().take(40) {
        maro.submit(&cookie, &hands, &[("act", act)]).await;
    }
    let (_, defect) = maro.page(&cookie, &path).await;
    assert!(!defect.contains("on purpose"), "{defect}");
    let older = defect.split(&format!("href=\"/{path}?after=")).nth(1);
    let after = older.and_then(|rest| rest.split(['"', '#']).next());
    let older = format!("{path}?after={}", after.expect("a link to older entries"));
    let (_, defect) = maro.page(&cookie, &older).await;
    assert!(
        defect.contains("on purpose") && !defect.contains("Older entries"),
        "{defect}"
    );
    for missing in ["defects/none", "suite-runs/none"] {
        assert_eq!(maro.page(&cookie, missing).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_trend_is_looked_at_and_a_suite_is_expected() {
    let maro = Maro::start().await;
    for passed in [0, 2] {
        let run = json!({ "suite": "shop <api>", "totals": { "passed": passed, "failed": 2 - passed }, "duration_ms": 90 });
        let (status, run) = maro.api_post("api/v1/suite-runs", &run).await;
        assert_eq!(status, StatusCode::CREATED, "{run}");
    }
    let cookie = maro.sign_in().await;
    let (_, trends) = maro.page(&cookie, "trends?days=7").await;
    assert!(trends.contains("<strong>50 %</strong>"), "{trends}");
    assert!(trends.contains("<svg class=\"chart\""), "{trends}");
    let address = "/trends?suite=shop+%3Capi%3E";
    assert!(trends.contains(address), "{trends}");

    let form = [("suite", "shop <api>"), ("every", "24h"), ("grace", "")];
    let saved = maro.submit(&cookie, "trends/expectation", &form).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    let (_, suite) = maro.page(&cookie, address).await;
    assert!(
        suite.contains("value=\"1d\"") && suite.contains("due <time"),
        "{suite}"
    );
    assert_eq!(
        maro.page(&cookie, "trends?suite=none").await.0,
        StatusCode::NOT_FOUND
    );
}
