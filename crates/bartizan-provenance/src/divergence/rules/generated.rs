//! Files that a tool makes of another one in the source. Only running the tool would tell whether they are what it makes.

use super::{Case, Rule, Verdict};
use crate::divergence::side::{file_name, installed_path};

pub(super) static RULE: Rule = Rule {
    id: "generated",
    title: "a file that a tool makes of another one: of Cython, SWIG, gettext, a manual",
    judge,
};

/// The ending of what is made, that of what it is made of, and by what.
const MADE: [(&str, &str, &str); 14] = [
    (".c", ".pyx", "Cython"),
    (".cpp", ".pyx", "Cython"),
    (".c", ".py", "Cython"),
    (".h", ".pyx", "Cython"),
    (".c", ".y", "Bison"),
    (".h", ".y", "Bison"),
    (".c", ".l", "Flex"),
    (".py", ".i", "SWIG"),
    ("_pb2.py", ".proto", "protoc"),
    ("_pb2.pyi", ".proto", "protoc"),
    ("_pb2_grpc.py", ".proto", "protoc"),
    (".gmo", ".po", "msgfmt"),
    (".mo", ".po", "msgfmt"),
    (".py", ".ui", "uic"),
];

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.counterpart.is_some() {
        return None;
    }
    let path = installed_path(case.path);
    for (made, of, tool) in MADE {
        let Some(stem) = path.strip_suffix(made) else {
            continue;
        };
        let source = &case.world.source;
        let origin = source.places(&format!("{stem}{of}"));
        if let Some(origin) = origin.first().map(|it| file_name(it)) {
            let why = format!("{tool} makes it of `{origin}`, and nothing was run");
            return Verdict::uncompared(why);
        }
    }
    None
}
