//! Sizes: whether somebody looked at them before memory was taken or written by them.

use super::{
    Span, Words,
    expression::{self, Assign, Call},
    format,
    memory::{only_address, only_place},
    state::State,
    vocabulary::{self, Family},
    walk::Walk,
};

/// A name stands in a comparison.
pub(super) fn compare<'a>(name: &'a str, state: &mut State<'a>) {
    state.compared.insert(name);
    if let Some(facts) = state.places.get_mut(name) {
        facts.foreign = None;
    }
}

/// Whether a name is one of a constant: without small letters.
fn is_constant(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

pub(super) fn on_assign<'a>(walk: &mut Walk<'_, 'a>, it: &Assign<'a>, state: &mut State<'a>) {
    let words = walk.words;
    let has_relation = it.value.places().any(|at| super::is_relation(words.text(at)));
    let is_bounded = words.mentions(it.value, |name| name == "sizeof" || bounds(name));
    let is_known = expression::names(words, it.value).all(|name| is_constant(name) || state.compared.contains(name));
    let has_call = it.source.is_some();
    if has_relation || is_bounded || (is_known && !has_call) {
        state.compared.insert(words.text(it.at));
    } else {
        state.compared.remove(words.text(it.at));
    }
}

/// Whether a function bounds what it is given.
fn bounds(function: &str) -> bool {
    let lower = function.to_ascii_lowercase();
    ["min", "clip", "clamp", "bound"].iter().any(|it| lower.contains(it))
}

pub(super) fn on_call<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, state: &mut State<'a>) {
    if bounds(call.function) || call.function.contains("assert") {
        for name in call.arguments.iter().flat_map(|it| expression::names(walk.words, *it)) {
            compare(name, state);
        }
    }
    if let Some(number) = vocabulary::reads_from_outside(call.function) {
        read_from_outside(walk, call, number, state);
    }
    if Family::that_gives(call.function).is_some() {
        let sizes: Vec<Span> = call.arguments.clone();
        for size in sizes {
            take_foreign(walk, call, size, state);
        }
    }
    if let Some((to, length)) = vocabulary::copies(call.function)
        && let (Some(to), Some(length)) = (call.arguments.get(to), call.arguments.get(length))
    {
        take_foreign(walk, call, *length, state);
        copy(walk, call, (*to, *length), state);
    }
    let length = match call.function {
        "memcpy" | "memmove" | "memset" => call.arguments.get(2),
        "malloc" | "PyMem_Malloc" => call.arguments.first(),
        _ => None,
    };
    if let Some(length) = length {
        signed(walk, call, *length, state);
    }
    format::see(walk, call);
}

fn read_from_outside<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, number: usize, state: &mut State<'a>) {
    let event = walk.event(call.function, call.at);
    for argument in call.arguments.iter().skip(number) {
        let Some(place) = only_address(walk.words, *argument) else {
            continue;
        };
        // Structures are more than a size.
        if let Some(facts) = state.facts(&place) {
            facts.foreign = Some(event);
        }
    }
}

/// A size that was read from outside, and that nobody compared.
fn take_foreign<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, size: Span, state: &mut State<'a>) {
    let names: Vec<&str> = expression::names(walk.words, size).collect();
    for name in names {
        let event = state.places.get_mut(name).and_then(|it| it.foreign.take());
        if let Some(event) = event {
            let message = format!("`{}` is given the size `{name}`, which `{}` read and nobody compared", call.function, event.function);
            walk.tell("size-from-outside", name, (call.at, event.function), message);
        }
    }
}

/// A copy into an array of the function, of a length that nobody compared.
fn copy<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, (to, length): (Span, Span), state: &State<'a>) {
    let words = walk.words;
    let Some(array) = only_place(words, to) else {
        return;
    };
    let Some(room) = walk.function.declared.get(array.as_str()).filter(|it| !it.is_given).and_then(|it| it.room) else {
        return;
    };
    let sizes = length_names(words, length);
    let is_of_room = |name: &str| words.mentions(room, |it| it == name);
    let unknown = sizes.iter().find(|it| !is_constant(it) && !state.compared.contains(**it) && !is_of_room(it) && !is_constant_here(walk, it));
    let is_bounded = words.mentions(length, |it| it == "sizeof" || bounds(it));
    if let Some(name) = unknown.filter(|_| !is_bounded) {
        let message = format!("`{}` writes `{name}` bytes into `{array}`, and nobody compared them with its room", call.function);
        walk.tell("copy-beyond-room", &array, (call.at, call.function), message);
    }
}

fn length_names<'a>(words: Words<'a>, length: Span) -> Vec<&'a str> {
    let is_type = |it: &str| it == "size_t" || it.ends_with("_t") || vocabulary::is_signed(it);
    expression::names(words, length).filter(|it| !is_type(it)).collect()
}

fn is_constant_here(walk: &Walk<'_, '_>, name: &str) -> bool {
    walk.function.declared.get(name).is_some_and(|it| it.is_constant && !it.is_given && it.value.is_some_and(|it| expression::names(walk.words, it).all(is_constant)))
}

/// A signed number that a cast makes a length.
fn signed<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, length: Span, state: &State<'a>) {
    let words = walk.words;
    let start = length.start;
    let is_cast = words.text(start) == "(" && words.text(start + 1) == "size_t" && words.text(start + 2) == ")";
    let name = words.text(start + 3);
    let is_signed = walk.function.declared.get(name).is_some_and(|it| vocabulary::is_signed(&it.kind));
    if is_cast && start + 3 < length.end && is_signed && !state.compared.contains(name) {
        let message = format!("`{}` is given `{name}`, which may be negative and is then very large", call.function);
        walk.tell("signed-length", name, (call.at, call.function), message);
    }
}
