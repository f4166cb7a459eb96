//! What is known of the repositories of Sigstore's instances, against the root metadata that `sigstore-trust-root` carries.

use std::path::PathBuf;

use bartizan_formats::digest::Digest;
use bartizan_provenance::{
    Instance,
    tuf::{Anchor, repository},
};
use serde_json::Value;
use sigstore_tuf::{TrustedMetadataSet, canonical_json::to_canonical_bytes};

/// The root metadata, where cargo keeps its sources.
fn carried(name: &str) -> Option<Vec<u8>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let mut registries = std::fs::read_dir(home.join("registry/src")).ok()?.flatten();
    let found = registries.find_map(|registry| {
        let folder = registry
            .path()
            .join("sigstore-trust-root-0.15.1/repository");
        std::fs::read(folder.join(name)).ok()
    });
    if found.is_none() {
        println!("skipped: cargo keeps no sources of `sigstore-trust-root` here");
    }
    found
}

#[test]
fn what_is_known_is_what_the_crate_carries() {
    let instances = [
        (Instance::PublicGood, "tuf_root.json"),
        (Instance::Staging, "tuf_staging_root.json"),
        (Instance::GitHub, "tuf_github_root.json"),
    ];
    for (instance, name) in instances {
        let Some(bytes) = carried(name) else {
            return;
        };
        assert!(TrustedMetadataSet::from_root(&bytes).is_ok(), "{name}");
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let signed = Digest::of(&to_canonical_bytes(&value["signed"]).unwrap());
        let version = value["signed"]["version"].as_u64().unwrap();
        let (url, anchor) = repository(instance);
        assert_eq!(anchor, Anchor::Known { version, signed }, "{name}");
        assert!(url.starts_with("https://"));
    }
}
