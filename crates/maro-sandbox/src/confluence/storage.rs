//! Storage format: whether it is well-formed, and what it says.
//!
//! Confluence reads it as XML with the prefixes `ac` and `ri` and HTML's named
//! entities. What is not well-formed it refuses with the place of the fault.
//! Which elements are allowed where is not checked; Confluence takes nearly
//! all of them.

/// Why a text is not storage format.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Deeper texts are refused.
const DEEPEST: usize = 200;

/// The entities that people use; Confluence knows all of HTML's.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bull", "•"),
    ("middot", "·"),
    ("rarr", "→"),
    ("larr", "←"),
    ("times", "×"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("euro", "€"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("szlig", "ß"),
    ("eacute", "é"),
    ("egrave", "è"),
];

/// Elements that end a line of text.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "tr",
    "pre",
    "blockquote",
    "br",
    "hr",
];

/// Checks that a text is well-formed.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let mut reader = Reader::new(text);
    let mut open: Vec<&str> = Vec::new();
    while let Some(piece) = reader.next()? {
        match piece {
            Piece::Open(name) => open.push(name),
            Piece::Close(name) if open.last() == Some(&name) => {
                open.pop();
            }
            Piece::Close(name) => {
                let expected = open.last().map_or_else(
                    || "no element is open".to_owned(),
                    |top| format!("expected </{top}>"),
                );
                return Err(reader.fault(format!("Unexpected close tag </{name}>; {expected}.")));
            }
            Piece::Empty(_) | Piece::Text(_) => {}
        }
        if open.len() > DEEPEST {
            return Err(reader.fault("Maximum element depth exceeded.".to_owned()));
        }
    }
    match open.last() {
        None => Ok(()),
        Some(name) => Err(reader.fault(format!(
            "Unexpected EOF; was expecting a close tag for element <{name}>"
        ))),
    }
}

/// What a text says, one line per block. Faulty texts give what can be read of them.
pub(super) fn plain(text: &str) -> String {
    let mut reader = Reader::new(text);
    let mut out = String::new();
    while let Ok(Some(piece)) = reader.next() {
        match piece {
            Piece::Text(text) => out += &text,
            Piece::Close(name) | Piece::Empty(name) if BLOCKS.contains(&name) => out += "\n\n",
            Piece::Close("td" | "th") => out += " ",
            _ => {}
        }
    }
    let blocks: Vec<&str> = out
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
        .collect();
    blocks.join("\n\n")
}

enum Piece<'a> {
    Open(&'a str),
    Close(&'a str),
    Empty(&'a str),
    Text(String),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn fault(&self, what: String) -> Fault {
        let before = &self.text[..self.at.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        Fault {
            what,
            line,
            column: last.chars().count() + 1,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Result<Option<Piece<'a>>, Fault> {
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(None);
        }
        if let Some(inside) = rest.strip_prefix("<!--") {
            self.skip_past(inside, "-->", 4)?;
            return Ok(Some(Piece::Text(String::new())));
        }
        if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let length = self.skip_past(inside, "]]>", 9)?;
            return Ok(Some(Piece::Text(inside[..length].to_owned())));
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return Err(self.fault("Unexpected declaration in content.".to_owned()));
        }
        match rest.strip_prefix('<') {
            Some(inside) => self.tag(inside).map(Some),
            None => self.characters(rest).map(|text| Some(Piece::Text(text))),
        }
    }

    fn skip_past(&mut self, inside: &str, end: &str, start: usize) -> Result<usize, Fault> {
        let length = inside
            .find(end)
            .ok_or_else(|| self.fault("Unexpected end of input block.".to_owned()))?;
        self.at += start + length + end.len();
        Ok(length)
    }

    fn characters(&mut self, rest: &str) -> Result<String, Fault> {
        let length = rest.find('<').unwrap_or(rest.len());
        let decoded = decode(&rest[..length]).map_err(|what| self.fault(what))?;
        self.at += length;
        Ok(decoded)
    }

    fn tag(&mut self, inside: &'a str) -> Result<Piece<'a>, Fault> {
        let length = tag_end(inside)
            .ok_or_else(|| self.fault("Unexpected end of input block in start tag.".to_owned()))?;
        let content = &inside[..length];
        let (closing, content) = match content.strip_prefix('/') {
            Some(name) => (true, name.trim_end()),
            None => (false, content),
        };
        let (empty, content) = match content.strip_suffix('/') {
            Some(content) if !closing => (true, content),
            _ => (false, content),
        };
        let name_length = content.find(char::is_whitespace).unwrap_or(content.len());
        let (name, attributes) = content.split_at(name_length);
        qualified(name)
            .and_then(|()| {
                if closing && !attributes.is_empty() {
                    Err("Unexpected character in close tag.".to_owned())
                } else {
                    check_attributes(attributes)
                }
            })
            .map_err(|what| self.fault(what))?;
        self.at += 1 + length + 1;
        Ok(match (closing, empty) {
            (true, _) => Piece::Close(name),
            (_, true) => Piece::Empty(name),
            _ => Piece::Open(name),
        })
    }
}

/// Where a tag ends: at the first `>` outside quotes.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, current) in inside.char_indices() {
        match (quote, current) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(current),
            (Some(open), _) if open == current => quote = None,
            _ => {}
        }
    }
    None
}

