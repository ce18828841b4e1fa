//! Requests that are addressed to Atlassian's own hosts.
//!
//! A client that is told to use this server as its HTTP proxy sends the whole
//! address in the request line (RFC 9112, absolute form); another may send the
//! host's name in `Host`. Both are led to the path where the host is simulated.
//! That lets programs run their Cloud code against the sandbox, which some
//! decide by the name of the host alone.

use axum::{
    extract::Request,
    http::{Uri, header, uri::PathAndQuery},
};

/// Leads a request for an Atlassian host to where it is simulated.
pub(crate) fn lead(mut request: Request) -> Request {
    let inside = host(&request)
        .map(str::to_ascii_lowercase)
        .and_then(|host| prefix(&host, request.uri().path()))
        .and_then(|prefix| below(prefix, request.uri()));
    if let Some(uri) = inside {
        *request.uri_mut() = uri;
    }
    request
}

fn host(request: &Request) -> Option<&str> {
    let named = request.headers().get(header::HOST);
    request
        .uri()
        .host()
        .or_else(|| named?.to_str().ok()?.split(':').next())
}

/// Where a path of a host is found here.
fn prefix(host: &str, path: &str) -> Option<&'static str> {
    match host {
        "auth.atlassian.com" | "api.atlassian.com" => Some("/atlassian"),
        _ if !host.ends_with(".atlassian.net") => None,
        _ if path.starts_with("/rest/") || path.starts_with("/browse/") => Some("/jira"),
        _ => Some(""),
    }
}

fn below(prefix: &str, uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let path: PathAndQuery = format!("{prefix}{path}").parse().ok()?;
    Some(Uri::from(path))
}
