//! Digests of files as bills state them: SHA-256, which everybody compares, and SHA-512, which the BSI asks for.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256, Sha512};

use crate::create::{Hash, identity::hexadecimal};

/// The digests of what is read to its end.
pub fn of(reader: &mut dyn Read) -> io::Result<Vec<Hash>> {
    let (mut short, mut long) = (Sha256::new(), Sha512::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        short.update(bytes);
        long.update(bytes);
    }
    let hash = |algorithm, digest: &[u8]| Hash {
        algorithm,
        digits: hexadecimal(digest),
    };
    Ok(vec![
        hash("SHA-256", &short.finalize()),
        hash("SHA-512", &long.finalize()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        let found = of(&mut b"abc".as_slice()).expect("memory");
        assert!(found[0].digits.starts_with("ba7816bf8f01cfea") && found[0].digits.len() == 64);
        assert!(found[1].digits.starts_with("ddaf35a193617aba") && found[1].digits.len() == 128);
    }
}
