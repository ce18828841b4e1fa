//! Samples: every page struct supplies some, and one test renders all of them.

use askama::Template;

use super::{
    activity, approvals, atlassian, audit, connections, dashboard, defects, error, operations,
    outbox, people, rules, runs, sessions, setup, sign_in, tracked, trends,
};

const LARGEST: usize = 100 * 1024;
const VOID: [&str; 8] = ["br", "hr", "img", "input", "link", "meta", "use", "path"];

/// A page that can show what it looks like, from empty to full.
pub(super) trait Sample: Template + Sized {
    /// Some pages.
    fn samples() -> Vec<Self>;
}

fn check<P: Sample>() {
    for page in P::samples() {
        let html = page.render().unwrap();
        let name = std::any::type_name::<P>();
        assert!(html.len() <= LARGEST, "{name} has {} bytes", html.len());
        assert_eq!(well_formed(&html), Ok(()), "{name}");
        for foreign in ["style=", "onclick=", "<script>", "javascript:"] {
            assert!(!html.contains(foreign), "{name} contains {foreign}");
        }
        assert_eq!(
            html.matches("<h1").count(),
            1,
            "{name} has one main heading"
        );
        assert!(html.contains("id=\"main\""), "{name} has a main part");
    }
}

/// Every tag is closed in order, and no id is given twice.
fn well_formed(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for part in html.split('<').skip(1) {
        let (tag, _) = part
            .split_once('>')
            .ok_or_else(|| format!("unclosed <{part}"))?;
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
        } else if !name.starts_with('!') && !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
        if let Some((_, rest)) = tag.split_once(" id=\"") {
            let id = rest.split('"').next().unwrap_or_default();
            if !ids.insert(id) {
                return Err(format!("the id {id} is given twice"));
            }
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("never closed: {open:?}"))
    }
}

#[test]
fn every_page_is_well_formed_and_light() {
    check::<activity::ActivityPage>();
    check::<approvals::ApprovalPage>();
    check::<approvals::ApprovalsPage>();
    check::<atlassian::AtlassianPage>();
    check::<atlassian::LeavingPage>();
    check::<audit::AuditPage>();
    check::<connections::ConnectionPage>();
    check::<connections::ConnectionsPage>();
    check::<dashboard::DashboardPage>();
    check::<defects::DefectPage>();
    check::<defects::DefectsPage>();
    check::<defects::StatusMapPage>();
    check::<error::Message>();
    check::<operations::OperationPage>();
    check::<operations::OperationsPage>();
    check::<outbox::OutboxPage>();
    check::<people::PeoplePage>();
    check::<people::PersonPage>();
    check::<rules::RulePage>();
    check::<rules::RulesPage>();
    check::<runs::RunPage>();
    check::<runs::RunsPage>();
    check::<sessions::SessionPage>();
    check::<sessions::SessionsPage>();
    check::<setup::SetupPage>();
    check::<sign_in::SignInPage>();
    check::<tracked::TrackedPage>();
    check::<trends::TrendsPage>();
}
