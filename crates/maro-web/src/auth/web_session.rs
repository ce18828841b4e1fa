//! Web sessions: a sealed cookie that names the person, for half a day.
//!
//! **Invariants:** each sign-in makes a cookie that nobody has seen. The person is read anew at each
//! request, so a disabled account is out at once, and a new password ends every session before it.

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};
use maro_app::App;
use maro_app::model::{Person, PersonId, StoreError};
use maro_core::hash::sha256_hex;
use serde::{Deserialize, Serialize};

use super::{cookie, flash, seal};
use crate::pages::Flash;

const NAME: &str = "maro_session";
const LIFETIME: TimeDelta = TimeDelta::hours(12);

#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    person: PersonId,
    until: DateTime<Utc>,
    /// Stands for the password that was given; changes with it, and does not give it away.
    password: String,
    /// Makes each sign-in's cookie its own.
    word: String,
}

/// The session of a signed-in person.
#[derive(Clone)]
pub(crate) struct WebSession {
    /// Who signed in.
    pub(crate) person: Person,
    /// What the last form wants to tell.
    pub(crate) flash: Option<Flash>,
}

/// Begins a session; the header sets its cookie.
pub(crate) fn start(app: &App, person: &Person) -> HeaderValue {
    let sealed = Sealed {
        person: person.id,
        until: app.now() + LIFETIME,
        password: fingerprint(person),
        word: data_encoding::HEXLOWER.encode(&rand::random::<[u8; 16]>()),
    };
    cookie::set(
        app,
        NAME,
        &seal::seal(app, NAME, &sealed),
        LIFETIME.num_seconds(),
    )
}

/// Finds the session of a request.
pub(crate) async fn find(app: &App, headers: &HeaderMap) -> Result<Option<WebSession>, StoreError> {
    let sealed =
        cookie::read(headers, NAME).and_then(|value| seal::open::<Sealed>(app, NAME, value));
    let Some(sealed) = sealed.filter(|sealed| sealed.until > app.now()) else {
        return Ok(None);
    };
    let person = maro_app::people::find(app, sealed.person).await?;
    let person = person.filter(|person| fingerprint(person) == sealed.password);
    Ok(person.map(|person| WebSession {
        person,
        flash: flash::read(app, headers),
    }))
}

/// Ends the session; the header takes the cookie away.
pub(crate) fn end(app: &App) -> HeaderValue {
    cookie::set(app, NAME, "", 0)
}

fn fingerprint(person: &Person) -> String {
    let hash = person.password_hash.as_deref().unwrap_or_default();
    sha256_hex(format!("maro-session\0{hash}").as_bytes())[..16].to_owned()
}
