//! What came, as text, and patterns for it.

use regex_lite::{Regex, RegexBuilder};

/// The text in what came so far. Bytes that are no UTF-8 become question marks; a character whose last bytes have not come
/// yet is left for later.
pub(super) fn text(unread: &mut [u8]) -> &str {
    let mut good = 0;
    while let Err(error) = str::from_utf8(&unread[good..]) {
        let bad = good + error.valid_up_to();
        let Some(length) = error.error_len() else {
            return str::from_utf8(&unread[..bad]).unwrap_or_default();
        };
        unread[bad..bad + length].fill(b'?');
        good = bad + length;
    }
    str::from_utf8(unread).unwrap_or_default()
}

/// A pattern, line by line.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .multi_line(true)
        .build()
        .map_err(|error| format!("`{pattern}` is no regular expression: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_wrong_and_incomplete_bytes() {
        assert_eq!(text(&mut b"a\xffb\xfe\xfdc".to_vec()), "a?b??c");
        assert_eq!(text(&mut "é!".as_bytes().to_vec()), "é!");
        assert_eq!(text(&mut b"a\xff\xc3".to_vec()), "a?");
    }
}
