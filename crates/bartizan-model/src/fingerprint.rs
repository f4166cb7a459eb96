//! A short name for something that stays the same from run to run and machine to machine.

/// Sixteen digits that stand for a text.
pub fn hash(text: &str) -> String {
    format!("{:016x}", fnv1a(text))
}

/// The 64-bit FNV-1a hash: not against an adversary, but the same everywhere and for ever.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::fnv1a;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
