//! A page of a list.

use maro_app::model::Page;
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PageView<T> {
    items: Vec<T>,
    /// The `after` of the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<T> PageView<T> {
    /// A page, each item as its view.
    pub(in crate::api) fn of<I: Into<T>>(page: Page<I>) -> Self {
        Self {
            items: page.items.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }

    /// A list that is a page of its own.
    pub(in crate::api) fn whole<I: Into<T>>(items: Vec<I>) -> Self {
        Self {
            items: items.into_iter().map(Into::into).collect(),
            next: None,
        }
    }
}
