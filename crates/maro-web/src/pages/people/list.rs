//! Everybody who may sign in, and a form for one more.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::Person;
use maro_app::{App, people};

use super::{ROLES, path, standing, word};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, when};
use crate::pages::{PageError, render};

/// The list.
#[derive(Template)]
#[template(path = "people.html")]
pub(in crate::pages) struct PeoplePage {
    frame: Frame,
    rows: Vec<Row>,
    roles: Vec<(&'static str, String)>,
}

struct Row {
    href: String,
    name: String,
    email: String,
    role: &'static str,
    standing: Markup,
    known: &'static str,
    added: Markup,
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
) -> Result<Html<String>, PageError> {
    let people = people::list(&app).await?;
    let row = |person: Person| {
        let added = when(person.created_at, app.now());
        row(person, added)
    };
    render(&PeoplePage {
        frame: Frame::new(admin.session, Section::People),
        rows: people.into_iter().map(row).collect(),
        roles: roles(),
    })
}

fn row(person: Person, added: Markup) -> Row {
    let known = match (&person.slack_user, &person.jira_account_id) {
        (Some(_), Some(_)) => "Slack and Jira",
        (Some(_), None) => "Slack",
        (None, Some(_)) => "Jira",
        (None, None) => "Not linked",
    };
    Row {
        href: path(person.id),
        standing: standing(person.disabled_at.is_some()),
        role: word(person.role),
        name: person.name,
        email: person.email,
        known,
        added,
    }
}

/// The roles for a choice: what is sent, and what is shown.
pub(super) fn roles() -> Vec<(&'static str, String)> {
    ROLES
        .iter()
        .map(|(role, word, may)| (role.as_str(), format!("{word}: {may}")))
        .collect()
}

#[cfg(test)]
impl crate::pages::samples::Sample for PeoplePage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let page = |rows| Self {
            frame: Frame::sample(Role::Admin, Section::People),
            rows,
            roles: roles(),
        };
        let row = |disabled| row(super::sample_person(disabled), Markup::text("now"));
        vec![page(vec![row(false)]), page(vec![row(true), row(false)])]
    }
}
