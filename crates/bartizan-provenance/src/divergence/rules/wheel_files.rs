//! `RECORD` and `WHEEL`, which say of a wheel what it is.

use bartizan_formats::core_metadata;

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "wheel-files",
    title: "what a wheel says of itself: `RECORD` and `WHEEL`, and bills of materials",
    judge,
};

/// The fields of `WHEEL`.
const FIELDS: [&str; 5] = [
    "wheel-version",
    "generator",
    "root-is-purelib",
    "tag",
    "build",
];

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let (folder, name) = case.path.split_once('/')?;
    folder.strip_suffix(".dist-info")?;
    match name {
        // It is held against the wheel by itself.
        "RECORD" | "RECORD.jws" | "RECORD.p7s" => Verdict::explained("lists the wheel"),
        "WHEEL" => {
            let (fields, body) = core_metadata::header_and_body(case.text()?);
            let odd = fields
                .iter()
                .find(|(key, _)| !FIELDS.contains(&key.as_str()));
            match odd {
                Some((key, _)) => Verdict::unexplained(format!("has a field `{key}`")),
                None if !body.is_empty() => Verdict::unexplained("has text after its fields"),
                None => Verdict::explained("says what built the wheel, and for what"),
            }
        }
        _ if name.starts_with("sboms/") && name.strip_suffix(".json").is_some() => {
            let is_json = case.text()?.trim_ascii_start().starts_with(b"{");
            is_json.then(|| Verdict::Explained("a bill of materials of the build".to_owned()))
        }
        _ => None,
    }
}
