//! References to objects of Python: owned, lent, given back; and views of their buffers.

use super::{
    Span, Words,
    expression::{Assign, Call, Use},
    memory::{only_address, only_place},
    state::State,
    vocabulary,
    walk::Walk,
};

pub(super) fn on_use<'a>(walk: &mut Walk<'_, 'a>, it: &Use<'a>, state: &mut State<'a>) {
    let function = it.handed.map_or("", |it| it.0);
    if it.is_address {
        if let Some(facts) = state.places.get_mut(&it.place) {
            let is_of_views = function == "PyObject_GetBuffer" || function == "PyBuffer_Release";
            facts.view = facts.view.filter(|_| is_of_views);
            facts.owned = None;
            facts.released = None;
        }
        return;
    }
    for way in super::expression::ways(&it.place) {
        look(walk, way, it.at, state);
    }
    if it.is_reached || (it.handed.is_some() && function != "Py_INCREF" && function != "Py_XINCREF") {
        look(walk, &it.place, it.at, state);
    }
    // Who else is handed it may keep it.
    if !function.is_empty() && !function.starts_with("Py") && let Some(facts) = state.places.get_mut(&it.place) {
        facts.owned = None;
    }
}

/// Whether the object at a place may be gone.
fn look<'a>(walk: &mut Walk<'_, 'a>, place: &str, at: usize, state: &mut State<'a>) {
    let Some(facts) = state.places.get_mut(place) else {
        return;
    };
    if let Some(event) = facts.released.take() {
        let message = format!("`{place}` is used after `{}` gave its reference back", event.function);
        walk.tell("reference-after-release", place, (at, event.function), message);
    } else if let Some(event) = facts.endangered.take() {
        facts.lent = None;
        let message = format!("`{place}` belongs to a container, and `{}`, which may run any code, came in between", event.function);
        walk.tell("borrowed-reference-kept", place, (at, event.function), message);
    }
}

pub(super) fn on_call<'a>(walk: &mut Walk<'_, 'a>, call: &Call<'a>, state: &mut State<'a>) {
    let words = walk.words;
    let event = walk.event(call.function, call.at);
    let place = |number: usize| call.arguments.get(number).and_then(|it| only_place(words, *it));
    match call.function {
        "PyObject_GetBuffer" | "PyBuffer_Release" => {
            let number = usize::from(call.function == "PyObject_GetBuffer");
            let view = call.arguments.get(number).and_then(|it| only_address(words, *it));
            let is_local = |it: &String| walk.function.declared.get(it.as_str()).is_some_and(|it| !it.is_given && it.kind == "Py_buffer");
            if let Some(facts) = view.filter(is_local).and_then(|it| state.facts(&it)) {
                facts.view = (number == 1).then_some(event);
            }
        }
        "Py_INCREF" | "Py_XINCREF" | "Py_NewRef" => {
            if let Some(facts) = place(0).and_then(|it| state.facts(&it)) {
                (facts.released, facts.lent, facts.endangered) = (None, None, None);
            }
        }
        "PyDict_SetItem" | "PyDict_SetItemString" | "PyList_Append" | "PyObject_SetAttrString" | "PyObject_SetAttr" | "PyModule_AddObjectRef" | "PySet_Add" => {
            let kept = (1..4).filter_map(place);
            for kept in kept {
                if let Some(facts) = state.facts(&kept) {
                    facts.held = Some(event);
                }
            }
        }
        "Py_CLEAR" => {
            if let Some(place) = place(0) {
                state.forget(&place);
            }
        }
        function if vocabulary::releases(function) => {
            if let Some(facts) = place(0).and_then(|it| state.facts(&it)) {
                facts.owned = None;
                facts.released = facts.held.is_none().then_some(event);
            }
        }
        function => {
            let taken = vocabulary::takes_over(function).and_then(place);
            if let Some(facts) = taken.and_then(|it| state.facts(&it)) {
                facts.owned = None;
            }
        }
    }
    if vocabulary::runs_code(call.function) {
        for facts in state.places.values_mut().filter(|it| it.lent.is_some()) {
            facts.endangered = facts.endangered.or(Some(event));
        }
    }
}

/// What is given to another place may live on there.
pub(super) fn before_assign<'a>(walk: &mut Walk<'_, 'a>, it: &Assign<'a>, state: &mut State<'a>) {
    for name in super::expression::names(walk.words, it.value) {
        if it.source.is_none() && let Some(facts) = state.places.get_mut(name) {
            facts.owned = None;
        }
    }
}

pub(super) fn on_assign<'a>(walk: &mut Walk<'_, 'a>, it: &Assign<'a>, state: &mut State<'a>) {
    let Some(source) = &it.source else {
        return;
    };
    let event = walk.event(source.function, source.at);
    let is_local = walk.function.declared.get(it.place.as_str()).is_some_and(|it| !it.is_given && it.room.is_none());
    if vocabulary::gives_reference(source.function) && is_local {
        if let Some(facts) = state.facts(&it.place) {
            facts.owned = Some(event);
        }
    } else if vocabulary::lends_reference(source.function) && let Some(facts) = state.facts(&it.place) {
        facts.lent = Some(event);
    }
}

/// Where a view could not be had there is none to give back.
pub(super) fn without_failed_views(words: Words<'_>, condition: Span, state: &mut State<'_>) {
    let is_asked = words.mentions(condition, |it| it == "PyObject_GetBuffer");
    let is_success = condition.places().any(|at| words.text(at) == "==" && words.text(at + 1) == "0");
    if is_asked && !is_success {
        for facts in state.places.values_mut() {
            facts.view = None;
        }
    }
}

/// A function ends with an error: what it owns is lost.
pub(super) fn at_return<'a>(walk: &mut Walk<'_, 'a>, value: Span, state: &State<'a>) {
    let at = value.start.saturating_sub(1);
    views(walk, at, state);
    if !matches!(walk.words.joined(value).as_str(), "NULL" | "-1" | "nullptr") {
        return;
    }
    for (place, facts) in &state.places {
        if let Some(event) = facts.owned {
            let message = format!("the reference that `{}` gave to `{place}` is lost where the function ends here", event.function);
            walk.tell("leaked-reference", place, (at, event.function), message);
        }
    }
}

/// A function ends without a word.
pub(super) fn at_end<'a>(walk: &mut Walk<'_, 'a>, state: &State<'a>) {
    let end = walk.function.body.end;
    views(walk, end, state);
}

fn views<'a>(walk: &mut Walk<'_, 'a>, at: usize, state: &State<'a>) {
    for (place, facts) in &state.places {
        if let Some(event) = facts.view {
            let message = format!("the function ends here, and the view `{place}` of a buffer was not given back");
            walk.tell("kept-buffer", place, (at, event.function), message);
        }
    }
}
