//! Looks for the quote of a CSV text that is not closed.
//!
//! The library that reads records lets such a field go on to the next quote anywhere, or to the end of the text, and
//! says nothing of the rows that vanish in it.

/// Where a character stands.
enum At {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: it ended the field, or is the first of two that stand for one.
    QuoteInQuoted,
}

/// The line where a quoted field begins that nothing ends, or that ends lines below in the middle of a field, where
/// another was to begin.
pub(super) fn unclosed(text: &str, delimiter: u8) -> Option<u32> {
    let (mut at, mut line, mut opened) = (At::FieldStart, 1, 1);
    for byte in text.bytes() {
        let is_end = byte == delimiter || byte == b'\n';
        at = match at {
            At::FieldStart if byte == b'"' => {
                opened = line;
                At::Quoted
            }
            At::Quoted if byte == b'"' => At::QuoteInQuoted,
            At::QuoteInQuoted if byte == b'"' => At::Quoted,
            At::Quoted => At::Quoted,
            At::QuoteInQuoted if !is_end && opened < line => return Some(opened),
            At::FieldStart | At::Plain | At::QuoteInQuoted if is_end => At::FieldStart,
            At::FieldStart | At::Plain | At::QuoteInQuoted => At::Plain,
        };
        line += u32::from(byte == b'\n');
    }
    matches!(at, At::Quoted).then_some(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_are_closed_and_quotes_within_a_field_are_none() {
        for text in
            ["", "a,\"b\nc\",d\n", "\"a\"\"b\",\"\"\n\"c\"", "5\",a\"b\n", "\"厂\"甲,乙\n丙\n", "a,\"b\"\n\n\"c\n\""]
        {
            assert_eq!(unclosed(text, b','), None, "{text}");
        }
    }

    #[test]
    fn the_line_is_where_the_field_begins_whether_or_not_a_later_quote_ends_it() {
        for text in ["a\nb,\"c\nd,e\n", "a\nb,\"c\"\"", "a\nb,\"c\nd,\"e\"\n", "\"a\"\n\"b\nc\",\"d\n\",\"e\n"] {
            let line = unclosed(text, b',');
            assert!(line.is_some_and(|line| line >= 2), "{text}: {line:?}");
        }
        assert_eq!(unclosed("a\tb\n\n1\t\"2\n3\t4\n", b'\t'), Some(3));
    }
}
