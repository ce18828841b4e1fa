//! Adding a person.

use axum::extract::State;
use maro_app::App;
use maro_app::model::Role;
use maro_app::people::{self, NewPerson};
use secrecy::SecretString;
use serde::Deserialize;

use super::{PATH, path, sentence};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct NewPersonForm {
    name: String,
    email: String,
    role: Role,
    password: SecretString,
}

/// Adds the person.
pub(in crate::pages) async fn add(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    PageForm(form): PageForm<NewPersonForm>,
) -> Result<Told, PageError> {
    let new = NewPerson {
        email: form.email,
        name: form.name,
        role: form.role,
        password: form.password,
    };
    match people::add(&app, new, &admin.actor()).await {
        Ok(person) => {
            let flash = Flash::good(format!("{} can sign in now.", person.email));
            Ok(told(&app, &flash, &path(person.id)))
        }
        Err(err) => Ok(told(&app, &Flash::bad(sentence(err)?), PATH)),
    }
}
