//! The sites that people can choose from when they consent.
//!
//! The other site comes first in every list, because nothing says that the
//! wanted one does. It has a world of its own: whoever connects to it by
//! mistake finds other projects.

/// A site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(crate) cloud_id: &'static str,
    pub(crate) name: &'static str,
    /// Where its Jira is, below the sandbox's address.
    pub(crate) path: &'static str,
}

/// The cloud id of the site that `/jira` belongs to.
pub(crate) const MAIN_CLOUD_ID: &str = "8594f221-9797-4f78-9fa4-485e198d7cd0";
/// The cloud id of the site that people can choose by mistake.
pub(crate) const OTHER_CLOUD_ID: &str = "1a2b7c44-45db-4bf4-8e99-ef0ff456d421";

const SITES: [Site; 2] = [
    Site {
        cloud_id: OTHER_CLOUD_ID,
        name: "birch-archive",
        path: "other/jira",
    },
    Site {
        cloud_id: MAIN_CLOUD_ID,
        name: "storefront",
        path: "jira",
    },
];

/// So many sites, with the main one among them if there is any.
pub(crate) fn reachable(count: usize) -> &'static [Site] {
    &SITES[SITES.len() - count.min(SITES.len())..]
}
