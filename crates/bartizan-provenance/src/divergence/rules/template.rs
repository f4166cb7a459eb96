//! Files that a build makes of a template by putting words in place of `@NAME@`.

use super::{Case, Rule, Verdict, archived::is_harmless};

pub(super) static RULE: Rule = Rule {
    id: "template",
    title: "a file that is made of a template, line by line",
    judge,
};

/// What stands behind the name of a file that a template is of.
pub(in crate::divergence) const ENDINGS: [&str; 4] = [".in", ".tmpl", ".template", ".cmake.in"];

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let source = &case.world.source;
    let endings = ENDINGS.iter();
    let mut templates = endings.flat_map(|it| source.places(&format!("{}{it}", case.path)));
    let text = case.utf8()?;
    templates.find_map(|path| {
        let template = std::str::from_utf8(source.text(path)?).ok()?;
        let words = filled_in(text, template)?;
        if words.iter().all(|it| is_harmless(it)) {
            return Verdict::explained(format!("`{path}` with its names filled in"));
        }
        Verdict::uncompared(format!(
            "is `{path}` with more than words filled in; nothing tells what belongs there"
        ))
    })
}

/// What stands in place of the `@NAME@` of a template, where the rest of a text is the template.
fn filled_in<'t>(text: &'t str, template: &str) -> Option<Vec<&'t str>> {
    let mut lines = text.lines();
    let mut words = Vec::new();
    for line in template.lines() {
        words.extend(filled_into(lines.next()?, line)?);
    }
    lines.next().is_none().then_some(words)
}

fn filled_into<'t>(line: &'t str, template: &str) -> Option<Vec<&'t str>> {
    let mut parts = parts(template);
    let last = parts.pop()?;
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else {
        return (line == last).then(Vec::new);
    };
    let mut rest = line.strip_prefix(first)?.strip_suffix(last)?;
    let mut words = Vec::new();
    for part in parts {
        let (word, after) = rest.split_once(part)?;
        words.push(word);
        rest = after;
    }
    words.push(rest);
    Some(words)
}

/// The fixed parts of a line, between its names.
fn parts(template: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = template;
    let mut begin = 0;
    let is_name = |it: &str| !it.is_empty() && it.chars().all(|c| c.is_alphanumeric() || c == '_');
    while let Some((before, after)) = rest.get(begin..).and_then(|it| it.split_once('@')) {
        match after.split_once('@') {
            Some((name, after)) if is_name(name) => {
                let fixed = begin + before.len();
                parts.push(rest.get(..fixed).unwrap_or_default());
                rest = after;
                begin = 0;
            }
            _ => begin += before.len() + 1,
        }
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_what_is_fixed() {
        let template = "a = '@A@'\nmail = 'x@y'\nb = [@B@, @C@]\n";
        let check = |text: &str| {
            filled_in(text, template).is_some_and(|words| words.iter().all(|it| is_harmless(it)))
        };
        assert!(check("a = 'one'\nmail = 'x@y'\nb = [1, 2]\n"));
        assert!(!check("a = 'one'\nmail = 'x@z'\nb = [1, 2]\n"));
        assert!(!check("a = 'one'\nmail = 'x@y'\nb = [1, 2]\nimport os\n"));
        assert!(!check("a = 'one'\n"));
        assert!(!check("a = ''; import os; ''\nmail = 'x@y'\nb = [1, 2]\n"));
        assert_eq!(
            filled_in("a = ''x''\nmail = 'x@y'\nb = [1, 2]\n", template),
            Some(vec!["'x'", "1", "2"])
        );
    }
}
