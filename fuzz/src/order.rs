//! Orders of versions: three lines are three versions, and their order is one.

use std::cmp::Ordering;

use bartizan_model::version::VersionOrder;

/// Checks that comparing is reflexive, antisymmetric and transitive.
pub fn drive(order: VersionOrder, text: &str) {
    let versions: Vec<_> = text
        .split('\n')
        .take(3)
        .filter_map(|line| order.parse(line))
        .collect();
    for a in &versions {
        assert_eq!(a.compare(a), Some(Ordering::Equal));
        for b in &versions {
            let ab = a.compare(b).expect("one order");
            assert_eq!(Some(ab), b.compare(a).map(Ordering::reverse));
            for c in &versions {
                if ab != Ordering::Greater && b.compare(c) != Some(Ordering::Greater) {
                    assert_ne!(a.compare(c), Some(Ordering::Greater));
                }
            }
        }
    }
}
