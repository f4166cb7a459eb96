//! A Python file: what it defines, imports and calls, however deep it nests.
#![no_main]

use bartizan_formats::python_code;
use libfuzzer_sys::fuzz_target;

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
});
