//! What a walk through functions of C shows.

use super::Subject;
use crate::{flow, kind::Language, sighting::Seen};

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    // Of parts of a file nobody knows where functions begin.
    let is_c = matches!(subject.language, Language::C | Language::Cpp) && subject.is_whole;
    let Some(text) = subject.text.filter(|_| is_c) else {
        return;
    };
    for flaw in flow::see(text) {
        let mut it = Seen::new(flaw.rule, Some(flaw.line), flaw.snippet, flaw.message);
        it.within = flaw.within;
        seen.push(it);
    }
}
