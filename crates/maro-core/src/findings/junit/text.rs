//! Small texts of a report: references, durations, times.

use chrono::{DateTime, NaiveDateTime, Utc};

/// The character that a reference stands for; only what XML itself defines.
pub(super) fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok();
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => number(hex, 16),
                None => number(digits, 10),
            };
            char::from_u32(code?)
        }
    }
}

/// The value of an attribute. A reference that XML does not define stays as it is written.
pub(super) fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let reference = after.split_once(';');
        let resolved = reference.and_then(|(name, after)| Some((character(name)?, after)));
        let (c, after) = resolved.unwrap_or(('&', after));
        text.push(c);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Seconds, as any tool writes them (`1.5`, `1,234.5`, `0,5`), in milliseconds.
pub(super) fn milliseconds(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches('s');
    let text = if text.contains('.') {
        text.replace(',', "")
    } else {
        text.replace(',', ".")
    };
    let seconds: f64 = text.parse().ok()?;
    // A year; what is longer is no duration.
    let is_sane = (0.0..=31_536_000.0).contains(&seconds);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be between 0 and a year"
    )]
    is_sane.then(|| (seconds * 1000.0).round() as u64)
}

/// A time, with a zone or without; then it is taken as UTC.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .ok()
        .map(|at| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_references_of_xml_are_resolved() {
        let cases = [
            ("a &lt;b&gt; &amp;amp; &quot;&apos;", "a <b> &amp; \"'"),
            ("&#65;&#x42;&#10;", "AB\n"),
            ("&nbsp; &#xD800; & &; &lol", "&nbsp; &#xD800; & &; &lol"),
        ];
        for (raw, text) in cases {
            assert_eq!(unescaped(raw), text);
        }
    }

    #[test]
    fn durations_are_read_as_tools_write_them() {
        let cases = [
            ("1.5", Some(1_500)),
            ("0,25", Some(250)),
            ("1,234.5", Some(1_234_500)),
            ("0.0004s", Some(0)),
            ("-1", None),
            ("NaN", None),
            ("1e300", None),
            ("", None),
        ];
        for (text, milliseconds_) in cases {
            assert_eq!(milliseconds(text), milliseconds_, "{text}");
        }
    }

    #[test]
    fn times_have_a_zone_or_are_utc() {
        let at = time("2026-11-21T10:00:00Z").unwrap();
        for text in [
            "2026-11-21T11:00:00+01:00",
            "2026-11-21T10:00:00",
            "2026-11-21 10:00:00.000",
        ] {
            assert_eq!(time(text), Some(at), "{text}");
        }
        assert_eq!(time("yesterday"), None);
    }
}
