use proptest::prelude::*;

use super::*;
use crate::{
    change::{File, FileChange},
    review::Review,
    rule::Rules,
};

/// A repository of texts.
struct Texts {
    before: Vec<(&'static str, &'static str)>,
    after: Vec<(&'static str, &'static str)>,
}

impl Texts {
    fn find(side: &[(&str, &str)], path: &str) -> Option<Vec<u8>> {
        let found = side.iter().find(|it| it.0 == path);
        found.map(|it| it.1.as_bytes().to_vec())
    }

    fn paths(side: &[(&str, &str)]) -> Vec<String> {
        side.iter().map(|it| it.0.to_owned()).collect()
    }
}

impl Surroundings for Texts {
    fn paths_before(&self) -> Vec<String> {
        Self::paths(&self.before)
    }

    fn paths_after(&self) -> Vec<String> {
        Self::paths(&self.after)
    }

    fn before(&self, path: &str) -> Option<Vec<u8>> {
        Self::find(&self.before, path)
    }

    fn after(&self, path: &str) -> Option<Vec<u8>> {
        Self::find(&self.after, path)
    }
}

fn shown(gained: &[Gained]) -> String {
    let lines = gained.iter().map(|it| {
        let novelty = match it.is_new_for_package {
            Some(true) => "new",
            Some(false) => "known",
            None => "?",
        };
        format!(
            "{} {}:{} {} {} {novelty} <- {}",
            it.capability.name(),
            it.file,
            it.line,
            it.function,
            it.what,
            it.path.join(" > ")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is gained where only the files that differ are handed over, and the others lie around them.
fn check(
    before: &[(&'static str, &'static str)],
    after: &[(&'static str, &'static str)],
) -> String {
    let mut review = Review::new(Rules::built_in());
    let paths: BTreeSet<&str> = before.iter().chain(after).map(|it| it.0).collect();
    for path in paths {
        let of = |side: &[(&'static str, &'static str)]| {
            side.iter()
                .find(|it| it.0 == path)
                .map(|it| File::new(it.0, it.1))
        };
        let change = FileChange {
            before: of(before),
            after: of(after),
        };
        if change.before != change.after {
            review.look(&change);
        }
    }
    review.surround(&Texts {
        before: before.to_vec(),
        after: after.to_vec(),
    });
    shown(&review.finish().capabilities)
}

const API: (&str, &str) = (
    "lab/api.py",
    "from .io import _fetch\ndef load(x):\n    return _fetch(x)\n",
);

#[test]
fn a_function_that_reaches_the_network_is_told_with_its_way() {
    let io = "import socket\ndef _fetch(x):\n    return _open(x)\ndef _open(x):\n    return socket.socket(x)\n";
    insta::assert_snapshot!(check(&[API, ("lab/io.py", "def _fetch(x):\n    return x\n")], &[API, ("lab/io.py", io)]), @"network lab/io.py:5 _open socket.socket new <- public name `load` > lab/api.py:load > lab/io.py:_fetch > lab/io.py:_open");
}

#[test]
fn what_the_package_could_do_elsewhere_is_not_new_and_what_nobody_calls_has_no_way() {
    let old = (
        "lab/old.py",
        "import subprocess as sp\ndef run(x):\n    sp.run(x)\n",
    );
    let new = (
        "lab/new.py",
        "import subprocess\ndef _never(x):\n    subprocess.run(x)\n",
    );
    insta::assert_snapshot!(check(&[old], &[old, new]), @"exec lab/new.py:3 _never subprocess.run known <-");
}

#[test]
fn moves_and_renames_gain_nothing() {
    let one = ("lab/a.py", "import os\ndef f(x):\n    os.system(x)\n");
    assert_eq!(check(&[one], &[("lab/b.py", one.1)]), "");
    assert_eq!(
        check(
            &[one],
            &[("lab/a.py", "import os\ndef g(x):\n    os.system( x )\n")]
        ),
        ""
    );
    assert_eq!(
        check(
            &[one],
            &[("lab/a.py", "import os\ndef f(x):\n    os.system(x + y)\n")]
        ),
        ""
    );
}

#[test]
fn methods_of_extensions_and_cython_have_ways() {
    let c = "static PyObject *py_go(PyObject *s) { helper(); return s; }\nstatic void helper(void) { system(\"x\"); }\nstatic PyMethodDef m[] = {{\"go\", (PyCFunction)py_go, METH_NOARGS, NULL}};\n";
    let pyx = "cdef int _f(double *p) noexcept:\n    with nogil:\n        p[0] = 1\ndef g(x):\n    _f(<double *> x)\n";
    insta::assert_snapshot!(check(&[], &[("lab/m.c", c), ("lab/y.pyx", pyx)]), @"
    exec lab/m.c:2 helper system ? <- method `go` of an extension > lab/m.c:py_go > lab/m.c:helper
    unsafe-memory lab/y.pyx:5 g __pointer__ ? <- public name `g` > lab/y.pyx:g
    gil-release lab/y.pyx:2 _f nogil ? <- public name `g` > lab/y.pyx:g > lab/y.pyx:_f
    ");
}

#[test]
fn builds_installation_and_words_are_told() {
    let setup = "import os\nkey = os.environ['KEY']\ndef f():\n    open('x', 'w')\n";
    let word =
        "import os\nclass A:\n    def f(self):\n        x = os.environ['A']\n        return x\n";
    let tests = "import subprocess\nsubprocess.run('x')\n";
    insta::assert_snapshot!(check(&[], &[("setup.py", setup), ("lab/w.py", word), ("lab/tests/test_a.py", tests)]), @"
    file-write setup.py:4 f open ? <- installation runs setup.py > setup.py:f
    secrets lab/w.py:4 A.f os.environ ? <- public name `A.f` > lab/w.py:A.f
    secrets setup.py:2  os.environ ? <- installation runs setup.py
    ");
}

#[test]
fn files_without_any_word_are_not_parsed() {
    let asked = BTreeSet::from([Capability::Exec]);
    assert!(table::may_hold(b"from subprocess import run", &asked));
    assert!(table::may_hold(b"os.system(x)", &asked));
    assert!(!table::may_hold(b"import numpy", &asked));
}

proptest! {
    #[test]
    fn never_panics(name in "(a\\.py|b\\.pyx|c\\.c|setup\\.py)", text in r#"(def |class |cdef |with nogil:|import os|os\.environ|os\.system|METH_X|socket\(|[a-c(){},;:\n" ]|    ){0,60}"#) {
        let mut review = Review::new(Rules::built_in());
        review.look(&FileChange { before: None, after: Some(File::new(name, text)) });
        for it in review.finish().capabilities {
            prop_assert!(it.line > 0);
        }
    }
}
