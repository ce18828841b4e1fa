//! Where a request came from: for rate limits, and for the set-up page.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use url::Url;

const FORWARDED: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/// The origin of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    peer: Option<IpAddr>,
    forwarded_for: Option<String>,
    is_forwarded: bool,
    host: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        Ok(Self::new(peer, &parts.headers))
    }
}

impl Origin {
    fn new(peer: Option<IpAddr>, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            peer: peer.map(|ip| ip.to_canonical()),
            forwarded_for: text("x-forwarded-for")
                .and_then(|list| list.rsplit(',').next())
                .map(|last| last.trim().chars().take(64).collect()),
            is_forwarded: FORWARDED.iter().any(|name| headers.contains_key(*name)),
            host: text(header::HOST.as_str()).unwrap_or_default().to_owned(),
        }
    }

    /// Whether a person at this very machine asks: no proxy in between, and no foreign name for
    /// this machine, which a hostile page could have rebound.
    pub(crate) fn is_local(&self) -> bool {
        let name = self
            .host
            .rsplit_once(':')
            .map_or(self.host.as_str(), |(name, port)| {
                if port.bytes().all(|b| b.is_ascii_digit()) {
                    name
                } else {
                    &self.host
                }
            });
        let named_locally = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        self.peer.is_some_and(|ip| ip.is_loopback()) && !self.is_forwarded && named_locally
    }

    /// Where this Maro is for a person at this very machine; what anybody else's browser says about
    /// its host is not believed.
    pub(crate) fn loopback_url(&self) -> Option<Url> {
        let url = Url::parse(&format!("http://{}/", self.host)).ok()?;
        let plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
        let named = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        (plain && named).then_some(url)
    }

    /// The address for rate limits. A proxy on this machine is believed about the last hop.
    pub(crate) fn address(&self) -> String {
        match (&self.peer, &self.forwarded_for) {
            (Some(peer), Some(forwarded)) if peer.is_loopback() => forwarded.clone(),
            (Some(peer), _) => peer.to_string(),
            (None, _) => "unknown".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: &str, headers: &[(&'static str, &'static str)]) -> Origin {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Origin::new(peer.parse().ok(), &map)
    }

    #[test]
    fn only_a_person_at_this_machine_is_local() {
        assert!(origin("127.0.0.1", &[("host", "localhost:8080")]).is_local());
        assert!(origin("::1", &[("host", "[::1]:8080")]).is_local());
        for (peer, headers) in [
            ("10.0.0.8", vec![("host", "localhost")]),
            ("127.0.0.1", vec![("host", "maro.example")]),
            (
                "127.0.0.1",
                vec![("host", "localhost"), ("x-forwarded-for", "8.8.8.8")],
            ),
            ("nobody", vec![("host", "localhost")]),
        ] {
            assert!(!origin(peer, &headers).is_local(), "{peer} {headers:?}");
        }
    }

    #[test]
    fn a_foreign_host_is_not_our_address() {
        let url = |host| origin("127.0.0.1", &[("host", host)]).loopback_url();
        assert_eq!(
            url("localhost:8080").unwrap().as_str(),
            "http://localhost:8080/"
        );
        assert!(url("[::1]:8080").is_some());
        for host in [
            "maro.example",
            "localhost.evil.example",
            "localhost/x",
            "a@localhost",
            "",
        ] {
            assert_eq!(url(host), None, "{host}");
        }
    }

    #[test]
    fn only_a_local_proxy_is_believed() {
        let forged = [("x-forwarded-for", "1.1.1.1, 9.9.9.9")];
        assert_eq!(origin("127.0.0.1", &forged).address(), "9.9.9.9");
        assert_eq!(origin("8.8.8.8", &forged).address(), "8.8.8.8");
    }
}