/// A name, with a prefix that Confluence declares.
fn qualified(name: &str) -> Result<(), String> {
    let legal = |part: &str| {
        part.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && part
                .chars()
                .all(|current| current.is_alphanumeric() || matches!(current, '-' | '_' | '.'))
    };
    match name.split_once(':') {
        Some(("ac" | "ri" | "at" | "xml" | "xmlns", local)) if legal(local) => Ok(()),
        Some((prefix, local)) if legal(prefix) && legal(local) => {
            Err(format!("Undeclared namespace prefix \"{prefix}\""))
        }
        None if legal(name) => Ok(()),
        _ => Err(format!("Unexpected character in name '{name}'.")),
    }
}

fn check_attributes(text: &str) -> Result<(), String> {
    let mut rest = text.trim();
    let mut seen: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest
            .split_once('=')
            .ok_or_else(|| format!("Unexpected attribute '{rest}' without a value."))?;
        let name = name.trim_end();
        qualified(name)?;
        if seen.contains(&name) {
            return Err(format!("Duplicate attribute '{name}'."));
        }
        seen.push(name);
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''))
            .ok_or_else(|| format!("Attribute '{name}' is not quoted."))?;
        let length = after[1..]
            .find(quote)
            .ok_or_else(|| format!("Attribute '{name}' does not end."))?;
        let value = &after[1..=length];
        if value.contains('<') {
            return Err("Unexpected character '<' in attribute value.".to_owned());
        }
        decode(value)?;
        rest = &after[length + 2..];
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return Err("Expected space between attributes.".to_owned());
        }
        rest = rest.trim_start();
    }
    Ok(())
}

/// Replaces entities; unknown ones and bare ampersands are faults.
fn decode(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        let (name, after) = rest[at + 1..]
            .split_once(';')
            .filter(|(name, _)| !name.is_empty() && name.len() <= 10)
            .ok_or("Unexpected character after '&'; expected an entity.")?;
        let known = ENTITIES.iter().find(|(known, _)| *known == name);
        match (known, name.strip_prefix('#')) {
            (Some((_, text)), _) => out += text,
            (None, Some(number)) => out.push(numbered(number)?),
            _ => return Err(format!("Undeclared general entity \"{name}\"")),
        }
        rest = after;
    }
    Ok(out + rest)
}

fn numbered(number: &str) -> Result<char, String> {
    let code = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok()
        .and_then(char::from_u32)
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\r' | '\t'))
        .ok_or_else(|| format!("Illegal character entity '&#{number};'."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_texts_pass() {
        for text in [
            "",
            "plain &amp; simple&nbsp;&#8212;",
            "<p>a <strong>b</strong><br/></p>",
            r#"<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">rust</ac:parameter><ac:plain-text-body><![CDATA[a < b && c]]></ac:plain-text-body></ac:structured-macro>"#,
            r#"<p><ac:link><ri:page ri:content-title="A > B"/></ac:link></p><!-- hidden -->"#,
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn faults_are_named_with_their_place() {
        for (text, what) in [
            ("<p>a <b>c</p>", "Unexpected close tag </p>; expected </b>."),
            ("<p>open", "was expecting a close tag for element <p>"),
            ("a & b", "after '&'"),
            ("<p>&unheard;</p>", "Undeclared general entity \"unheard\""),
            ("<x:y/>", "Undeclared namespace prefix \"x\""),
            ("<p class=a>b</p>", "not quoted"),
            ("<br>", "was expecting a close tag for element <br>"),
            ("a < b", "Unexpected"),
        ] {
            let fault = check(text).unwrap_err();
            assert!(fault.what.contains(what), "{text}: {fault:?}");
        }
        assert_eq!(check("<p>\n  <b></i>").unwrap_err().line, 2);
    }

    #[test]
    fn text_is_one_line_per_block() {
        let text = "<h1>Why</h1><p>Carts &amp; <em>more</em></p><ul><li>one</li><li>two</li></ul>";
        assert_eq!(plain(text), "Why\n\nCarts & more\n\none\n\ntwo");
    }
}
