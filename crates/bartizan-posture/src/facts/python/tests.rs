//! What code shows, and what it hides.

use bartizan_formats::tree::MemoryTree;
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::{facts, laboratory::TODAY};

fn check(files: &[(&str, &str)]) -> String {
    let sources = facts::read(&MemoryTree::new(files.iter().copied()), TODAY).sources;
    let mut told: Vec<String> = Vec::new();
    for it in &sources.packages {
        told.push(format!(
            "{}: {:?} lazy {:?} eager {:?} stub {}",
            it.file, it.submodules, it.lazy, it.eager, it.has_stub
        ));
    }
    for it in &sources.seeds {
        told.push(format!(
            "{}:{} {} {}",
            it.file, it.line, it.function, it.name
        ));
    }
    for (file, why) in &sources.gaps {
        told.push(format!("{file}: {why}"));
    }
    told.join("\n")
}

fn seeds(text: &str) -> String {
    check(&[("a/b.py", text), ("a/__init__.py", "")])
        .lines()
        .skip(1)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn parameters_are_those_of_public_functions() {
    assert_snapshot!(seeds("def f(a, *, random_state=None):\n  pass\n\nclass C:\n    def __init__(\n        self,\n        # seed\n        rng: int = f(1, (2)),\n    ): ...\n    def _m(self, seed): ...\n"), @"
    a/b.py:1 f random_state
    a/b.py:8 C.__init__ rng
    ");
    assert_snapshot!(seeds("def f(a='seed', b=\")\", c=[')']):\n  seed = 1\ndef _g(seed): ...\n# def h(seed):\nclass _C:\n  def m(self, seed): ...\n"), @"");
    assert_snapshot!(seeds("async def f(seed): ...\nx = 'def g(seed)'\ndef h():\n  def i(seed): ...\n"), @"a/b.py:1 f seed");
    assert_snapshot!(seeds("class C:\n  @seed.setter\n  def random_state(self, seed): ...\n"), @"");
    assert_snapshot!(seeds("__all__ = ['f']\ndef f(seed, rng): ...\ndef g(seed): ...\n"), @"a/b.py:2 f rng");
    assert_snapshot!(seeds("def f(seed):\n  print 'x'\n"), @"
    a/b.py:1 f seed
    a/b.py: not all of it is Python that could be parsed
    ");
    assert_snapshot!(seeds(&format!("seed = {}1", "1+".repeat(5000))), @"a/b.py: nested deeper than 1000 levels");
}

#[test]
fn subpackages_are_loaded_lazily_or_not() {
    let of = |text: &str| {
        check(&[
            ("src/a/__init__.py", text),
            ("src/a/b/__init__.py", ""),
            ("src/a/_c/__init__.py", ""),
            ("src/a/tests/__init__.py", ""),
        ])
    };
    assert_snapshot!(of("import lazy_loader as lazy\n__getattr__, *_ = lazy.attach_stub(__name__, __file__)\n"), @r#"src/a/__init__.py: ["b"] lazy Some((Stub, 2)) eager [] stub false"#);
    assert_snapshot!(of("from ._vendor.lazy_loader import attach\n__getattr__ = attach(__name__, ['b'])\n"), @r#"src/a/__init__.py: ["b"] lazy Some((Attach, 2)) eager [] stub false"#);
    assert_snapshot!(of("def __getattr__(name):\n    return import_module(name)\n"), @r#"src/a/__init__.py: ["b"] lazy Some((Getattr, 1)) eager [] stub false"#);
    assert_snapshot!(of("def __getattr__(name):\n    raise AttributeError\nfrom . import b, _c\nfrom .b import x\nimport a.b\n"), @r#"src/a/__init__.py: ["b"] lazy None eager [("b", 3)] stub false"#);
    assert_snapshot!(of("from . import b\ndef __getattr__(name):\n    from importlib import metadata\n    return metadata.version('a')\n"), @r#"src/a/__init__.py: ["b"] lazy None eager [("b", 1)] stub false"#);
    assert_snapshot!(of("def __getattr__(name):\n    import a.b as b\n    return b\n"), @r#"src/a/__init__.py: ["b"] lazy Some((Getattr, 1)) eager [] stub false"#);
    assert_snapshot!(of("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import b\nx.attach(y)\n"), @r#"src/a/__init__.py: ["b"] lazy None eager [] stub false"#);
    assert_snapshot!(of("from a import b as c\n# attach_stub()\n"), @r#"src/a/__init__.py: ["b"] lazy None eager [("b", 1)] stub false"#);
}

proptest! {
    #[test]
    fn nothing_panics(text in r##"(def |seed|rng|import |from |[(),:\n '"#\[\]=.éa])*{0,40}"##) {
        check(&[("a/b.py", &text), ("a/__init__.py", &text)]);
    }
}
