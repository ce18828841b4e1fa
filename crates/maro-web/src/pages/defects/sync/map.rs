//! The map between statuses, as it is configured.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::App;
use maro_core::findings::DefectStatus;
use maro_core::sync::{Heard, SyncRules, Wish};

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::defects::word;
use crate::pages::frame::{Frame, Section};
use crate::pages::{PageError, render};

/// The page.
#[derive(Template)]
#[template(path = "status_map.html")]
pub(in crate::pages) struct StatusMapPage {
    frame: Frame,
    /// What Jira says, and what it is here.
    from_jira: Vec<(String, String)>,
    /// A defect's status, and what it wants of the issue.
    to_jira: Vec<(&'static str, String)>,
    most: u32,
    minutes: i64,
}

/// Shows the map.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
) -> Result<Html<String>, PageError> {
    let frame = Frame::new(viewer.session, Section::Defects);
    render(&page(frame, &app.settings().sync))
}

fn page(frame: Frame, rules: &SyncRules) -> StatusMapPage {
    let map = &rules.map;
    let mut from_jira = vec![
        ("Not begun".to_owned(), heard(map.from_jira.new)),
        ("Under way".to_owned(), heard(map.from_jira.indeterminate)),
        (
            "Finished, no resolution".to_owned(),
            heard(map.from_jira.done),
        ),
    ];
    let resolutions = map.resolutions().into_iter();
    from_jira.extend(resolutions.map(|(name, meant)| (format!("Finished: {name}"), heard(meant))));
    let wish = |status| (word(status), wished(map.wish(status)));
    StatusMapPage {
        frame,
        from_jira,
        to_jira: DefectStatus::ALL.into_iter().map(wish).collect(),
        most: rules.most_flips,
        minutes: rules.flips_within.num_minutes(),
    }
}

fn heard(heard: Heard) -> String {
    match heard {
        Heard::Status(status) => word(status).to_owned(),
        Heard::Leave => "stays as it is".to_owned(),
    }
}

fn wished(wish: &Wish) -> String {
    match wish {
        Wish::Leave => "stays as it is".to_owned(),
        Wish::Unfinished => "any status that is not finished".to_owned(),
        Wish::Category(category) => format!("a status of the category {}", category.as_str()),
        Wish::Status(name) => format!("the status {name}"),
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for StatusMapPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let mut rules = SyncRules::default();
        rules.map.to_jira.fixed = Wish::Status("<Ready> & done".to_owned());
        let frame = || Frame::sample(Role::Viewer, Section::Defects);
        vec![page(frame(), &SyncRules::default()), page(frame(), &rules)]
    }
}
