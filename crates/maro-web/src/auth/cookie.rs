//! Cookies: read one, set one, take one away.
//!
//! **Invariant:** where people come by HTTPS, no cookie travels without it.

use axum::http::{HeaderMap, HeaderValue, header};
use maro_app::App;

/// The value of a cookie in a request.
pub(super) fn read<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

/// The header that sets a cookie for `max_age` seconds; zero takes it away.
pub(super) fn set(app: &App, name: &str, value: &str, max_age: i64) -> HeaderValue {
    let text = header_text(name, value, max_age, is_secure(app));
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Whether people come by HTTPS.
pub(super) fn is_secure(app: &App) -> bool {
    let url = app.settings().public_url.as_ref();
    url.is_some_and(|url| url.scheme() == "https")
}

fn header_text(name: &str, value: &str, max_age: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_cookie_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            "a=b; maro_session=word.tag; c=d".parse().unwrap(),
        );
        assert_eq!(read(&headers, "maro_session"), Some("word.tag"));
        assert_eq!(read(&headers, "session"), None);
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_a_cookie() {
        let plain = "a=b; Path=/; HttpOnly; SameSite=Lax; Max-Age=60";
        assert_eq!(header_text("a", "b", 60, false), plain);
        assert_eq!(header_text("a", "b", 60, true), format!("{plain}; Secure"));
    }
}
