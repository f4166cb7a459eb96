//! Files that a build makes of a template by putting words in place of `@NAME@`.

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "template",
    title: "a file that is made of a template, line by line",
    judge,
};

/// What stands behind the name of a file that a template is of.
pub(in crate::divergence) const ENDINGS: [&str; 4] = [".in", ".tmpl", ".template", ".cmake.in"];

/// The longest text in place of a name.
const LONGEST: usize = 4_096;

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let source = &case.world.source;
    let endings = ENDINGS.iter();
    let mut templates = endings.flat_map(|it| source.places(&format!("{}{it}", case.path)));
    let text = case.utf8()?;
    let found = templates.find(|path| {
        let template = source.text(path).map(std::str::from_utf8);
        matches!(template, Some(Ok(template)) if is_made_of(text, template))
    })?;
    Verdict::explained(format!("`{found}` with its names filled in"))
}

/// Whether a text is a template whose `@NAME@` were replaced by something within a line.
fn is_made_of(text: &str, template: &str) -> bool {
    let mut lines = text.lines();
    let same = template
        .lines()
        .all(|line| lines.next().is_some_and(|own| is_line_of(own, line)));
    same && lines.next().is_none()
}

fn is_line_of(line: &str, template: &str) -> bool {
    let mut parts = parts(template);
    let Some(last) = parts.pop() else {
        return line == template;
    };
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else {
        return line == last;
    };
    let Some(mut rest) = line.strip_prefix(first).and_then(|it| it.strip_suffix(last)) else {
        return false;
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    line.len() <= template.len() + LONGEST
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
        let check = |text: &str| is_made_of(text, template);
        assert!(check("a = 'one'\nmail = 'x@y'\nb = [1, 2]\n"));
        assert!(!check("a = 'one'\nmail = 'x@z'\nb = [1, 2]\n"));
        assert!(!check("a = 'one'\nmail = 'x@y'\nb = [1, 2]\nimport os\n"));
        assert!(!check("a = 'one'\n"));
    }
}
