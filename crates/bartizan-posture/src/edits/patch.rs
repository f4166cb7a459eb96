//! Edits as a patch that `git apply` takes.

use super::{Change, Edit};

/// How many lines are shown around what is put in.
const CONTEXT: usize = 3;

/// The edit as a unified diff.
pub fn unified(edit: &Edit) -> String {
    let lines = edit.lines();
    let (old, new) = (format!("a/{}", edit.file), format!("b/{}", edit.file));
    let old = if edit.text.is_some() {
        old.as_str()
    } else {
        "/dev/null"
    };
    let mut patch = format!("--- {old}\n+++ {new}\n");
    let (mut put_before, mut taken_before) = (0_usize, 0_usize);
    let end = |change: &Change| change.before.saturating_add(change.removed);
    let near = |a: &Change, b: &Change| b.before.saturating_sub(end(a)) <= CONTEXT * 2;
    for group in edit.changes.chunk_by(near) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        // Lines from 0: the hunk shows `from..to` of the old text.
        let index = |line: usize| line.saturating_sub(1);
        let from = index(first.before).saturating_sub(CONTEXT).min(lines.len());
        let to = index(end(last)).saturating_add(CONTEXT).min(lines.len());
        let put: usize = group.iter().map(|it| it.lines.len()).sum();
        let taken: usize = group.iter().map(|it| it.removed).sum();
        let (count, start) = (to.saturating_sub(from), from.saturating_add(1));
        let old_start = if count == 0 { from } else { start };
        patch += &format!(
            "@@ -{old_start},{count} +{},{} @@\n",
            start
                .saturating_add(put_before)
                .saturating_sub(taken_before),
            count.saturating_add(put).saturating_sub(taken)
        );
        let mut next = from;
        for change in group {
            let at = index(change.before).min(lines.len());
            let after = at.saturating_add(change.removed).min(lines.len());
            shown(&mut patch, ' ', lines.get(next..at).unwrap_or_default());
            shown(&mut patch, '-', lines.get(at..after).unwrap_or_default());
            shown(&mut patch, '+', &edit.new_lines(change));
            next = after;
        }
        shown(&mut patch, ' ', lines.get(next..to).unwrap_or_default());
        put_before = put_before.saturating_add(put);
        taken_before = taken_before.saturating_add(taken);
    }
    patch
}

fn shown<T: AsRef<str>>(patch: &mut String, sign: char, lines: &[T]) {
    for line in lines {
        let line = line.as_ref();
        patch.push(sign);
        patch.push_str(line);
        if !line.ends_with('\n') {
            patch.push_str("\n\\ No newline at end of file\n");
        }
    }
}
