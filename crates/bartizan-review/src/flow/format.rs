//! Formats of `PyArg_Parse…`: whether what they write has the size of what it is written to.

use super::{expression::Call, memory::only_address, walk::Walk};

/// What a unit of a format writes, by width on the systems that wheels are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Char,
    Short,
    Int,
    Long,
    LongLong,
    Size,
    Float,
    Double,
    Pointer,
}

pub(super) fn see(walk: &mut Walk<'_, '_>, call: &Call<'_>) {
    let number = match call.function {
        "PyArg_ParseTuple" | "PyArg_Parse" => 1,
        "PyArg_ParseTupleAndKeywords" => 2,
        _ => return,
    };
    let Some(format) = call.arguments.get(number) else {
        return;
    };
    let text = walk.words.text(format.start);
    let is_literal = format.end == format.start + 1 && text.starts_with('"');
    let Some(units) = units(text.trim_matches('"')).filter(|_| is_literal) else {
        return;
    };
    let skipped = if number == 2 { 4 } else { 2 };
    let targets: Vec<_> = call.arguments.iter().skip(skipped).copied().collect();
    for (unit, target) in units.into_iter().zip(targets) {
        let Some((letter, wanted)) = unit else {
            continue;
        };
        let Some(place) = only_address(walk.words, target) else {
            continue;
        };
        let Some(kind) = walk.function.declared.get(place.as_str()).filter(|it| it.room.is_none()).map(|it| it.kind.clone()) else {
            continue;
        };
        if width(&kind).is_some_and(|it| it != wanted) {
            let message = format!("`{letter}` of the format writes something else than `{kind} {place}` has room for");
            walk.tell("mismatched-argument-format", &place, (call.at, call.function), message);
        }
    }
}

/// What each target of a format is written; nothing where the target is of no plain width. None where the format is odd.
fn units(format: &str) -> Option<Vec<Option<(char, Width)>>> {
    let mut units = Vec::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        let width = match letter {
            '(' | ')' | '|' | '$' | ' ' => continue,
            ':' | ';' => break,
            'b' | 'B' | 'c' => Width::Char,
            'h' | 'H' => Width::Short,
            'i' | 'I' | 'p' | 'C' => Width::Int,
            'l' | 'k' => Width::Long,
            'L' | 'K' => Width::LongLong,
            'n' => Width::Size,
            'f' => Width::Float,
            'd' => Width::Double,
            'S' | 'U' | 'Y' => Width::Pointer,
            'O' => {
                match letters.peek() {
                    Some('!') => {
                        letters.next();
                        units.push(None);
                        Width::Pointer
                    }
                    Some('&') => {
                        letters.next();
                        units.extend([None, None]);
                        continue;
                    }
                    _ => Width::Pointer,
                }
            }
            's' | 'z' | 'y' => match letters.peek() {
                Some('*') => {
                    letters.next();
                    units.push(None);
                    continue;
                }
                Some('#') => {
                    letters.next();
                    units.extend([Some((letter, Width::Pointer)), Some(('#', Width::Size))]);
                    continue;
                }
                _ => Width::Pointer,
            },
            _ => return None,
        };
        units.push(Some((letter, width)));
    }
    Some(units)
}

/// The width of a type, where it is known.
fn width(kind: &str) -> Option<Width> {
    Some(match kind {
        _ if kind.ends_with('*') => Width::Pointer,
        "char" | "unsigned char" | "signed char" | "npy_bool" | "uint8_t" | "int8_t" | "bool" => Width::Char,
        "short" | "unsigned short" | "int16_t" | "uint16_t" => Width::Short,
        "int" | "unsigned int" | "unsigned" | "npy_int" | "int32_t" | "uint32_t" => Width::Int,
        "long" | "unsigned long" | "npy_long" | "long int" => Width::Long,
        "long long" | "unsigned long long" | "npy_longlong" | "int64_t" | "uint64_t" => Width::LongLong,
        "Py_ssize_t" | "npy_intp" | "ssize_t" | "size_t" | "ptrdiff_t" | "npy_uintp" => Width::Size,
        "float" | "npy_float" => Width::Float,
        "double" | "npy_double" => Width::Double,
        _ => return None,
    })
}
