//! Functions of Cython by their indentation: memory that an error loses, numbers used as pointers, writes without the lock.

use super::{Subject, statements};
use crate::{
    kind::Language,
    lines::{cut, squeezed},
    sighting::Seen,
};

/// How many functions of one file are looked at.
const MOST_FUNCTIONS: usize = 20_000;

/// A function and its statements.
struct Function {
    name: String,
    head: String,
    /// Line, indentation and text of each statement.
    body: Vec<(u32, usize, String)>,
}

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_cython = subject.language == Language::Cython && subject.is_whole;
    let Some(text) = subject.text.filter(|_| is_cython) else {
        return;
    };
    for function in functions(text) {
        lost_memory(&function, seen);
        number_as_pointer(&function, seen);
        shared_write(&function, seen);
    }
}

/// The functions, each with what is indented below it; those within classes too.
fn functions(text: &str) -> Vec<Function> {
    let mut functions: Vec<Function> = Vec::new();
    let mut open: Option<usize> = None;
    for (line, statement) in statements::of(text, Language::Cython) {
        let code = statement.trim_start();
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        let indent = statement.len() - code.len();
        if open.is_some_and(|it| indent <= it) {
            open = None;
        }
        if open.is_none() && functions.len() < MOST_FUNCTIONS && let Some(name) = name_of(code) {
            functions.push(Function { name: name.to_owned(), head: code.to_owned(), body: Vec::new() });
            open = Some(indent);
        } else if open.is_some() && let Some(function) = functions.last_mut() {
            function.body.push((line, indent, code.to_owned()));
        }
    }
    functions
}

/// The name of the function that a statement begins.
fn name_of(code: &str) -> Option<&str> {
    let is_function = ["def ", "cdef ", "cpdef ", "async def "].iter().any(|it| code.starts_with(it));
    let (before, behind) = code.split_once('(')?;
    let is_head = is_function && behind.trim_end().ends_with(':') && !before.contains('=');
    let name = before.trim_end().rsplit([' ', '*', '&']).next()?;
    (is_head && !name.is_empty()).then_some(name)
}

fn tell(function: &Function, rule: &'static str, (line, code): (u32, &str), message: String, seen: &mut Vec<Seen>) {
    let mut it = Seen::new(rule, Some(line), squeezed(cut(code, 400)), message);
    it.within.clone_from(&function.name);
    seen.push(it);
}

/// Whether a word stands in a text, and is no part of a longer one.
fn holds(text: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

/// `p = malloc(n)` where nothing gives `p` back whatever happens.
fn lost_memory(function: &Function, seen: &mut Vec<Seen>) {
    let is_safe = |code: &str| code.starts_with("finally") || code.starts_with("except");
    if function.body.iter().any(|(_, _, code)| is_safe(code)) || function.head.contains("nogil:") {
        return;
    }
    for (line, _, code) in &function.body {
        let Some((left, right)) = code.split_once('=') else {
            continue;
        };
        let gives = ["malloc(", "calloc(", "PyMem_Malloc(", "PyMem_Calloc("].iter().any(|it| right.contains(it));
        let name = left.trim_end().rsplit([' ', '*']).next().unwrap_or_default();
        // What is put into an object, or given to the caller, lives on.
        let is_given_away = |code: &str| code.starts_with("return") && holds(code, name) || code.split_once('=').is_some_and(|(to, value)| to.contains(['.', '[']) && holds(value, name));
        let is_kept = name.is_empty() || left.contains(['.', '[']) || function.body.iter().any(|(_, _, code)| is_given_away(code));
        let is_followed = function.body.last().is_some_and(|(last, _, _)| last > line);
        if gives && !is_kept && is_followed {
            let message = format!("`{name}` is lost where anything behind this line raises");
            tell(function, "memory-without-finally", (*line, code), message, seen);
        }
    }
}

/// `<double*>address` of what the caller says as a number or an object.
fn number_as_pointer(function: &Function, seen: &mut Vec<Seen>) {
    let arguments = function.head.split_once('(').map_or("", |it| it.1);
    for (line, _, code) in &function.body {
        for (at, _) in code.match_indices('>') {
            let before = code.get(..at).unwrap_or_default();
            let is_cast = before.trim_end().ends_with('*') && before.rfind('<').is_some_and(|it| !before.get(it..).unwrap_or_default().contains(['(', ')', '=']));
            let behind = code.get(at + 1..).unwrap_or_default().trim_start();
            let end = behind.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(behind.len());
            let (name, rest) = behind.split_at_checked(end).unwrap_or_default();
            let is_object = before.contains("PyObject") || before.contains("void");
            if is_cast && !is_object && !name.is_empty() && !rest.starts_with(['(', '.', '[']) && arguments.split(',').any(|it| is_number(it, name)) {
                let message = format!("the argument `{name}` is a number or an object, and is used as an address");
                tell(function, "argument-as-pointer", (*line, code), message, seen);
            }
        }
    }
}

/// Whether an argument has this name, and is a number or any object.
fn is_number(argument: &str, name: &str) -> bool {
    let argument = argument.split(['=', ')']).next().unwrap_or_default().trim();
    let mut words: Vec<&str> = argument.split_whitespace().collect();
    if words.pop() != Some(name) {
        return false;
    }
    words.iter().all(|it| matches!(*it, "int" | "long" | "object" | "size_t" | "Py_ssize_t" | "intptr_t" | "uintptr_t" | "unsigned" | "np.intp_t" | "const"))
}

/// A write to an attribute in code without the lock.
fn shared_write(function: &Function, seen: &mut Vec<Seen>) {
    let mut without: Option<usize> = None;
    for (line, indent, code) in &function.body {
        if without.is_some_and(|it| *indent <= it) {
            without = None;
        }
        let is_begin = (code.starts_with("with ") && holds(code, "nogil")) || (code.starts_with("for ") && holds(code, "prange"));
        if is_begin {
            without = without.or(Some(*indent));
            continue;
        }
        let is_change = ["+=", "-=", "*=", "/="].iter().any(|sign| {
            code.split_once(sign).is_some_and(|(left, _)| left.starts_with("self.") && !left.contains(['(', '[']))
        });
        if without.is_some() && is_change {
            let message = "an attribute that other threads see is changed without the lock".to_owned();
            tell(function, "write-without-lock", (*line, code), message, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_functions_are_told_from_calls() {
        let shown: Vec<_> = ["def f(x):", "cdef inline double* g(int n) nogil:", "cdef int x = f(3)", "f(x)", "cpdef h(a,\n b):"].map(name_of).into();
        assert_eq!(shown, [Some("f"), Some("g"), None, None, Some("h")]);
    }
}
