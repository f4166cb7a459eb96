//! What git itself replaces when it writes an archive: `$Format:…$` and `$Id$`.

use bartizan_formats::git_attributes::Attribute;

use super::{Case, Rule, Verdict};
use crate::divergence::side::file_name;

pub(super) static RULE: Rule = Rule {
    id: "archived",
    title: "a file in which git fills in the commit when it writes an archive",
    judge,
};

/// The longest text that is filled in: names of tags and branches.
const LONGEST: usize = 4_096;

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let counterpart = case.counterpart?;
    let attributes = &case.world.attributes;
    let has = |attribute| attributes.has(counterpart, attribute);
    let begin = match (has(Attribute::ExportSubst), has(Attribute::Ident)) {
        (true, _) => "$Format:",
        (false, true) => "$Id",
        (false, false) => return None,
    };
    let template = std::str::from_utf8(case.source_text()?).ok()?;
    if !is_filled_in(case.utf8()?, template, begin) {
        return None;
    }
    let name = file_name(counterpart);
    Verdict::explained(format!("`{name}` with what git fills in"))
}

/// Whether a text is a template with harmless words in place of `$Format:…$`.
fn is_filled_in(text: &str, template: &str, begin: &str) -> bool {
    let mut text = text;
    let mut template = template;
    while let Some((before, after)) = template.split_once(begin) {
        let Some((_, rest)) = after.split_once('$') else {
            return false;
        };
        let Some(left) = text.strip_prefix(before) else {
            return false;
        };
        let next = rest.split(begin).next().unwrap_or(rest);
        let fixed: String = next
            .chars()
            .take_while(|c| *c != '\n')
            .chain(['\n'])
            .collect();
        let fixed = if next.contains('\n') {
            fixed.as_str()
        } else {
            next
        };
        let end = if fixed.is_empty() {
            Some(left.len())
        } else {
            left.find(fixed)
        };
        let Some((filled, left)) = end.and_then(|end| left.split_at_checked(end)) else {
            return false;
        };
        if !is_harmless(filled) {
            return false;
        }
        (text, template) = (left, rest);
    }
    text == template
}

/// Whether a text can neither end a string nor a line.
pub(super) fn is_harmless(text: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || " :,./<>@+-_=~^|()".contains(c);
    text.len() <= LONGEST && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_filled_in() {
        let template = "a = \"$Format:%d$\"\nb = \"$Format:%H$\"\n";
        let check = |text: &str| is_filled_in(text, template, "$Format:");
        assert!(check("a = \" (tag: v1.0)\"\nb = \"abc\"\n"));
        assert!(!check("a = \"\"; import os; \"\"\nb = \"abc\"\n"));
        assert!(!check("a = \"x\"\nimport os\nb = \"abc\"\n"));
        assert!(!check("a = \"x\"\nb = \"abc\"\nmore\n"));
        assert!(!check("a = \"x\"\n"));
    }
}
