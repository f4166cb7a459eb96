//! Edits as a patch that `git apply` takes.

use super::{Edit, Insertion};

/// How many lines are shown around what is put in.
const CONTEXT: usize = 3;

/// The edit as a unified diff.
pub fn unified(edit: &Edit) -> String {
    let text = edit.text.as_deref().unwrap_or_default();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (old, new) = (format!("a/{}", edit.file), format!("b/{}", edit.file));
    let old = if edit.text.is_some() {
        old.as_str()
    } else {
        "/dev/null"
    };
    let mut patch = format!("--- {old}\n+++ {new}\n");
    let end = if text.contains("\r\n") { "\r" } else { "" };
    let mut added = 0_usize;
    let near = |a: &Insertion, b: &Insertion| b.before.saturating_sub(a.before) <= CONTEXT * 2;
    for group in edit.insertions.chunk_by(near) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        // Lines from 0: the hunk shows `from..to` of the old text.
        let from = first
            .before
            .saturating_sub(1)
            .saturating_sub(CONTEXT)
            .min(lines.len());
        let to = last
            .before
            .saturating_sub(1)
            .saturating_add(CONTEXT)
            .min(lines.len());
        let put_in: usize = group.iter().map(|it| it.lines.len()).sum();
        let (count, start) = (to.saturating_sub(from), from.saturating_add(1));
        let old_start = if count == 0 { from } else { start };
        patch += &format!(
            "@@ -{old_start},{count} +{},{} @@\n",
            start.saturating_add(added),
            count.saturating_add(put_in)
        );
        let mut next = from;
        for insertion in group {
            let at = insertion.before.saturating_sub(1).min(lines.len());
            shown(&mut patch, lines.get(next..at).unwrap_or_default());
            for line in &insertion.lines {
                patch += &format!("+{line}{end}\n");
            }
            next = at;
        }
        shown(&mut patch, lines.get(next..to).unwrap_or_default());
        added = added.saturating_add(put_in);
    }
    patch
}

fn shown(patch: &mut String, lines: &[&str]) {
    for line in lines {
        patch.push(' ');
        patch.push_str(line);
        if !line.ends_with('\n') {
            patch.push_str("\n\\ No newline at end of file\n");
        }
    }
}
