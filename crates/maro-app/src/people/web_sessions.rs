//! Web sessions: who a signed-in browser belongs to, for half a day.
//!
//! The browser holds a token, the database only its hash, so neither a copy of the database nor a
//! backup opens a session. How the token travels is the adapter's trade.
//!
//! **Invariants:** a session that was ended is over for every copy of its token. The person is read
//! anew each time, so a disabled account is out at once, and a new password ends every session
//! before it.

use chrono::TimeDelta;
use maro_core::hash::sha256_hex;
use maro_core::ids::PersonId;
use maro_store::people::Person;
use maro_store::{StoreError, web_sessions};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::App;

/// How long a session lasts. Using it does not make it longer.
pub const WEB_SESSION_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// The length of a token; what is shorter or longer is not ours.
const TOKEN_LENGTH: usize = 64;

/// What the database keeps of a session.
#[derive(Serialize, Deserialize)]
struct Kept {
    person: PersonId,
    /// Stands for the password that was given; changes with it.
    password: String,
}

/// Begins a session. The token is returned once and never stored.
pub async fn start_web_session(app: &App, person: &Person) -> Result<SecretString, StoreError> {
    let token = new_token();
    let kept = Kept {
        person: person.id,
        password: fingerprint(person),
    };
    let data = serde_json::to_string(&kept).expect("two words always serialise");
    let until = app.now() + WEB_SESSION_LIFETIME;
    web_sessions::save(app.store(), &id_of(token.expose_secret()), &data, until).await?;
    Ok(token)
}

/// Finds who a token stands for; `None` when the session is unknown, expired or ended.
pub async fn find_web_session(app: &App, token: &str) -> Result<Option<Person>, StoreError> {
    if token.len() != TOKEN_LENGTH {
        return Ok(None);
    }
    let row = web_sessions::load(app.store(), &id_of(token), app.now()).await?;
    // A row that another version wrote and this one cannot read asks for a new sign-in.
    let Some(kept) = row.and_then(|(data, _)| serde_json::from_str::<Kept>(&data).ok()) else {
        return Ok(None);
    };
    let person = super::find(app, kept.person).await?;
    Ok(person.filter(|person| fingerprint(person) == kept.password))
}

/// Ends a session; that there is none is fine.
pub async fn end_web_session(app: &App, token: &str) -> Result<(), StoreError> {
    web_sessions::delete(app.store(), &id_of(token)).await
}

/// 256 random bits in hexadecimal.
fn new_token() -> SecretString {
    let (high, low) = rand::random::<(u128, u128)>();
    format!("{high:032x}{low:032x}").into()
}

fn id_of(token: &str) -> String {
    sha256_hex(token.as_bytes())
}

fn fingerprint(person: &Person) -> String {
    let hash = person.password_hash.as_deref().unwrap_or_default();
    sha256_hex(format!("maro-session\0{hash}").as_bytes())[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use maro_core::people::Role;
    use maro_store::people;

    use super::*;
    use crate::testing::app;

    async fn ada(app: &App) -> Person {
        let person = Person {
            id: PersonId(crate::clock::new_id()),
            email: "ada@example.com".to_owned(),
            name: "Ada".to_owned(),
            role: Role::Viewer,
            password_hash: Some("a hash".to_owned()),
            slack_team: None,
            slack_user: None,
            jira_account_id: None,
            created_at: app.now(),
            disabled_at: None,
        };
        let tx = app.store().begin().await.unwrap();
        assert!(people::insert(&tx, &person).await.unwrap());
        tx.commit().await.unwrap();
        person
    }

    async fn start(app: &App, person: &Person) -> String {
        let token = start_web_session(app, person).await.unwrap();
        token.expose_secret().to_owned()
    }

    async fn is_open(app: &App, token: &str) -> bool {
        find_web_session(app, token).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn only_the_hash_of_a_token_is_kept() {
        let (app, _folder) = app().await;
        let token = start(&app, &ada(&app).await).await;
        let load = async |id: &str| {
            web_sessions::load(app.store(), id, app.now())
                .await
                .unwrap()
        };
        assert_eq!(load(&token).await, None);
        let (data, _) = load(&id_of(&token)).await.unwrap();
        assert!(!data.contains(&token) && !data.contains("a hash"), "{data}");
        assert!(!is_open(&app, &id_of(&token)).await, "the hash is no token");
    }

    #[tokio::test]
    async fn ending_one_session_leaves_the_others() {
        let (app, _folder) = app().await;
        let person = ada(&app).await;
        let (first, second) = (start(&app, &person).await, start(&app, &person).await);
        assert_ne!(first, second);
        end_web_session(&app, &first).await.unwrap();
        end_web_session(&app, &first).await.unwrap();
        assert!(!is_open(&app, &first).await);
        assert!(is_open(&app, &second).await);
    }

    #[tokio::test]
    async fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
        let (app, _folder) = app().await;
        let token = start(&app, &ada(&app).await).await;
        app.clock()
            .advance(WEB_SESSION_LIFETIME - TimeDelta::minutes(1));
        assert!(is_open(&app, &token).await);
        app.clock().advance(TimeDelta::minutes(1));
        assert!(!is_open(&app, &token).await);
    }

    #[tokio::test]
    async fn a_new_password_and_a_disabled_account_end_every_session() {
        type Change = fn(&mut Person, &App);
        let changes: [(&str, Change); 2] = [
            ("password", |person, _| {
                person.password_hash = Some("another hash".to_owned());
            }),
            ("disabled", |person, app| {
                person.disabled_at = Some(app.now());
            }),
        ];
        for (name, change) in changes {
            let (app, _folder) = app().await;
            let mut person = ada(&app).await;
            let token = start(&app, &person).await;
            change(&mut person, &app);
            let tx = app.store().begin().await.unwrap();
            assert!(people::update(&tx, &person).await.unwrap());
            tx.commit().await.unwrap();
            assert!(!is_open(&app, &token).await, "{name}");
        }
    }
}
