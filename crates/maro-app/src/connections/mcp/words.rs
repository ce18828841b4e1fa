//! A command line as words, as a shell would read it, without a shell.

use super::super::snapshot::Built;

/// Splits a command line: quotes of both kinds hold words together, a backslash takes what follows.
pub(super) fn words(line: &str) -> Built<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"')) => {
                let next = chars.next().ok_or("the command ends in a backslash")?;
                word.get_or_insert_default().push(next);
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote in the command is not closed".into());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_into_words() {
        let cases = [
            (
                "uvx mcp-atlassian==0.23.1 ",
                vec!["uvx", "mcp-atlassian==0.23.1"],
            ),
            (
                r#"env "A=b c" 'it''s' x\ y """#,
                vec!["env", "A=b c", "its", "x y", ""],
            ),
            ("", vec![]),
        ];
        for (line, expected) in cases {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
        assert!(words("a 'b").is_err() && words(r"a \").is_err());
    }
}
