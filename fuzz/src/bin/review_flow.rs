//! The body of a function of C: a walk over it ends, whatever stands there, and another layout of the same words introduces
//! nothing.
#![no_main]

use bartizan_review::{
    Review,
    change::{File, FileChange},
    rule::Rules,
};
use libfuzzer_sys::fuzz_target;

/// Below this no text is long enough for what rules say of long lines.
const SHORT: usize = 300;

fuzz_target!(|body: &str| {
    let text = format!("int f(PyObject *o, char *p, int n) {{ {body} }}\n");
    let look = |before: &str, after: &str| {
        let file = |text: &str| Some(File::new("src/a.c", text));
        let mut review = Review::new(Rules::built_in());
        review.look(&FileChange {
            before: file(before),
            after: file(after),
        });
        review.finish()
    };
    look("", &text);
    // Within quotes, comments and lines for the preprocessor a line break is no layout.
    let is_plain = text.is_ascii() && !text.contains(['"', '\'', '#', '/', '\\']);
    if is_plain && text.len() < SHORT {
        let anew = text.replace(',', ",\n    ").replace(';', ";\n\n\t");
        assert!(look(&text, &anew).entries.is_empty());
        assert!(look(&anew, &text).entries.is_empty());
    }
});
