//! Lines of standard input, each bounded: whoever sends one without an end gets one wrong query.

use std::{
    borrow::Cow,
    io::{BufRead, BufReader, Read, Result},
};

/// No package URL is longer.
const LONGEST: usize = 4096;

/// What was read.
pub(super) enum Line<'a> {
    Text(Cow<'a, str>),
    End,
}

/// The next line without its end. Of a line that is too long only the beginning is kept, which is then no
/// query: its rest is read and dropped.
pub(super) fn next<'a, R: Read>(
    input: &mut BufReader<R>,
    buffer: &'a mut Vec<u8>,
) -> Result<Line<'a>> {
    buffer.clear();
    let mut is_whole = false;
    let mut has_any = false;
    while !is_whole {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        has_any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(chunk.len());
        let room = (LONGEST + 1).saturating_sub(buffer.len());
        buffer.extend(chunk.iter().take(taken.min(room)));
        is_whole = end.is_some();
        input.consume(taken + usize::from(is_whole));
    }
    if !has_any {
        return Ok(Line::End);
    }
    Ok(Line::Text(String::from_utf8_lossy(buffer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8]) -> Vec<usize> {
        let mut reader = BufReader::with_capacity(16, input);
        let mut buffer = Vec::new();
        let mut lengths = Vec::new();
        while let Line::Text(text) = next(&mut reader, &mut buffer).unwrap() {
            lengths.push(text.len());
        }
        lengths
    }

    #[test]
    fn lines_are_bounded_and_the_last_needs_no_end() {
        assert_eq!(check(b"ab\n\ncde"), [2, 0, 3]);
        assert_eq!(check(b""), [0; 0]);
        let mut long = vec![b'x'; 100_000];
        long.extend(b"\nok\n");
        assert_eq!(check(&long), [4097, 2]);
    }
}
