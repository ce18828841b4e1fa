//! The HTTP clients for Atlassian, built in one place.
//!
//! Both follow no redirect and repeat nothing by themselves. [`once`] is for writes that must not
//! happen twice, [`repeatable`] for everything else. Proxies of the environment are honoured.
//! Which answers mean what is not decided here; see [`crate::rest`].
//!
//! **Invariant:** a request given to [`once`] is written to at most one connection each time it is given.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect, retry};

use crate::outbound::Outbound;

/// How long the name look-up, the connection and TLS together may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Answers longer than this are refused unread, decompressed size.
pub const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// Makes ring the process's TLS provider. Calling it again changes nothing.
pub fn install_crypto_provider() {
    // The error only says that a provider is already there.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client for requests that may be repeated: reads and idempotent writes.
pub fn repeatable(timeout: Duration) -> reqwest::Result<Client> {
    repeatable_through(&Outbound::Trusted, timeout)
}

/// Like [`repeatable`], for an address that may have been typed.
pub fn repeatable_through(outbound: &Outbound, timeout: Duration) -> reqwest::Result<Client> {
    base(outbound, timeout)
        .pool_idle_timeout(Duration::from_secs(30))
        .build()
}

/// A client for writes that must reach Jira at most once.
///
/// `retry::never` turns off reqwest's own repetition. Below it, hyper-util sends a request again
/// when a *reused* connection turns out to be closed before the request was taken up. reqwest has no
/// switch for that, so this client keeps no connection for reuse: with an empty pool that code
/// path cannot be reached, and every write has its own fresh connection.
pub fn once(timeout: Duration) -> reqwest::Result<Client> {
    once_through(&Outbound::Trusted, timeout)
}

/// Like [`once`], for an address that may have been typed.
pub fn once_through(outbound: &Outbound, timeout: Duration) -> reqwest::Result<Client> {
    base(outbound, timeout).pool_max_idle_per_host(0).build()
}

fn base(outbound: &Outbound, timeout: Duration) -> ClientBuilder {
    // Without a provider the builder panics, so that nobody has to remember the call.
    install_crypto_provider();
    outbound
        .apply(Client::builder())
        .user_agent(concat!("maro/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
}
