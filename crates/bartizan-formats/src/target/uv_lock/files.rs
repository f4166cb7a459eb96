//! Leaves out the files that a lock lists for its packages.
//!
//! Names, addresses and hashes of wheels and source distributions are nine tenths of a `uv.lock`, and what
//! is there does not depend on them. Only what uv writes, to the letter, is left out; anything else is kept
//! for the reader of TOML to judge. Every line stays a line, so that problems name the right one.

use memchr::{memchr_iter, memmem};

/// What opens and closes the list of a package's wheels, and what every line between them starts and ends with.
const OPENS: &str = "wheels = [";
const CLOSES: &str = "]";
const ENTRY: (&str, &str) = ("    { ", " },");

/// What the line of a source distribution starts and ends with.
const SOURCE: (&str, &str) = ("sdist = { ", " }");

/// The text without lists of wheels and lines of source distributions.
///
/// Quotes in threes begin or end a text of many lines, in which any line may look like such a list. uv
/// writes none: a lock that has them is kept whole.
pub(super) fn left_out(text: String) -> String {
    let bytes = text.as_bytes();
    if ["\"\"\"", "'''"]
        .iter()
        .any(|quotes| memmem::find(bytes, quotes.as_bytes()).is_some())
    {
        return text;
    }
    let mut kept = String::with_capacity(text.len() / 4);
    let mut lines = lines(&text);
    while let Some(line) = lines.next() {
        let content = content(line);
        if content == OPENS
            && let Some(count) = wheels(lines.clone())
        {
            kept.extend(std::iter::repeat_n('\n', count + 1));
            lines.by_ref().take(count).for_each(drop);
        } else if is_entry(content, SOURCE) {
            kept.push('\n');
        } else {
            kept.push_str(line);
        }
    }
    kept
}

/// The lines with what ends them.
fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    let ends = memchr_iter(b'\n', text.as_bytes()).map(|place| place + 1);
    let unfinished = (!text.ends_with('\n')).then_some(text.len());
    let mut begin = 0;
    ends.chain(unfinished).map(move |end| {
        let line = text.get(begin..end).unwrap_or_default();
        begin = end;
        line
    })
}

/// How many lines the rest of a list of wheels has, where all of them are as uv writes them.
fn wheels<'a>(lines: impl Iterator<Item = &'a str>) -> Option<usize> {
    for (place, line) in lines.enumerate() {
        match content(line) {
            CLOSES => return Some(place + 1),
            entry if is_entry(entry, ENTRY) => {}
            _ => return None,
        }
    }
    None
}

/// Whether a line is a table in one line.
fn is_entry(content: &str, (start, end): (&str, &str)) -> bool {
    content.starts_with(start) && content.ends_with(end)
}

fn content(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(left_out(text.to_owned()), expect, "{text}");
    }

    #[test]
    fn files_go_and_lines_stay() {
        check(
            "a = 1\nsdist = { url = \"x\" }\nwheels = [\n    { url = \"y\" },\n    { url = \"z\" },\n]\nb = 2\n",
            "a = 1\n\n\n\n\n\nb = 2\n",
        );
    }

    #[test]
    fn what_uv_does_not_write_is_kept() {
        for text in [
            "wheels = [\n    { url = \"y\" }\n]\n",
            "wheels = [\n    { url = \"y\" },\n",
            "wheels = [\n    { url = \"\"\" },\n]\n",
            "wheels = [ { url = \"y\" } ]\n",
            "    wheels = [\n]\n",
            "sdist = { url = ''' }\n",
            "a = \"\"\"\nsdist = { url = \"x\" }\n\"\"\"\n",
            "",
        ] {
            check(text, text);
        }
    }
}
