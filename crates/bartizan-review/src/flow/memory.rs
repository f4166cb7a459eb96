//! Memory: given, looked at, used, given back.

use super::{
    Span, Words,
    expression::{self, Assign, Call, Use},
    state::State,
    vocabulary::{self, Family},
    walk::Walk,
};

/// The place that is all of a span, casts apart.
pub(super) fn only_place(words: Words<'_>, span: Span) -> Option<String> {
    let mut at = span.start;
    while at < span.end && words.text(at) == "(" {
        let close = words.closing(at, span.end);
        if close + 1 >= span.end {
            return None;
        }
        at = close + 1;
    }
    if at >= span.end || !words.is_name(at) {
        return None;
    }
    let (place, behind) = expression::place(words, at, span.end);
    (behind == span.end).then_some(place)
}

/// The place whose address is all of a span, casts apart.
pub(super) fn only_address(words: Words<'_>, span: Span) -> Option<String> {
    let at = span.places().find(|at| words.text(*at) == "&")?;
    let is_cast = at == span.start || words.before(at) == ")";
    is_cast.then(|| only_place(words, Span::new(at + 1, span.end))).flatten()
}

pub(super) fn on_use<'a>(walk: &mut Walk<'_, 'a>, it: &Use<'a>, state: &mut State<'a>) {
    if it.is_address {
        if let Some(facts) = state.places.get_mut(&it.place) {
            facts.freed = None;
            facts.unchecked = None;
        }
        return;
    }
    for way in expression::ways(&it.place) {
        reach(walk, way, it.at, state);
    }
    if it.is_reached {
        reach(walk, &it.place, it.at, state);
        return;
    }
    let Some((function, number)) = it.handed else {
        return;
    };
    if vocabulary::needs_memory(function).contains(&number) || vocabulary::needs_object(function).contains(&number) {
        reach(walk, &it.place, it.at, state);
    } else if Family::that_takes(function).is_none() && !function.contains("ealloc") {
        use_freed(walk, &it.place, it.at, state);
    }
}

/// What a place leads to is read or written.
fn reach<'a>(walk: &mut Walk<'_, 'a>, place: &str, at: usize, state: &mut State<'a>) {
    use_freed(walk, place, at, state);
    let Some(event) = state.places.get_mut(place).and_then(|it| it.unchecked.take()) else {
        return;
    };
    let (rule, what) = match vocabulary::gives_reference(event.function) {
        true => ("unchecked-object", "may have given no object"),
        false => ("unchecked-allocation", "may have given no memory"),
    };
    let message = format!("`{place}` is used, and `{}` {what}: nobody looked", event.function);
    walk.tell(rule, place, (at, event.function), message);
}

fn use_freed<'a>(walk: &mut Walk<'_, 'a>, place: &str, at: usize, state: &mut State<'a>) {
    let Some(event) = state.places.get_mut(place).and_then(|it| it.freed.take()) else {
        return;
    };
    let message = format!("`{place}` is used after `{}` took its memory back", event.function);
    walk.tell("use-after-free", place, (at, event.function), message);
}

pub(super) fn on_call<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, state: &mut State<'a>) {
    if matches!(walk.words.before(call.at), "." | "->") {
        return;
    }
    if call.function.starts_with("cudaMalloc") {
        let place = call.arguments.first().and_then(|it| only_address(walk.words, *it));
        let event = walk.event(call.function, call.at);
        if let Some(facts) = place.and_then(|it| state.facts(&it)) {
            facts.family = Some((Family::Cuda, event));
        }
    }
    let Some(family) = Family::that_takes(call.function) else {
        return;
    };
    let Some(place) = call.arguments.first().and_then(|it| only_place(walk.words, *it)) else {
        return;
    };
    if place == "NULL" {
        return;
    }
    let event = walk.event(call.function, call.at);
    let Some(facts) = state.facts(&place) else {
        return;
    };
    let (freed, given) = (facts.freed.replace(event), facts.family.take());
    facts.unchecked = None;
    if let Some(before) = freed {
        let message = format!("`{place}` is given back twice");
        walk.tell("double-free", &place, (call.at, before.function), message);
    }
    if let Some((_, giver)) = given.filter(|it| it.0 != family) {
        let message = format!("`{}` takes back what `{}` gave", call.function, giver.function);
        walk.tell("mismatched-allocator", &place, (call.at, giver.function), message);
    }
}

pub(super) fn on_assign<'a>(walk: &mut Walk<'_, 'a>, it: &Assign<'a>, state: &mut State<'a>) {
    let Some(source) = &it.source else {
        return;
    };
    let given = Family::that_gives(source.function);
    if source.function.contains("ealloc")
        && let Some(old) = source.arguments.first().and_then(|it| only_place(walk.words, *it))
        && old != it.place
    {
        state.forget(&old);
    }
    if given.is_none() && !vocabulary::gives_reference(source.function) {
        return;
    }
    let event = walk.event(source.function, source.at);
    if let Some(facts) = state.facts(&it.place) {
        facts.unchecked = Some(event);
        facts.family = given.map(|it| (it, event));
    }
}
