//! The spaces and pages that are there at the start.

use chrono::{DateTime, TimeDelta, Utc};

use super::body::Body;
use super::changes::{By, NewPage};
use super::model::Space;
use super::state::ConfluenceState;

const AMIRA: &str = "5c5f880629be9642ba529341";
const BORIS: &str = "5c5f880629be9642ba529342";
const DANA: &str = "5c5f880629be9642ba529344";

const SHOP: u64 = 65_538;
const RUNBOOKS: u64 = 65_601;

/// A seeded page.
struct Seed {
    space: u64,
    title: &'static str,
    body: &'static str,
    by: &'static str,
    labels: &'static [&'static str],
}

const PAGES: &[Seed] = &[
    Seed {
        space: SHOP,
        title: "Storefront",
        body: "<p>Everything about the shop: carts, checkout, payments.</p>",
        by: DANA,
        labels: &[],
    },
    Seed {
        space: SHOP,
        title: "How carts work",
        body: "<h2>Life of a cart</h2><p>A cart lives for <strong>30 days</strong> after its last change.</p><ul><li>Guests keep it in a cookie.</li><li>People with an account keep it on the server.</li></ul>",
        by: AMIRA,
        labels: &["cart"],
    },
    Seed {
        space: SHOP,
        title: "Checkout: decisions",
        body: "<p>One page instead of four, since March.</p><ac:structured-macro ac:name=\"info\"><ac:rich-text-body><p>Numbers are in the dashboard.</p></ac:rich-text-body></ac:structured-macro>",
        by: BORIS,
        labels: &["checkout", "decision"],
    },
    Seed {
        space: RUNBOOKS,
        title: "Operations",
        body: "<p>What to do when something breaks.</p>",
        by: DANA,
        labels: &[],
    },
    Seed {
        space: RUNBOOKS,
        title: "Payment provider is slow",
        body: "<ol><li>Look at the queue.</li><li>Switch to the second provider.</li></ol>",
        by: DANA,
        labels: &["runbook", "payments"],
    },
];

/// The spaces, before they have pages.
pub(super) fn spaces(now: DateTime<Utc>) -> Vec<Space> {
    let space = |id, key, name, description| Space {
        id,
        key,
        name,
        description,
        homepage: None,
        author: DANA,
        created: now - TimeDelta::days(200),
    };
    vec![
        space(SHOP, "SHOP", "Storefront", "How the shop works and why."),
        space(
            RUNBOOKS,
            "RUN",
            "Runbooks",
            "What to do when something breaks.",
        ),
    ]
}

/// Creates the seeded pages in the last month; the first of a space is its home.
pub(super) fn pages(state: &mut ConfluenceState, now: DateTime<Utc>) {
    for (index, seed) in (0_i32..).zip(PAGES) {
        let by = By {
            actor: seed.by,
            now: now - TimeDelta::days(30) + TimeDelta::hours(31) * index,
        };
        let new = NewPage {
            space: seed.space,
            title: seed.title.to_owned(),
            parent: None,
            body: Body::Storage(seed.body.to_owned()),
        };
        let Ok(id) = state.create_page(by, new) else {
            continue;
        };
        let labels: Vec<(String, String)> = seed
            .labels
            .iter()
            .map(|name| ("global".to_owned(), (*name).to_owned()))
            .collect();
        state.add_labels(by, id, &labels);
        if let Some(space) = state.spaces.iter_mut().find(|space| space.id == seed.space) {
            space.homepage.get_or_insert(id);
        }
    }
    state.create_requests = 0;
}
