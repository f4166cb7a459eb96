//! Whether the stub that lazy loading reads is there.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::facts::python::Lazy;
use crate::judgement::{Judgement, Place, fail, unknown};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-1-unshipped-stub",
    title: "lazy loading reads a stub that is not there",
    spec: Some("1.2"),
    severity: SeverityLevel::Medium,
    what: "Where `attach_stub` is used, an `__init__.pyi` lies beside the module, and what builds the package takes it in.",
    why: "Without the stub the import fails for everybody but its author.",
    remedy: "Add the stub, and see that it is part of wheels.",
    example: Example {
        file: "lab/__init__.pyi",
        passing: "from . import numbers as numbers\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let of_stub = |lazy: Option<(Lazy, u32)>| {
        lazy.filter(|(kind, _)| *kind == Lazy::Stub)
            .map(|(_, line)| line)
    };
    let mut places = Vec::new();
    let mut statements = Vec::new();
    for package in &facts.sources.packages {
        let Some(line) = of_stub(package.lazy) else {
            continue;
        };
        let place = vec![Place::line(&package.file, line)];
        if !package.has_stub {
            statements.push(fail("`attach_stub` has no `.pyi` beside it", place));
            continue;
        }
        let stub = Place::file(&format!("{}i", package.file));
        match facts.project.ships_stubs {
            Some(true) => places.push(stub),
            Some(false) => statements.push(fail(
                "what builds the package leaves the stub out",
                vec![stub],
            )),
            None => {
                let message = "whether the stub is part of the package is not known";
                statements.push(unknown(
                    message,
                    "a built wheel, or a builder that is known here",
                    vec![stub],
                ));
            }
        }
    }
    match (statements.is_empty(), places.is_empty()) {
        (true, true) => Judgement::not_applicable("no package loads by a stub"),
        (true, false) => {
            Judgement::pass("the stub of lazy loading is there and is shipped", places)
        }
        _ => Judgement::of(statements, ""),
    }
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn a_stub_is_shipped_or_not() {
        let check = |project: &str| {
            let lazy = "import lazy_loader as l\n__getattr__ = l.attach_stub(__name__, __file__)\n";
            told(
                "spec-1-unshipped-stub",
                &only(&[
                    ("pyproject.toml", project),
                    ("a/__init__.py", lazy),
                    ("a/__init__.pyi", "x = 1"),
                    ("meson.build", "m"),
                    ("a/meson.build", "'__init__.py'"),
                ]),
            )
        };
        insta::assert_snapshot!(check("[build-system]\nbuild-backend = 'hatchling.build'\n"), @"pass: the stub of lazy loading is there and is shipped [a/__init__.pyi]");
        insta::assert_snapshot!(check("[build-system]\nbuild-backend = 'setuptools.build_meta'\nrequires = ['setuptools<60']\n"), @"fail: what builds the package leaves the stub out [a/__init__.pyi]");
        insta::assert_snapshot!(check("[build-system]\nbuild-backend = 'setuptools.build_meta'\nrequires = ['setuptools>=61']\n"), @"pass: the stub of lazy loading is there and is shipped [a/__init__.pyi]");
        insta::assert_snapshot!(check("[build-system]\nbuild-backend = 'mesonpy'\n"), @"fail: what builds the package leaves the stub out [a/__init__.pyi]");
    }
}
