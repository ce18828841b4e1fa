//! Straining: XML passes through, and long runs of text lose what nobody will read.
//!
//! The XML parser holds a whole text, comment or attribute at a time, and a report may hold one of
//! 100 MB. Here every run is cut before the parser sees it, so that memory stays constant; the
//! places of errors still count what was cut.
//!
//! What is cut stays well-formed, since whole characters go and the end of a run stays. This is no
//! parser: on text that is not XML it only must not grow.

use std::io::{self, BufRead, Read};

use super::decode::Decoded;

/// What the parser sees of one text, comment, section or attribute.
pub(super) const LONGEST_RUN: usize = 64 * 1024;
/// A tag with all its attributes; the parser refuses what is cut beyond.
const LONGEST_TAG: usize = 1024 * 1024;
/// Enough to tell `<![CDATA[` from other markup.
const HEAD: usize = 9;

/// A place in the file, as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: u64,
    /// In bytes of UTF-8, from 1.
    pub(super) column: u64,
}

impl Place {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
    Quoted(u8),
    Comment,
    Section,
}

/// The strained source.
pub(super) struct Strainer<R> {
    source: Decoded<R>,
    waiting: Vec<u8>,
    next: usize,
    strained: Vec<u8>,
    given: usize,
    place: Place,
    state: State,
    run: usize,
    cut: usize,
    tag: usize,
    is_value_kept: bool,
    head: [u8; HEAD],
    last: [u8; 2],
}

impl<R: Read> Strainer<R> {
    pub(super) fn new(source: Decoded<R>) -> Self {
        Self {
            source,
            waiting: Vec::new(),
            next: 0,
            strained: Vec::new(),
            given: 0,
            place: Place { line: 1, column: 1 },
            state: State::Text,
            run: 0,
            cut: 0,
            tag: 0,
            is_value_kept: false,
            head: [0; HEAD],
            last: [0; 2],
        }
    }

    /// How far the parser came.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Strains one piece, or what of it comes before a cut: a piece never has a cut inside, so that
    /// places stay exact.
    fn strain(&mut self) -> io::Result<()> {
        self.strained.clear();
        self.given = 0;
        while self.strained.is_empty() {
            if self.next == self.waiting.len() {
                self.waiting.clear();
                self.waiting.extend_from_slice(self.source.next_piece()?);
                self.next = 0;
                if self.waiting.is_empty() {
                    return Ok(());
                }
            }
            while self.next < self.waiting.len() {
                let byte = self.waiting[self.next];
                if self.is_kept(byte) {
                    self.close_cut(byte);
                    self.strained.push(byte);
                } else if self.strained.is_empty() {
                    self.place.pass(&[byte]);
                    self.cut += 1;
                } else {
                    break;
                }
                self.step(byte);
                self.next += 1;
            }
        }
        Ok(())
    }

    /// Whether a byte goes on to the parser. The first byte of a character decides for all of it,
    /// and what may end a run is always kept.
    fn is_kept(&self, byte: u8) -> bool {
        let is_inside = byte & 0b1100_0000 == 0b1000_0000;
        let kept = match self.state {
            State::Text => self.run < LONGEST_RUN || byte == b'<',
            State::Quoted(quote) => self.is_kept_in_value(byte, quote),
            State::Comment => self.run < LONGEST_RUN || (byte == b'>' && self.last == *b"--"),
            State::Section => self.run < LONGEST_RUN || (byte == b'>' && self.last == *b"]]"),
            State::Tag => self.tag < LONGEST_TAG || byte == b'>',
        };
        // The run grows by whole characters, so a continuation goes the way of its beginning.
        kept || (is_inside && self.run == LONGEST_RUN && self.has_begun())
    }

    fn has_begun(&self) -> bool {
        self.is_value_kept || !matches!(self.state, State::Quoted(_))
    }

    /// A value whose beginning was kept has an end, however full its tag is; of one that began beyond
    /// the bound nothing is kept, or a tag of many values would grow with them.
    fn is_kept_in_value(&self, byte: u8, quote: u8) -> bool {
        let has_room = self.run < LONGEST_RUN && self.tag < LONGEST_TAG;
        self.is_value_kept && (has_room || byte == quote)
    }

    /// The end of a comment or section has three bytes, of which the first two may have been cut.
    fn close_cut(&mut self, byte: u8) {
        if self.cut > 0 && byte == b'>' && matches!(self.state, State::Comment | State::Section) {
            let missing = self.cut.min(2);
            self.strained.extend_from_slice(&self.last[2 - missing..]);
            self.place.column -= missing as u64;
        }
    }

