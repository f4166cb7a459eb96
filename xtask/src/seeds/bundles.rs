//! A small bundle, whose content is not the one that it names.

use anyhow::Result;

use super::Seed;

const MANIFEST: &str = r#"{"kind":"bartizan-bundle","format":1,"created":"2099-01-02T00:00:00Z","snapshot":{"id":"000000000000",
"content_sha256":"0000000000000000000000000000000000000000000000000000000000000000"},"content":{"name":"snapshot.bdb","size":3,
"sha256":"0000000000000000000000000000000000000000000000000000000000000000"},"sources":[{"id":"pypa","title":"t","licence":"l",
"records":1,"imported":"2099-01-01T00:00:00Z","newest":null}]}"#;

/// Manifest, signature and content in their order.
pub(super) fn small() -> Result<Seed> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in [
        ("bundle.json", MANIFEST),
        ("bundle.json.sig", "-"),
        ("snapshot.bdb", "abc"),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, name, text.as_bytes())?;
    }
    Ok(Seed {
        target: "bundle",
        bytes: archive.into_inner()?,
    })
}
