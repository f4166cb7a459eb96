//! A Python file: what it defines, imports and calls, however deep it nests, and where its values come from, whatever circles
//! its names go in.
#![no_main]

use bartizan_formats::python_code::{self, reach};
use libfuzzer_sys::fuzz_target;

/// Everything is looked at, and followed.
struct Everything;

impl reach::Meaning for Everything {
    fn source(&self, function: &str, text: &dyn Fn() -> Option<String>) -> u32 {
        u32::from(function.len() > 3) | u32::from(text().is_some()) << 1
    }

    fn value(&self, name: &str) -> u32 {
        u32::from(name.contains('.')) << 2
    }

    fn is_looked_at(&self, _: &str) -> bool {
        true
    }

    fn is_passed_over(&self, argument: &str) -> bool {
        argument == "b"
    }
}

fuzz_target!(|text: &str| {
    let Ok(module) = python_code::parse(text) else {
        return;
    };
    let lines = u32::try_from(text.lines().count())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    for function in &module.functions {
        assert!((1..=lines).contains(&function.line));
        assert!(
            function
                .parameters
                .iter()
                .all(|it| (1..=lines).contains(&it.line))
        );
    }
    assert!(module.functions.is_sorted_by_key(|it| it.line));
    assert!(
        module
            .imports
            .iter()
            .all(|it| (1..=lines).contains(&it.line))
    );
    let sites = python_code::call_sites::read(text).expect("what is parsed has calls");
    assert!(
        sites.is_sorted_by_key(|it| it.line)
            && sites.iter().all(|it| (1..=lines).contains(&it.line))
    );
    assert!(module.calls.iter().all(|it| (1..=lines).contains(&it.line)));
    let reach = reach::read(text, &Everything).expect("what is parsed is followed");
    assert!(
        reach.deeds.is_sorted_by_key(|it| it.line)
            && reach.deeds.iter().all(|it| (1..=lines).contains(&it.line))
    );
});
