//! Meson's wraps: `subprojects/NAME.wrap` says where a subproject is fetched from.

use super::{Pin, numbered};
use crate::source::path;

pub(super) fn read(file: &str, text: &str) -> Vec<Pin> {
    let name = path::base(file).trim_end_matches(".wrap");
    let mut pin = Pin {
        name: name.to_owned(),
        line: 1,
        ..Pin::default()
    };
    let mut directory = name.to_owned();
    let mut section = "";
    for (line, content) in numbered(text) {
        let content = content.trim();
        if let Some(named) = content.strip_prefix('[') {
            section = named.trim_end_matches(']');
            continue;
        }
        let Some((key, value)) = content.split_once('=') else {
            continue;
        };
        let value = value.trim();
        match (section, key.trim()) {
            ("wrap-redirect", _) => return Vec::new(),
            ("wrap-file" | "wrap-git" | "wrap-hg" | "wrap-svn", "directory") => {
                value.clone_into(&mut directory);
                if pin.revision.is_none() && value != name {
                    pin.revision = Some(value.to_owned());
                }
            }
            ("wrap-file", "source_url") | ("wrap-git" | "wrap-hg" | "wrap-svn", "url") => {
                (pin.url, pin.line) = (Some(value.to_owned()), line);
            }
            ("wrap-git" | "wrap-hg" | "wrap-svn", "revision") => {
                (pin.revision, pin.line) = (Some(value.to_owned()), line);
            }
            _ => {}
        }
    }
    pin.place = path::join(path::folder(file), &directory);
    if pin.url.is_none() && pin.revision.is_none() {
        return Vec::new();
    }
    vec![pin]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_pin_a_file_or_a_revision() {
        let check = |text: &str| super::super::shown(&read("subprojects/zlib.wrap", text));
        insta::assert_snapshot!(check("[wrap-file]\ndirectory = zlib-1.3.1\nsource_url = https://example.org/zlib-1.3.1.tar.gz\n[provide]\nzlib = zlib_dep\n"), @"3 zlib https://example.org/zlib-1.3.1.tar.gz zlib-1.3.1 in `subprojects/zlib-1.3.1`");
        insta::assert_snapshot!(check("[wrap-git]\nurl = https://github.com/a/zlib\nrevision = v1.3\ndepth = 1\n"), @"3 zlib https://github.com/a/zlib v1.3 in `subprojects/zlib`");
        insta::assert_snapshot!(check("[wrap-redirect]\nfilename = x/y.wrap\n"), @"");
        insta::assert_snapshot!(check("nothing"), @"");
    }
}
