//! Changing a person: each form of the page sends what it is about.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::model::Role;
use maro_app::people::{self, Change, PeopleError, SlackMember};
use secrecy::SecretString;
use serde::Deserialize;

use super::{path, person_id, sentence};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct ChangeForm {
    name: Option<String>,
    role: Option<Role>,
    disabled: Option<bool>,
    password: Option<SecretString>,
    slack_team: Option<String>,
    slack_user: Option<String>,
    jira_account_id: Option<String>,
}

impl ChangeForm {
    fn change(self) -> Result<Change, PeopleError> {
        let slack = match self.slack_team.zip(self.slack_user) {
            Some((team, user)) => Some(SlackMember::read(&team, &user)?),
            None => None,
        };
        Ok(Change {
            name: self.name,
            role: self.role,
            disabled: self.disabled,
            password: self.password,
            slack,
            jira_account_id: self.jira_account_id,
        })
    }
}

/// Changes the person.
pub(in crate::pages) async fn change(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<ChangeForm>,
) -> Result<Told, PageError> {
    let id = person_id(&id)?;
    let changed = match form.change() {
        Ok(change) => people::change(&app, id, change, &admin.actor()).await,
        Err(err) => Err(err),
    };
    let flash = match changed {
        Ok(_) => Flash::good("Saved."),
        Err(err) => Flash::bad(sentence(err)?),
    };
    Ok(told(&app, &flash, &path(id)))
}
