//! Who may approve, and what becomes of everybody else: refused, told alone, audited.

use serde_json::{Value, json};

use crate::support::{
    Database, Maro, Told, World, both_databases, button, command, on_sqlite, signed_slack,
};

const FOUR_EYES: &str = "[approval]\ndefault = \"not_author\"";
const LISTED: &str = "[[approval.rules]]\nchannel = \"C0PAYMENTS\"\n\
                      policy = { list = [\"U0DANA\", \"chen@example.com\"] }";

both_databases!(the_author_cannot_approve_where_four_eyes_are_wanted);
on_sqlite!(
    only_who_is_on_the_list_approves,
    who_is_locked_out_decides_nothing_in_slack,
    a_forged_value_is_refused,
    a_click_from_another_workspace_is_refused,
);

async fn the_author_cannot_approve_where_four_eyes_are_wanted(database: Database) {
    let world = World::configured(database, FOUR_EYES).await;
    let maro = world.maro().await;
    let preview = world.draft("Four eyes see more").await;

    world.click("amira", &preview, "draft_approve").await;

    let sentence = "You wrote this draft, so somebody else must approve it.";
    told_alone(&world, "U0AMIRA", sentence).await;
    refused_and_audited(&maro, "approval.refused", "U0AMIRA", sentence).await;
    assert_eq!(world.create_requests().await, 0);
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
}

async fn only_who_is_on_the_list_approves(database: Database) {
    let world = World::configured(database, LISTED).await;
    let maro = world.maro().await;
    let preview = world.draft("Only some may").await;

    world.click("boris", &preview, "draft_approve").await;

    let sentence = "You are not on the list of approvers for this channel or project.";
    told_alone(&world, "U0BORIS", sentence).await;
    refused_and_audited(&maro, "approval.refused", "U0BORIS", sentence).await;
    assert_eq!(world.create_requests().await, 0);
    // By e-mail address.
    world.click("chen", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
}

async fn who_is_locked_out_decides_nothing_in_slack(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let add = "admin add-person --email boris@acme.com --name Boris --role approver";
    administer(&world, add).await;
    let link = "UPDATE people SET slack_team = 'T0SANDBOX', slack_user = 'U0BORIS'";
    assert_eq!(world.database.tamper(link).await, 1);
    administer(&world, "admin change-person boris@acme.com --disable").await;
    let preview = world.draft("Not by Boris").await;

    world.click("boris", &preview, "draft_approve").await;

    let sentence = "Your account in Maro is locked, so you cannot decide anything here. Nothing was \
        done. An administrator can unlock it on the page People.";
    told_alone(&world, "U0BORIS", sentence).await;
    refused_and_audited(&maro, "click.refused", "U0BORIS", sentence).await;
    world.click("boris", &preview, "draft_discard").await;
    world
        .until("both clicks are answered", |seen| {
            (seen.told("U0BORIS").len() == 2).then_some(())
        })
        .await;
    assert_eq!(world.create_requests().await, 0);
    administer(&world, "admin change-person boris@acme.com --enable").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
}

async fn administer(world: &World, line: &'static str) {
    let mut run = command(&world.environment());
    run.args(line.split(' '));
    let ended = tokio::task::spawn_blocking(move || run.output().unwrap()).await;
    let ended = ended.unwrap();
    assert!(ended.status.success(), "{line}: {ended:?}");
}

/// The person is told, and nobody else can see it.
async fn told_alone(world: &World, user: &str, sentence: &str) {
    world
        .until_told(Told {
            user,
            part: sentence,
        })
        .await;
    let seen = world.look().await;
    assert!(seen.texts().iter().all(|text| !text.contains(sentence)));
    for other in ["U0AMIRA", "U0BORIS", "U0CHEN", "U0DANA"] {
        let told = seen.told(other).iter().any(|text| text.contains(sentence));
        assert_eq!(told, other == user, "{other}");
    }
}

async fn refused_and_audited(maro: &Maro, action: &str, user: &str, why: &str) {
    let audited = maro.audited().await;
    let entry = audited.iter().find(|entry| entry["action"] == action);
    let entry = entry.unwrap_or_else(|| panic!("no {action} in {audited:?}"));
    assert_eq!(entry["actor"], format!("slack:T0SANDBOX:{user}"));
    assert_eq!(entry["details"]["reason"], why, "{entry}");
}

async fn a_forged_value_is_refused(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let preview = world.draft("Not by forgery").await;
    let value = button(&preview, "draft_approve").unwrap()["value"].clone();
    let real: Value = serde_json::from_str(value.as_str().unwrap()).unwrap();
    let changed = |name: &str, to: &str| {
        let mut forged = real.clone();
        forged[name] = to.into();
        forged.to_string()
    };
    let nobody = "018f0000-0000-7000-8000-000000000000";
    let cases = [
        (
            "garbage".to_owned(),
            "This button is not valid. Nothing was done.",
        ),
        (changed("nonce", "guessed"), "No approval record found"),
        (changed("draft", nobody), "No approval record found"),
        (
            changed("hash", &"0".repeat(64)),
            "Draft changed since approval. Please re-approve.",
        ),
    ];
    for (number, (forged, sentence)) in cases.into_iter().enumerate() {
        let click = json!({
            "user": "boris", "channel": "payments", "ts": preview["ts"],
            "action_id": "draft_approve", "value": forged,
        });
        world.admin("slack/click", click).await;
        let told = world
            .until(&format!("answer {number}"), |seen| {
                seen.told("U0BORIS").get(number).map(ToString::to_string)
            })
            .await;
        assert_eq!(told, sentence, "{forged}");
    }
    assert_eq!(world.create_requests().await, 0);
    let audited = maro.audited().await;
    let refusals = audited.iter().filter(|entry| {
        entry["action"] == "approval.refused" || entry["action"] == "click.refused"
    });
    assert_eq!(refusals.count(), 4);
}

async fn a_click_from_another_workspace_is_refused(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let preview = world.draft("Stay at home").await;
    world.click("amira", &preview, "draft_view_full").await;
    let delivery = world.last_delivery().await;
    let form = delivery["request"].as_str().unwrap();
    let (_, payload) = form_urlencoded(form);
    let mut click: Value = serde_json::from_str(&payload).unwrap();
    for place in ["team", "user"] {
        let name = if place == "team" { "id" } else { "team_id" };
        click[place][name] = "T0ELSEWHERE".into();
    }
    click["user"]["id"] = "U0STRANGER".into();
    click["actions"][0]["action_id"] = "draft_approve".into();
    click["actions"][0]["action_ts"] = "1790000000.000100".into();

    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &click.to_string())
        .finish();
    let kind = "application/x-www-form-urlencoded";
    let answer = signed_slack(&world, &maro, "interactions", kind, &body).await;

    assert_eq!(answer.status(), 200);
    crate::support::eventually("it is audited", async || {
        let audited = maro.audited().await;
        audited
            .iter()
            .any(|entry| {
                entry["actor"] == "slack:T0ELSEWHERE:U0STRANGER"
                    && entry["action"].as_str().unwrap().ends_with(".refused")
            })
            .then_some(())
    })
    .await;
    assert_eq!(world.create_requests().await, 0);
}

fn form_urlencoded(form: &str) -> (String, String) {
    let (name, value) = url::form_urlencoded::parse(form.as_bytes()).next().unwrap();
    (name.into_owned(), value.into_owned())
}
