//! Translations, which gettext writes anew when it packs: places in the code and the wrapping of lines change, texts do not.

use std::collections::BTreeMap;

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "translations",
    title: "translations that say the same for every text",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    case.name().strip_suffix(".po")?;
    let theirs = messages(std::str::from_utf8(case.source_text()?).ok()?);
    let own = messages(case.utf8()?);
    let mut own = own.iter().filter(|(text, _)| !text.is_empty());
    own.all(|(text, translation)| theirs.get(text) == Some(translation))
        .then(|| Verdict::Explained("no text has another translation".to_owned()))
}

/// What is translated, and how; what is doubtful or not translated is used by nobody.
fn messages(text: &str) -> BTreeMap<String, String> {
    let mut messages = BTreeMap::new();
    let (mut of, mut into, mut is_doubtful, mut is_into) =
        (String::new(), String::new(), false, false);
    let mut next_is_doubtful = false;
    for line in text.lines().map(str::trim).chain(["msgid \"\""]) {
        if line.starts_with('#') {
            next_is_doubtful |= line.starts_with("#,") && line.contains("fuzzy");
            continue;
        }
        let begins = line.starts_with("msgctxt") || line.starts_with("msgid ");
        if begins && is_into {
            if !is_doubtful && !into.is_empty() {
                messages.insert(std::mem::take(&mut of), std::mem::take(&mut into));
            }
            (of, into, is_into) = (String::new(), String::new(), false);
        }
        if begins && of.is_empty() {
            is_doubtful = std::mem::take(&mut next_is_doubtful);
        }
        is_into |= line.starts_with("msgstr");
        let quoted = line
            .split_once('"')
            .and_then(|(_, it)| it.strip_suffix('"'));
        if is_into { &mut into } else { &mut of }.push_str(quoted.unwrap_or_default());
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_and_places_do_not_matter() {
        let one = "#: a.c:1\nmsgid \"one two\"\nmsgstr \"eins zwei\"\n\n#, fuzzy\nmsgid \"x\"\nmsgstr \"y\"\n";
        let other = "#: a.c:9\nmsgid \"\"\n\"one \"\n\"two\"\nmsgstr \"eins \"\n\"zwei\"\n";
        assert_eq!(messages(one), messages(other));
        assert_eq!(messages(one).len(), 1);
        assert_ne!(messages(one), messages(&one.replace("eins", "drei")));
    }
}
