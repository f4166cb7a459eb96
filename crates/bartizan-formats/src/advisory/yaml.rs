//! Records in the OSV schema, as YAML: how the PyPA and the PSF keep theirs.

use super::{
    AdvisoryError, AdvisoryFormat, Reading,
    json::{self, HeadKeys},
    osv,
};
use crate::yaml;

pub use crate::yaml::{YamlError, YamlFault};

/// The format.
pub(super) static ITEM: Yaml = Yaml;

/// OSV records in YAML, one document a file.
pub(super) struct Yaml;

impl AdvisoryFormat for Yaml {
    fn id(&self) -> &'static str {
        "osv-yaml"
    }

    fn title(&self) -> &'static str {
        "OSV schema, YAML"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        osv::is_osv(&head_keys(head))
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Reading, AdvisoryError> {
        let value = yaml::parse(json::text(bytes)?)?;
        let raw = value.to_string();
        // The head only looked like a record's (`modified:x` is no key): what is kept must be one to read again.
        if !osv::is_osv(&json::head_keys(raw.as_bytes())) {
            return Err(AdvisoryError::NotARecord {
                reason: "it lacks the keys of one",
            });
        }
        osv::record(name, &value, || raw)
    }
}

/// The keys of the outermost mapping, as far as they stand in the head: words that start a line and
/// end in a colon. The last line may be cut and does not count, so the keys are never complete
/// unless the whole file is here; neither is needed to tell a record from other YAML.
fn head_keys(head: &[u8]) -> HeadKeys<'_> {
    let whole = head.len() < super::HEAD_BYTES;
    let text = json::head_text(head);
    if text.starts_with(['{', '[']) {
        return HeadKeys::default();
    }
    let keys = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(key, _)| key)
        .filter(|key| is_key(key));
    HeadKeys {
        keys: keys.collect(),
        is_complete: whole,
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::advisory::{Statement, describe::describe};

    fn check(text: &str) -> String {
        describe(&ITEM.read("x.yaml", text.as_bytes()).unwrap())
    }

    #[test]
    fn what_cannot_be_read_again_is_no_record() {
        let text = "id: PYSEC-2099-7\nmodified:no key\n";
        assert!(ITEM.recognises("x.yaml", text.as_bytes()));
        assert!(ITEM.read("x.yaml", text.as_bytes()).is_err());
    }

    #[test]
    fn a_record_is_read_like_its_json() {
        let text = "id: PYSEC-2099-7\nmodified: 2099-01-02T03:04:05.5Z\npublished: 2099-01-01 10:00:00+00:00\n\
            details: >-\n  folded\n  text\naliases:\n- CVE-2099-7\naffected:\n- package: {name: Lab_Tools, ecosystem: PyPI}\n\
            \x20 ranges:\n  - type: ECOSYSTEM\n    events:\n    - introduced: 0\n    - fixed: 1.10\n  versions: [1.0, 1.1]\n";
        assert_snapshot!(check(text), @r#"
        PYSEC-2099-7 of pypa
          modified 2099-01-02T03:04:05.5Z
          published 2099-01-01T10:00:00Z
          aliases CVE-2099-7
          details "folded text"
          affects PyPI lab-tools
            versions ["1.0", "1.1"]
            Ecosystem  [Introduced("0"), Fixed("1.10")]
        "#);
        let reading = ITEM.read("x.yaml", text.as_bytes()).unwrap();
        let Statement::Record(record) = &reading.statements[0] else {
            panic!()
        };
        assert_snapshot!(record.raw, @r#"{"affected":[{"package":{"ecosystem":"PyPI","name":"Lab_Tools"},"ranges":[{"events":[{"introduced":"0"},{"fixed":"1.10"}],"type":"ECOSYSTEM"}],"versions":["1.0","1.1"]}],"aliases":["CVE-2099-7"],"details":"folded text","id":"PYSEC-2099-7","modified":"2099-01-02T03:04:05.5Z","published":"2099-01-01 10:00:00+00:00"}"#);
    }

    #[test]
    fn a_record_is_recognised_by_its_keys() {
        for (head, expect) in [
            ("# comment\n---\ndetails: x\nid: PYSEC-1\n", true),
            ("id: PYSEC-1\n", false),
            ("name: build\non: push\n", false),
            ("{\"id\": \"x\", \"details\": \"y\"}", false),
            ("\u{0}\u{1}", false),
        ] {
            assert_eq!(ITEM.recognises("x", head.as_bytes()), expect, "{head}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            ITEM.recognises("x", &bytes);
            let _ = ITEM.read("x", &bytes);
        }
    }
}
