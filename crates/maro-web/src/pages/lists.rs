//! What all lists share: the query of a page, the link to the next one, the filters above.

use maro_app::model::PageRequest;
use serde::Deserialize;

const ROWS: u64 = 25;

/// Which page of a list, and which rows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListQuery {
    /// The cursor.
    pub(super) after: Option<String>,
    /// The state or phase that rows must have.
    pub(super) state: Option<String>,
}

/// One link of a filter.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) href: String,
    pub(super) word: &'static str,
    pub(super) current: bool,
}

/// One choice of a field that filters.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) word: &'static str,
    pub(super) current: bool,
}

impl Choice {
    /// All choices, of which one may be made.
    pub(super) fn list(all: &[(&'static str, &'static str)], made: &str) -> Vec<Self> {
        let choice = |(value, word): &(&'static str, &'static str)| Self {
            value,
            word,
            current: *value == made,
        };
        all.iter().map(choice).collect()
    }
}

/// The address of a list with what is set of its query.
pub(super) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let set: Vec<_> = query
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let query = serde_urlencoded::to_string(set).unwrap_or_default();
    format!("{path}?{query}")
}

impl ListQuery {
    /// The page to read.
    pub(super) fn page(&self) -> PageRequest {
        PageRequest {
            after: self.after.clone(),
            limit: ROWS,
        }
    }

    /// The address of the next page.
    pub(super) fn next(&self, path: &str, cursor: Option<String>) -> Option<String> {
        let cursor = cursor?;
        let mut query = vec![("after", cursor.as_str())];
        if let Some(state) = &self.state {
            query.push(("state", state));
        }
        Some(format!(
            "{path}?{}",
            serde_urlencoded::to_string(query).unwrap_or_default()
        ))
    }

    /// The filters above a list; the first shows everything.
    pub(super) fn filters(&self, path: &str, states: &[(&str, &'static str)]) -> Vec<Filter> {
        let all = Filter {
            href: path.to_owned(),
            word: "All",
            current: self.state.is_none(),
        };
        let rest = states.iter().map(|(state, word)| Filter {
            href: format!("{path}?state={state}"),
            word,
            current: self.state.as_deref() == Some(*state),
        });
        std::iter::once(all).chain(rest).collect()
    }
}
