//! The root of a Merkle tree over hashes: RFC 9162, section 2.1.1.

use bartizan_formats::digest::Digest;

/// The root over some leaves, in their order.
pub fn root(leaves: &[Digest]) -> Digest {
    // Roots of full trees, the largest first, with how many leaves each is over: as in a counter of two digits.
    let mut full: Vec<(usize, Digest)> = Vec::new();
    for leaf in leaves {
        let mut tree = (1, Digest::of(&[[0].as_slice(), leaf.0.as_slice()].concat()));
        while let Some((_, left)) = full.pop_if(|it| it.0 == tree.0) {
            tree = (2 * tree.0, node(left, tree.1));
        }
        full.push(tree);
    }
    let mut right = full.into_iter().rev().map(|(_, tree)| tree);
    match right.next() {
        Some(last) => right.fold(last, |right, left| node(left, right)),
        None => Digest::of(b""),
    }
}

fn node(left: Digest, right: Digest) -> Digest {
    Digest::of(&[[1].as_slice(), left.0.as_slice(), right.0.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the standard says it.
    fn textbook(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(b""),
            [leaf] => Digest::of(&[[0].as_slice(), leaf.0.as_slice()].concat()),
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(split);
                node(textbook(left), textbook(right))
            }
        }
    }

    #[test]
    fn it_is_that_of_the_standard() {
        let leaves: Vec<Digest> = (0..70_u8).map(|it| Digest::of(&[it])).collect();
        for count in 0..leaves.len() {
            assert_eq!(
                root(&leaves[..count]),
                textbook(&leaves[..count]),
                "{count}"
            );
        }
        // The hash of nothing.
        insta::assert_snapshot!(root(&[]), @"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
