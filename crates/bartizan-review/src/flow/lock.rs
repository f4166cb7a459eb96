//! The lock of the interpreter: what needs it is not called between letting it go and taking it again.

use super::{Span, state::State, vocabulary, walk::Walk};

pub(super) fn see<'a>(walk: &mut Walk<'_, 'a>, span: Span, state: &mut State<'a>) {
    let words = walk.words;
    for at in span.places().filter(|at| words.is_name(*at)) {
        let word = words.text(at);
        match vocabulary::of_lock(word) {
            Some(true) => state.unlocked = Some(walk.event(word, at)),
            Some(false) => state.unlocked = None,
            None => {}
        }
        let is_call = at + 1 < span.end && words.text(at + 1) == "(";
        if let Some(event) = state.unlocked.filter(|_| is_call && vocabulary::needs_lock(word)) {
            let message = format!("`{word}` needs the lock of the interpreter, which `{}` let go", event.function);
            walk.tell("call-without-lock", word, (at, event.function), message);
        }
    }
}
