//! Bundles that were changed, cut or are signed lies, and snapshots that must not be signed.

use std::fs;

use bartizan_formats::{
    bundle::{self, BundleManifest},
    digest::Digest,
};
use insta::assert_snapshot;

use super::*;

/// A home that already has the publisher's last snapshot; whatever happens to the next bundle, it keeps it.
#[test]
fn a_changed_or_cut_bundle_leaves_the_old_snapshot_in_force() {
    let bench = Bench::new();
    bench.sync("a", 1, &[1, 2]);
    bench.export("a", 2, "one.tar", 1);
    bench.install("b", "one.tar");
    bench.sync("a", 3, &[1, 2, 3]);
    bench.export("a", 4, "two.tar", 1);
    bench
        .try_export("a", 4, "changes.tar", (Some(1), Some("one.tar")))
        .unwrap();
    let before = bench.snapshot("b");
    for name in ["two.tar", "changes.tar"] {
        let whole = fs::read(bench.path(name)).unwrap();
        for place in (0..whole.len()).step_by(61) {
            let mut changed = whole.clone();
            changed[place] ^= 0x41;
            fs::write(bench.path("bad.tar"), &changed).unwrap();
            let in_content = place > 4096 && place < whole.len() - 1536;
            if bench
                .try_install("b", "bad.tar", Waivers::default())
                .is_ok()
            {
                // Fields of the archive that say nothing, such as the owner; put things back.
                assert!(!in_content, "{name} {place}");
                bench.try_install("b", "one.tar", OLDER).unwrap();
            }
            assert_eq!(bench.snapshot("b"), before, "{name} {place}");
            fs::write(bench.path("bad.tar"), &whole[..place]).unwrap();
            assert!(
                bench
                    .try_install("b", "bad.tar", Waivers::default())
                    .is_err(),
                "{name} {place}"
            );
        }
    }
    assert_eq!(bench.snapshot("b"), before);
}

/// A publisher who is trusted and wrong, or whose key was stolen, still gets in nothing that is not sound.
#[test]
fn a_signed_lie_is_refused() {
    let bench = Bench::new();
    bench.sync("a", 1, &[1, 2]);
    let honest = bench.export("a", 2, "one.tar", 1).manifest;
    let lie = |manifest: &BundleManifest, content: &[u8]| {
        let signature = key(1)
            .sign(bundle::manifest_text(manifest).as_bytes())
            .unwrap();
        let mut file = File::create(bench.path("lie.tar")).unwrap();
        bundle::write(manifest, Some(&signature), &mut { content }, &mut file).unwrap();
        bench.install("b", "lie.tar")
    };
    let snapshot = bench.snapshot("a");
    let of = |content: &[u8]| bundle::Content {
        size: content.len() as u64,
        digest: Digest::of(content),
    };
    let nothing = BundleManifest {
        content: of(b"no snapshot"),
        ..honest.clone()
    };
    assert_snapshot!(lie(&nothing, b"no snapshot"), @"the bundle holds no sound snapshot: not an advisory snapshot of bartizan");
    let mut damaged = snapshot.clone();
    damaged[20] ^= 1;
    let manifest = BundleManifest {
        content: of(&damaged),
        ..honest.clone()
    };
    assert_snapshot!(lie(&manifest, &damaged), @"the bundle holds no sound snapshot: the snapshot is damaged: the block at 16 has another checksum than its index says");
    let mut younger = honest.clone();
    younger.sources[0].imported = november(2);
    assert_snapshot!(lie(&younger, &snapshot), @"cannot use the bundle `ROOT/lie.tar`: the bundle contradicts itself: its manifest lists other sources than its content has");
    let other = BundleManifest {
        snapshot: bundle::SnapshotName(Digest::of(b"other")),
        ..honest
    };
    assert_snapshot!(lie(&other, &snapshot), @"cannot use the bundle `ROOT/lie.tar`: the content of the bundle is not the one that its manifest names");
    assert!(!bench.home("b").snapshot().exists());
}

#[test]
fn damage_is_not_signed() {
    let bench = Bench::new();
    let missing = bench
        .try_export("a", 1, "x.tar", (Some(1), None))
        .unwrap_err();
    assert!(matches!(missing, ExportError::Database(_)), "{missing}");
    bench.sync("a", 2, &[1, 2]);
    let early = bench
        .try_export("a", 1, "x.tar", (Some(1), None))
        .unwrap_err();
    assert_snapshot!(early, @"a source was imported at 2026-11-02T00:00:00Z, after the time of this export");
    let mut bytes = bench.snapshot("a");
    bytes[20] ^= 1;
    fs::write(bench.home("a").snapshot(), bytes).unwrap();
    let damaged = bench
        .try_export("a", 2, "x.tar", (Some(1), None))
        .unwrap_err();
    assert_snapshot!(damaged, @"the advisory snapshot does not hold");
    assert!(!bench.path("x.tar").exists());
}
