//! One line of inline content under construction.
//!
//! Keeps ADF's rules for text: no empty text, no line feeds inside, code combines with nothing but
//! a link, links lead to http, https or mailto. A target that may not be a link, or that stands
//! inside another link, is written out behind its text.

use pulldown_cmark::LinkType;
use url::Url;

use crate::adf::nodes::{Inline, LinkAttrs, Mark};

/// A mark that an event opens and closes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    Em,
    Strong,
    Strike,
}

/// A line and the marks that are open at its end.
#[derive(Debug, Default)]
pub(super) struct Line {
    nodes: Vec<Inline>,
    /// All text so far, to compare the text of a link with its target.
    written: String,
    open: [usize; 3],
    links: Vec<OpenLink>,
}

#[derive(Debug)]
struct OpenLink {
    target: String,
    usable: bool,
    start: usize,
}

impl Line {
    /// Adds text; line feeds become breaks.
    pub(super) fn push(&mut self, text: &str) {
        for (n, part) in text.split(['\n', '\r']).enumerate() {
            if n > 0 {
                self.push_break();
            }
            self.push_marked(part, self.marks());
        }
    }

    /// Adds a span of code.
    pub(super) fn push_code(&mut self, text: &str) {
        let link = self.link().map(link_mark);
        let marks = std::iter::once(Mark::Code).chain(link).collect();
        self.push_marked(&text.replace(['\n', '\r'], " "), marks);
    }

    /// Adds a line break.
    pub(super) fn push_break(&mut self) {
        self.nodes.push(Inline::HardBreak);
        self.written.push('\n');
    }

    /// Opens a style; styles of one kind may nest.
    pub(super) fn open(&mut self, style: Style) {
        self.open[style as usize] += 1;
    }

    /// Closes a style.
    pub(super) fn close(&mut self, style: Style) {
        let count = &mut self.open[style as usize];
        *count = count.saturating_sub(1);
    }

    /// Opens a link or an image.
    pub(super) fn open_link(&mut self, kind: LinkType, target: &str) {
        let target = match kind {
            LinkType::Email => format!("mailto:{target}"),
            _ => target.to_owned(),
        };
        let usable = is_usable(&target);
        self.links.push(OpenLink {
            target,
            usable,
            start: self.written.len(),
        });
    }

    /// Closes the innermost link or image.
    pub(super) fn close_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let shown = &self.written[link.start..];
        let is_mark = link.usable && self.link().is_none();
        if is_mark && shown.trim().is_empty() {
            let mut marks = self.marks();
            marks.push(link_mark(&link.target));
            self.push_marked(&link.target, marks);
        } else if !is_mark && !link.target.is_empty() && shown != link.target {
            self.push(&format!(" ({})", link.target));
        }
    }

    /// Takes the line, without breaks at its ends; bare addresses become links.
    pub(super) fn take(&mut self) -> Vec<Inline> {
        self.written.clear();
        for link in &mut self.links {
            link.start = 0;
        }
        let mut nodes = std::mem::take(&mut self.nodes);
        while nodes.last() == Some(&Inline::HardBreak) {
            nodes.pop();
        }
        let leading = nodes
            .iter()
            .take_while(|node| **node == Inline::HardBreak)
            .count();
        nodes
            .into_iter()
            .skip(leading)
            .flat_map(link_bare_addresses)
            .collect()
    }

    fn push_marked(&mut self, text: &str, marks: Vec<Mark>) {
        if text.is_empty() {
            return;
        }
        self.written.push_str(text);
        match self.nodes.last_mut() {
            Some(Inline::Text {
                text: before,
                marks: same,
            }) if *same == marks => {
                before.push_str(text);
            }
            _ => self.nodes.push(Inline::Text {
                text: text.to_owned(),
                marks,
            }),
        }
    }

    /// The target of the outermost link; links do not nest in ADF.
    fn link(&self) -> Option<&str> {
        self.links
            .iter()
            .find(|link| link.usable)
            .map(|link| link.target.as_str())
    }

    fn marks(&self) -> Vec<Mark> {
        let styles = [
            (Style::Em, Mark::Em),
            (Style::Strong, Mark::Strong),
            (Style::Strike, Mark::Strike),
        ];
        let open = styles
            .into_iter()
            .filter(|(style, _)| self.open[*style as usize] > 0);
        open.map(|(_, mark)| mark)
            .chain(self.link().map(link_mark))
            .collect()
    }
}

fn link_mark(target: &str) -> Mark {
    Mark::Link {
        attrs: LinkAttrs {
            href: target.to_owned(),
        },
    }
}

/// Whether `target` may be a link: absolute, of a harmless scheme, without characters that hide it.
fn is_usable(target: &str) -> bool {
    let starts = |prefix: &str| {
        target
            .get(..prefix.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(prefix))
    };
    let clean = !target.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    clean
        && (starts("http://") || starts("https://") || starts("mailto:"))
        && Url::parse(target).is_ok()
}

/// Splits a text at the addresses that it contains and makes links of them.
fn link_bare_addresses(node: Inline) -> Vec<Inline> {
    let Inline::Text { text, marks } = node else {
        return vec![node];
    };
    let fixed = marks
        .iter()
        .any(|mark| matches!(mark, Mark::Code | Mark::Link { .. }));
    if fixed || !text.contains("://") {
        return vec![Inline::Text { text, marks }];
    }
    let mut nodes = Vec::new();
    let mut rest = text.as_str();
    while let Some((start, end)) = find_address(rest) {
        if start > 0 {
            nodes.push(Inline::Text {
                text: rest[..start].to_owned(),
                marks: marks.clone(),
            });
        }
        let address = &rest[start..end];
        let linked = marks.iter().cloned().chain([link_mark(address)]).collect();
        nodes.push(Inline::Text {
            text: address.to_owned(),
            marks: linked,
        });
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        nodes.push(Inline::Text {
            text: rest.to_owned(),
            marks,
        });
    }
    nodes
}

/// Finds the first bare http or https address: its first byte and the one behind its last.
fn find_address(text: &str) -> Option<(usize, usize)> {
    text.match_indices("http").find_map(|(start, _)| {
        let rest = &text[start..];
        let inside_word = text[..start]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        if inside_word || !(rest.starts_with("http://") || rest.starts_with("https://")) {
            return None;
        }
        let stop = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|');
        let mut address = &rest[..rest.find(stop).unwrap_or(rest.len())];
        // Punctuation at the end belongs to the sentence, a bracket only if it was opened outside.
        while let Some(last) = address.chars().next_back() {
            let closes_own = last == ')' && address.contains('(');
            if closes_own
                || !matches!(
                    last,
                    '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '\'' | '*' | '_' | '~'
                )
            {
                break;
            }
            address = &address[..address.len() - last.len_utf8()];
        }
        is_usable(address).then(|| (start, start + address.len()))
    })
}
