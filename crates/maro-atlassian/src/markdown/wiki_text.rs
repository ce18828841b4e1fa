//! Plain text within wiki markup: everything that could be read as markup is escaped, and nothing
//! else, so that people can still read it.

/// Icons that a bracket begins.
const ICONS: [&str; 16] = [
    "(!)", "(?)", "(+)", "(-)", "(/)", "(x)", "(*)", "(*r)", "(*g)", "(*b)", "(*y)", "(i)", "(y)",
    "(n)", "(on)", "(off)",
];

/// Escapes one text; `starts_line` says whether it stands at the beginning of a line.
pub(super) fn escape(text: &str, starts_line: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut at_start = starts_line;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        match c {
            '\\' => escaped.push_str("&#92;"),
            '&' if is_entity(rest) => escaped.push_str("&amp;"),
            _ if is_markup(c, before, rest, at_start) => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
        before = Some(c);
        at_start = at_start && c.is_whitespace();
    }
    if starts_line {
        without_line_macro(escaped)
    } else {
        escaped
    }
}

/// Whether `c` could begin or end markup here.
fn is_markup(c: char, before: Option<char>, rest: &str, at_start: bool) -> bool {
    let after = rest.chars().nth(1);
    match c {
        '{' | '}' | '[' | ']' | '|' | '!' => true,
        '#' => at_start,
        '?' => before == Some('?') || after == Some('?'),
        '*' | '_' | '-' | '+' | '^' | '~' => !is_harmless(before, after, at_start),
        ':' | ';' => matches!(after, Some('(' | ')' | 'P' | 'D')),
        '(' => ICONS.iter().any(|icon| rest.starts_with(icon)) || rest.starts_with("(flag"),
        _ => false,
    }
}

/// A mark within a word, or with blanks on both sides within a line, marks nothing.
fn is_harmless(before: Option<char>, after: Option<char>, at_start: bool) -> bool {
    let within = |test: fn(char) -> bool| before.is_some_and(test) && after.is_some_and(test);
    within(char::is_alphanumeric) || (!at_start && within(char::is_whitespace))
}

/// Whether an ampersand begins an entity, which would be shown as what it names.
fn is_entity(rest: &str) -> bool {
    let name = rest[1..].split(';').next().unwrap_or_default();
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
    named && rest.len() > name.len() + 1 && name.len() <= 10
}

/// Takes the meaning from `h1.` and `bq.` at the beginning of a line.
fn without_line_macro(text: String) -> String {
    let line = text.trim_start();
    let is_heading = matches!(line.as_bytes(), [b'h', b'1'..=b'6', b'.', ..]);
    if is_heading || line.starts_with("bq.") {
        return text.replacen('.', "\\.", 1);
    }
    text
}
