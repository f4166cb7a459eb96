//! A patch as deeds, a model that learns it, and bytes as a model and as weights: what is written is read again, and nothing that
//! somebody made up is taken for a model without being held to its form.
#![no_main]

use bartizan_review::{
    diff,
    novelty::{Model, Proposal, Unit, deeds},
    order::Order,
    rule::Rules,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = Model::from_bytes(bytes) {
        assert_eq!(model.to_bytes(), bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(Order::read(text));
    }
    let found = deeds(&diff::read(bytes).files, Rules::built_in());
    let mut model = Model::new();
    let before = model.novelty(&found).never;
    let proposal = Proposal {
        time: 0,
        number: 1,
        head: [2; 20],
        base: [3; 20],
        parted: 0,
    };
    model.propose(proposal, &found);
    assert_eq!(model.novelty(&found).never, before);
    assert_eq!(Model::from_bytes(&model.to_bytes()).as_ref(), Ok(&model));
    let unit = Unit {
        commit: [1; 20],
        time: 0,
    };
    model.learn(unit, &found);
    assert_eq!(model.novelty(&found).never, 0);
    assert!(before <= found.deeds.len());
    assert_eq!(Model::from_bytes(&model.to_bytes()), Ok(model));
});
