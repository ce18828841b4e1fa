//! The guard of addresses that people type: https, public addresses, nothing else.
//!
//! Whoever may configure an integration could otherwise make Maro call what only Maro reaches: the
//! cloud's metadata, a database's console, a neighbour's API. The operator names exceptions.
//!
//! **Invariant:** a guarded client connects to an address that was checked, not to one that the
//! same name has a moment later: the check is the client's own name look-up. A proxy would look the
//! name up again, so a guarded client uses none.

mod public;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use public::is_public;

const LOOK_UP: Duration = Duration::from_secs(5);

/// How freely a client may connect.
#[derive(Debug, Clone, Default)]
pub enum Outbound {
    /// The operator named the address.
    #[default]
    Trusted,
    /// A person typed it.
    Guarded(OutboundGuard),
}

/// Lets through public addresses and what the operator allows. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct OutboundGuard {
    allowed: Arc<[String]>,
}

/// Why an address is not let through. The words are a predicate, for the field that holds it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// The address has no encryption.
    #[error("must begin with https://")]
    NotHttps,
    /// There is no host to look up.
    #[error("must name a host")]
    NoHost,
    /// The name leads nowhere.
    #[error("must name a host that can be found; {0} cannot")]
    NotFound(String),
    /// The address is inside.
    #[error(
        "must lead to a public address, but {host} is {address}; the operator can allow it with MARO_ALLOWED_HOSTS"
    )]
    NotPublic {
        /// The host as it was typed.
        host: String,
        /// Where it leads.
        address: IpAddr,
    },
}

impl OutboundGuard {
    /// A guard that also lets through these hosts, each as `host` or `host:port`.
    #[must_use]
    pub fn new(allowed: &[String]) -> Self {
        Self {
            allowed: allowed.iter().map(|host| host.to_lowercase()).collect(),
        }
    }

    /// Whether the operator allows this address.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str().map(str::to_lowercase) else {
            return false;
        };
        let with_port = url
            .port_or_known_default()
            .map(|port| format!("{host}:{port}"));
        let mut allowed = self.allowed.iter();
        allowed.any(|one| *one == host || Some(one) == with_port.as_ref())
    }

    /// Checks what can be seen without a look-up: scheme and literal addresses, which no look-up
    /// would ever be asked for.
    pub fn check_text(&self, url: &Url) -> Result<(), GuardError> {
        if self.allows(url) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(GuardError::NotHttps);
        }
        match url.host().ok_or(GuardError::NoHost)? {
            Host::Domain(_) => Ok(()),
            Host::Ipv4(address) => check_address(url, address.into()),
            Host::Ipv6(address) => check_address(url, address.into()),
        }
    }

    /// Checks an address wholly, with a look-up of its name.
    pub async fn check(&self, url: &Url) -> Result<(), GuardError> {
        self.check_text(url)?;
        let Some(Host::Domain(name)) = url.host() else {
            return Ok(());
        };
        if self.allows(url) {
            return Ok(());
        }
        let not_found = || GuardError::NotFound(name.to_owned());
        let found = tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((name, 443))).await;
        let found: Vec<SocketAddr> = found
            .map_err(|_| not_found())?
            .map_err(|_| not_found())?
            .collect();
        if found.is_empty() {
            return Err(not_found());
        }
        found
            .iter()
            .try_for_each(|address| check_address(url, address.ip()))
    }

    /// Whether a name may lead inside: it was listed, with a port or without.
    fn allows_name(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let host =
            |one: &String| one.split_once(':').map_or(one.as_str(), |(host, _)| host) == name;
        self.allowed.iter().any(host)
    }
}

fn check_address(url: &Url, address: IpAddr) -> Result<(), GuardError> {
    if is_public(address) {
        return Ok(());
    }
    Err(GuardError::NotPublic {
        host: url.host_str().unwrap_or_default().to_owned(),
        address,
    })
}

impl Outbound {
    /// Makes a client connect as freely as this says.
    pub(crate) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Trusted => builder,
            Self::Guarded(guard) => builder.no_proxy().dns_resolver(Arc::new(guard.clone())),
        }
    }
}

/// The look-up of a guarded client. One inside address among many refuses them all.
impl Resolve for OutboundGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let inside = found.iter().find(|address| !is_public(address.ip()));
            match inside {
                Some(address) if !guard.allows_name(name.as_str()) => Err(Box::new(Inside {
                    name: name.as_str().to_owned(),
                    address: address.ip(),
                })
                    as Box<dyn std::error::Error + Send + Sync>),
                _ => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

/// A name that leads inside; the connection was not made.
#[derive(Debug)]
struct Inside {
    name: String,
    address: IpAddr,
}

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} leads to {}, which is not public",
            self.name, self.address
        )
    }
}

impl std::error::Error for Inside {}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_https_to_public_addresses_passes() {
        let guard = OutboundGuard::default();
        assert_eq!(guard.check_text(&url("https://acme.atlassian.net")), Ok(()));
        assert_eq!(
            guard.check_text(&url("http://acme.atlassian.net")),
            Err(GuardError::NotHttps)
        );
        for inside in [
            "https://127.0.0.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
        ] {
            let refused = guard.check_text(&url(inside));
            assert!(
                matches!(refused, Err(GuardError::NotPublic { .. })),
                "{inside}"
            );
        }
    }

    #[test]
    fn the_operator_allows_hosts_with_or_without_a_port() {
        let guard = OutboundGuard::new(&["jira.internal".into(), "127.0.0.1:8090".into()]);
        assert!(guard.allows(&url("http://jira.internal:8080/x")));
        assert!(guard.allows(&url("http://127.0.0.1:8090/")));
        assert!(!guard.allows(&url("http://127.0.0.1:22/")));
        assert!(!guard.allows(&url("https://other.internal/")));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_and_said() {
        let guard = OutboundGuard::default();
        let refused = guard.check(&url("https://localhost/")).await.unwrap_err();
        assert!(refused.to_string().contains("localhost is "), "{refused}");
    }

    #[tokio::test]
    async fn a_guarded_client_does_not_connect_where_the_name_leads_inside() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = format!("http://localhost:{port}/");
        let client = |guard: OutboundGuard| {
            let outbound = Outbound::Guarded(guard);
            crate::client::repeatable_through(&outbound, Duration::from_secs(5)).unwrap()
        };
        let err = client(OutboundGuard::default())
            .get(&target)
            .send()
            .await
            .unwrap_err();
        assert!(err.is_connect(), "{err:?}");
        let allowed = client(OutboundGuard::new(&[format!("localhost:{port}")]));
        let request = allowed.get(&target).send();
        let accepted = tokio::time::timeout(Duration::from_secs(5), async {
            tokio::select! {
                accepted = listener.accept() => accepted.is_ok(),
                _ = request => false,
            }
        });
        assert_eq!(accepted.await, Ok(true), "an allowed host is connected to");
    }
}
