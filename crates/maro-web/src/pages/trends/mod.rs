//! Trends on the web: what runs and defects did over time, as charts with a table beside each.

mod chart;
mod expect;
mod figures;
mod show;

pub(super) use expect::expect;
pub(super) use figures::{Figure, short as short_figures};
#[cfg(test)]
pub(super) use show::TrendsPage;
pub(super) use show::show;

use super::lists::address;

/// Where trends are.
pub(super) const PATH: &str = "/trends";

/// The address of the trend of a suite.
pub(super) fn path(suite: &str) -> String {
    address(PATH, &[("suite", suite)])
}
