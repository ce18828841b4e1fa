//! Sessions: the conversations behind drafts and tickets.

mod list;
mod show;

#[cfg(test)]
pub(super) use list::SessionsPage;
pub(super) use list::list;
#[cfg(test)]
pub(super) use show::SessionPage;
pub(super) use show::show;

use maro_app::model::SessionId;

/// The address of a session's page.
pub(super) fn path(id: &SessionId) -> String {
    let id: String = form_safe(&id.0);
    format!("/sessions/{id}")
}

/// Session ids hold Slack's ids, colons and dots only; anything else is written out in percent.
fn form_safe(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.' | b'-' | b'_');
    text.bytes()
        .map(|b| {
            if keep(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
