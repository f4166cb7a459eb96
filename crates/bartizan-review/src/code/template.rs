//! Templates from which sources are made, as the sources that they stand for, line by line: the marks go, the lines stay.
//!
//! Nothing is expanded: a loop that writes one function for each of ten types is looked at as one function, whose name is made of
//! the names in the marks. That name stays the same when a type is added.

pub(crate) mod braces;
pub(crate) mod repeats;

/// A name in place of what stands in a mark.
fn name_of(inner: &str) -> String {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let name: String = inner
        .trim()
        .chars()
        .map(|it| if is_part(it) { it } else { '_' })
        .take(60)
        .collect();
    if name.is_empty() {
        "_".to_owned()
    } else {
        name
    }
}
