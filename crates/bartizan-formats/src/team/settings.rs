//! Settings of a web site with a list of accounts under `maintainers`.
//!
//! Only that much is read, line by line: the rest of such files is of no interest, and need not be sound.

use bartizan_model::team::Member;

use super::{Draft, is_former, login_of};

/// The keys under which lists of people stand.
const KEYS: [&str; 5] = ["maintainers", "team", "core", "core_team", "members"];

/// Reads the lists.
pub(super) fn read(text: &str) -> Draft {
    let mut draft = Draft::default();
    let (mut is_in, mut has_left) = (false, false);
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        let inner = line.trim_start();
        if inner.is_empty() || inner.starts_with('#') {
            continue;
        }
        let is_item = inner.starts_with("- ");
        if let Some(key) = inner.strip_suffix(':').filter(|_| !is_item) {
            if inner.len() == line.len() {
                is_in = KEYS.contains(&key);
            }
            has_left = is_former(key);
        } else if is_item && is_in {
            let item = inner.trim_start_matches("- ").trim();
            let login = login_of(item.trim_matches(['"', '\'']));
            if login.is_some() {
                draft.put(
                    Member {
                        login,
                        ..Member::default()
                    },
                    has_left,
                );
            }
        } else if inner.len() == line.len() {
            is_in = false;
        }
    }
    draft
}
