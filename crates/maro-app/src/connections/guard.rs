//! Which addresses are trusted: the operator's. The others pass the guard of outgoing calls.

use maro_atlassian::outbound::{Outbound, OutboundGuard};
use maro_core::integrations::Integration;
use url::Url;

use crate::settings::StartValues;

/// The guard, with the operator's exceptions.
pub(super) fn of(start: &StartValues) -> OutboundGuard {
    OutboundGuard::new(&start.allowed_hosts)
}

/// How freely an integration's address may be connected to.
pub(super) fn outbound(
    start: &StartValues,
    integration: Integration,
    url: Option<&Url>,
) -> Outbound {
    let values = start.values.get(&integration);
    let operators = values.and_then(|values| Url::parse(values.text("url")?).ok());
    if url == operators.as_ref() {
        Outbound::Trusted
    } else {
        Outbound::Guarded(of(start))
    }
}
