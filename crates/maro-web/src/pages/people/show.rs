//! One person, with a form for each thing that can be changed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use maro_app::model::Person;
use maro_app::{App, people};

use super::list::roles;
use super::{person_id, standing};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::Markup;
use crate::pages::{PageError, render};

/// The page.
#[derive(Template)]
#[template(path = "person.html")]
pub(in crate::pages) struct PersonPage {
    frame: Frame,
    action: String,
    person: Person,
    standing: Markup,
    roles: Vec<(&'static str, String)>,
}

/// Shows the page.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    let person = people::find_anyone(&app, person_id(&id)?)
        .await?
        .ok_or(PageError::NotFound("person"))?;
    render(&page(Frame::new(admin.session, Section::People), person))
}

fn page(frame: Frame, person: Person) -> PersonPage {
    PersonPage {
        frame,
        action: format!("{}/change", super::path(person.id)),
        standing: standing(person.disabled_at.is_some()),
        roles: roles(),
        person,
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for PersonPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let page = |disabled| {
            let frame = Frame::sample(Role::Admin, Section::People);
            page(frame, super::sample_person(disabled))
        };
        vec![page(false), page(true)]
    }
}