    fn step(&mut self, byte: u8) {
        let is_beginning = byte & 0b1100_0000 != 0b1000_0000;
        if is_beginning {
            self.run = self.run.saturating_add(1);
        }
        match self.state {
            State::Text if byte == b'<' => {
                self.begin(State::Tag);
                self.tag = 1;
                self.head = [0; HEAD];
                self.head[0] = byte;
            }
            State::Tag => self.step_in_tag(byte),
            State::Quoted(quote) => {
                // What is cut takes no room, so that the rest of the tag still has its own.
                if self.run <= LONGEST_RUN || byte == quote {
                    self.tag += 1;
                }
                if byte == quote {
                    self.begin(State::Tag);
                }
            }
            State::Comment if byte == b'>' && self.last == *b"--" => self.begin(State::Text),
            State::Section if byte == b'>' && self.last == *b"]]" => self.begin(State::Text),
            State::Text | State::Comment | State::Section => {}
        }
        self.last = [self.last[1], byte];
    }

    fn step_in_tag(&mut self, byte: u8) {
        if self.tag < HEAD {
            self.head[self.tag] = byte;
        }
        self.tag += 1;
        match byte {
            b'>' => self.begin(State::Text),
            b'"' | b'\'' if self.head[1] != b'!' => {
                self.is_value_kept = self.tag <= LONGEST_TAG;
                self.begin(State::Quoted(byte));
            }
            b'-' if self.tag == 4 && self.head.starts_with(b"<!--") => self.begin(State::Comment),
            b'[' if self.tag == HEAD && self.head == *b"<![CDATA[" => self.begin(State::Section),
            _ => {}
        }
    }

    fn begin(&mut self, state: State) {
        self.state = state;
        self.run = 0;
        self.cut = 0;
        self.last = [0; 2];
    }
}

impl<R: Read> BufRead for Strainer<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given == self.strained.len() {
            self.strain()?;
        }
        Ok(&self.strained[self.given..])
    }

    fn consume(&mut self, count: usize) {
        self.place
            .pass(&self.strained[self.given..self.given + count]);
        self.given += count;
    }
}

impl<R: Read> Read for Strainer<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strained(text: &str) -> (String, Place) {
        let mut strainer = Strainer::new(Decoded::new(text.as_bytes()).unwrap());
        let mut out = String::new();
        strainer.read_to_string(&mut out).unwrap();
        (out, strainer.place())
    }

    #[test]
    fn ordinary_xml_passes_unchanged() {
        let xml = "<?xml version='1.0'?><!-- a > b --><a b=\"x > 'y'\" c='\"'>t<![CDATA[<x>]] >]]>ü</a>\n";
        assert_eq!(strained(xml).0, xml);
    }

    #[test]
    fn long_runs_are_cut_and_places_still_count_them() {
        let long = "aü\n".repeat(100_000);
        for (before, after) in [
            ("<a>", "</a>"),
            ("<a><![CDATA[", "]]></a>"),
            ("<a><!--", "--></a>"),
            ("<a b='", "'/>"),
            ("<a b=\"", "\"/>"),
        ] {
            let (out, place) = strained(&format!("{before}{long}{after}"));
            assert!(out.len() < 3 * LONGEST_RUN, "{before}");
            assert!(out.starts_with(before) && out.ends_with(after), "{before}");
            let column = after.len() as u64 + 1;
            assert_eq!(
                place,
                Place {
                    line: 100_001,
                    column
                },
                "{before}"
            );
        }
    }

    #[test]
    fn a_long_value_leaves_the_rest_of_its_tag() {
        let long = "ü<".repeat(1_000_000);
        for after in ["\"/>", "\" c='d'/>", "\" c='d'>t</a>"] {
            let (out, _) = strained(&format!("<a b=\"{long}{after}"));
            assert!(out.len() < 3 * LONGEST_RUN, "{after}");
            assert!(
                out.starts_with("<a b=\"ü<") && out.ends_with(after),
                "{after}"
            );
        }
    }

    #[test]
    fn an_endless_tag_does_not_grow() {
        let (out, _) = strained(&format!("<a {}", "b ".repeat(2_000_000)));
        assert!(out.len() <= LONGEST_TAG);
    }

    #[test]
    fn a_tag_of_endless_values_does_not_grow() {
        for value in ["b='' ", "b=\"ü\" ", "b='cc'", "''"] {
            let (out, _) = strained(&format!("<a {}/>", value.repeat(500_000)));
            assert!(out.len() <= LONGEST_TAG + 2, "{value} left {}", out.len());
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_what_is_short_passes_unchanged(text in "[<>a!\\[\\]CDATA\"'\\-ü& \n/]{0,200}") {
            proptest::prop_assert_eq!(strained(&text).0, text);
        }
    }
}
