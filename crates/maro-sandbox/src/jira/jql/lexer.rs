//! JQL text into tokens, with the position of each for error messages.

use super::JqlError;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Quoted(String),
    Symbol(&'static str),
}

impl Token {
    /// The token as messages show it.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Symbol(text) => text,
        }
    }

    /// Whether this is the keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(text) if text.eq_ignore_ascii_case(keyword))
    }
}

/// A token and the character it starts at, counted from one.
pub(super) type Placed = (Token, usize);

const SYMBOLS: [&str; 14] = [
    "!=", "!~", ">=", "<=", "&&", "||", "=", "~", ">", "<", "(", ")", ",", "!",
];
/// Characters that Jira wants quoted.
const RESERVED: &[char] = &[
    '{', '}', '[', ']', '*', '/', '%', '@', '#', '$', '^', '?', '|', '&', ';', '`', ':', '\\',
];

/// Splits a query into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, JqlError> {
    let chars: Vec<char> = text.chars().collect();
    let mut list = Vec::new();
    let mut at = 0;
    while let Some(&current) = chars.get(at) {
        if current.is_whitespace() {
            at += 1;
        } else if current == '"' || current == '\'' {
            let (token, next) = quoted(&chars, at)?;
            list.push((token, at + 1));
            at = next;
        } else if let Some(symbol) = symbol(&chars[at..]) {
            list.push((Token::Symbol(symbol), at + 1));
            at += symbol.len();
        } else if RESERVED.contains(&current) {
            return Err(format!(
                "Error in the JQL Query: The character '{current}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{:04x}' instead. (line 1, character {})",
                u32::from(current),
                at + 1
            ));
        } else {
            let end = word_end(&chars, at);
            list.push((Token::Word(chars[at..end].iter().collect()), at + 1));
            at = end;
        }
    }
    Ok(list)
}

fn symbol(rest: &[char]) -> Option<&'static str> {
    SYMBOLS.into_iter().find(|symbol| {
        symbol
            .chars()
            .enumerate()
            .all(|(index, expected)| rest.get(index) == Some(&expected))
    })
}

fn word_end(chars: &[char], start: usize) -> usize {
    let ends = |at: &usize| {
        let current = chars[*at];
        current.is_whitespace()
            || current == '"'
            || current == '\''
            || RESERVED.contains(&current)
            || symbol(&chars[*at..]).is_some()
    };
    (start..chars.len()).find(ends).unwrap_or(chars.len())
}

fn quoted(chars: &[char], start: usize) -> Result<(Token, usize), JqlError> {
    let quote = chars[start];
    let mut text = String::new();
    let mut at = start + 1;
    while let Some(&current) = chars.get(at) {
        if current == quote {
            return Ok((Token::Quoted(text), at + 1));
        }
        if current == '\\' {
            at += 1;
            match chars.get(at) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some(&escaped @ ('"' | '\'' | '\\' | ' ')) => text.push(escaped),
                Some(other) => {
                    return Err(format!(
                        "Error in the JQL Query: '\\{other}' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX. (line 1, character {at})"
                    ));
                }
                None => break,
            }
        } else {
            text.push(current);
        }
        at += 1;
    }
    Err(format!(
        "Error in the JQL Query: The quoted string '{text}' has not been completed. (line 1, character {})",
        start + 1
    ))
}
