use std::io::Cursor;

use ::tar::{Builder, EntryType, Header};
use bartizan_formats::archive::{ArchiveError, conda};
use proptest::prelude::*;
use zip::CompressionMethod;

use super::*;

const NAME: &str = "b.cdx.json";
const PATHS: &str =
    r#"{"paths_version": 1, "paths": [{"_path": "lib/a", "sha256": "00", "size_in_bytes": 1}]}"#;

type Files<'a> = &'a [(&'a str, &'a str)];

fn packed(files: Files<'_>) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mtime(7);
        header.set_mode(0o755);
        builder
            .append_data(&mut header, name, text.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

/// A package in the newer form.
fn newer(info: &[u8], files: &[u8]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let (info, files) = (
        zstd::encode_all(info, 3).unwrap(),
        zstd::encode_all(files, 3).unwrap(),
    );
    for (name, bytes) in [
        ("metadata.json", b"{}".as_slice()),
        ("info-lab-1.0-0.tar.zst", &info),
        ("pkg-lab-1.0-0.tar.zst", &files),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A package in the older form.
fn older(files: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(files).unwrap();
    encoder.finish().unwrap()
}

fn put(package: &[u8], bill: &str) -> Result<Vec<u8>, EmbedError> {
    let out = Cursor::new(Vec::new());
    embed_conda(Cursor::new(package), NAME, bill.as_bytes(), out).map(Cursor::into_inner)
}

/// The files of what comes out, with their texts.
fn check(package: &[u8]) -> String {
    let out = match put(package, "{}") {
        Ok(out) => out,
        Err(error) => return format!("! {error}"),
    };
    let mut told = Vec::new();
    conda::visit(Cursor::new(out), &Limits::NATIVE, &mut |member| {
        let bytes = member.read()?;
        let text: String = String::from_utf8_lossy(&bytes).chars().take(20).collect();
        told.push(format!("{} {}", member.name(), text));
        Ok::<_, ArchiveError>(std::ops::ControlFlow::Continue(()))
    })
    .unwrap();
    told.join("\n")
}

const INFO: Files<'static> = &[
    ("info/files", "lib/a\n"),
    ("info/index.json", "{}"),
    ("info/paths.json", PATHS),
];

#[test]
fn a_bill_comes_in_behind_the_index_and_nothing_else_changes() {
    insta::assert_snapshot!(check(&newer(&packed(INFO), &packed(&[("lib/a", "a")]))), @r#"
    info/files lib/a

    info/index.json {}
    info/sboms/b.cdx.json {}
    info/paths.json {"paths_version": 1,
    lib/a a
    "#);
    let all = [INFO, &[("lib/a", "a")]].concat();
    let long = format!("lib/{}", "long/".repeat(40));
    let all = [all, vec![(long.as_str(), "b")]].concat();
    let told = check(&older(&packed(&all)));
    assert!(
        told.contains("info/sboms/b.cdx.json {}\ninfo/paths.json"),
        "{told}"
    );
    assert!(told.ends_with(&format!("lib/a a\n{long} b")), "{told}");
}

#[test]
fn the_other_half_keeps_its_bytes_and_the_bill_has_the_time_of_the_index() {
    let files = packed(&[("lib/a", "a")]);
    let before = newer(&packed(INFO), &files);
    let after = put(&before, "{}").unwrap();
    let raw = |package: &[u8], name: &str| {
        let mut archive = ZipArchive::new(Cursor::new(package.to_vec())).unwrap();
        let mut bytes = Vec::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    };
    for name in ["metadata.json", "pkg-lab-1.0-0.tar.zst"] {
        assert_eq!(raw(&before, name), raw(&after, name), "{name}");
    }
    let info = zstd::decode_all(raw(&after, "info-lab-1.0-0.tar.zst").as_slice()).unwrap();
    let mut archive = ::tar::Archive::new(info.as_slice());
    let times: Vec<(u64, u32)> = archive
        .entries()
        .unwrap()
        .map(|it| {
            let it = it.unwrap();
            (it.header().mtime().unwrap(), it.header().mode().unwrap())
        })
        .collect();
    assert_eq!(times, [(7, 0o755), (7, 0o755), (7, 0o644), (7, 0o755)]);
}

#[test]
fn one_of_that_name_is_replaced_and_a_second_time_changes_nothing() {
    let files = packed(&[("lib/a", "a")]);
    for before in [
        newer(&packed(INFO), &files),
        older(&packed(&[INFO, &[("lib/a", "a")]].concat())),
    ] {
        let once = put(&before, "{}").unwrap();
        assert_eq!(put(&before, "{}").unwrap(), once);
        assert_eq!(put(&once, "{}").unwrap(), once);
        let other = put(&once, "[]").unwrap();
        assert_ne!(other, once);
        assert_eq!(put(&other, "{}").unwrap(), once);
    }
    // Also one that stands elsewhere, with a header of its own.
    let elsewhere = [
        &[
            ("./info/sboms/b.cdx.json", "old"),
            ("info/sboms/own.json", "kept"),
        ],
        INFO,
    ]
    .concat();
    let told = check(&newer(&packed(&elsewhere), &files));
    assert!(
        !told.contains("old") && told.contains("own.json kept"),
        "{told}"
    );
}

#[test]
fn what_could_not_be_changed_truly_is_refused() {
    let none = packed(&[]);
    let of_info = |info: Files<'_>| check(&newer(&packed(info), &none));
    insta::assert_snapshot!(of_info(&[("info/files", "")]), @"! not a conda package that can be changed: has no `info/index.json`");
    insta::assert_snapshot!(of_info(&[("info/index.json", "{}"), ("info/index.json", "{}")]), @"! `info/index.json` is in it twice, or leads out of its folder");
    let listed = PATHS.replace("lib/a", "info/sboms/b.cdx.json");
    insta::assert_snapshot!(of_info(&[("info/index.json", "{}"), ("info/paths.json", &listed)]), @"! not a conda package that can be changed: its `info/paths.json` lists what is in `info`");
    insta::assert_snapshot!(check(b"text"), @"! not a conda package that can be changed: neither a zip archive nor a tar archive in bzip2");
    let mut link = Header::new_gnu();
    link.set_entry_type(EntryType::Symlink);
    link.set_size(0);
    let mut builder = Builder::new(Vec::new());
    builder
        .append_link(&mut link, "info/sboms", "/etc")
        .unwrap();
    let linked = builder.into_inner().unwrap();
    insta::assert_snapshot!(check(&older(&linked)), @"! `info/sboms` is in it twice, or leads out of its folder");
    let mut wheel = ZipWriter::new(Cursor::new(Vec::new()));
    wheel
        .start_file("lab/__init__.py", SimpleFileOptions::default())
        .unwrap();
    let wheel = wheel.finish().unwrap().into_inner();
    insta::assert_snapshot!(check(&wheel), @"! not a conda package that can be changed: has not one half with metadata and one with files");
}

proptest! {
    // Packing is what takes its time.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn never_panics_and_what_comes_out_can_be_changed_again(at in 0_usize..1_200, byte: u8) {
        let info = packed(INFO);
        for mut package in [newer(&info, &info), older(&info)] {
            if let Some(place) = package.get_mut(at) {
                *place = byte;
            }
            if let Ok(once) = put(&package, "{}") {
                prop_assert_eq!(put(&once, "{}").ok(), Some(once));
            }
        }
    }

    #[test]
    fn never_panics_on_a_damaged_tar(at in 0_usize..3_000, byte: u8) {
        let mut info = packed(INFO);
        if let Some(place) = info.get_mut(at) {
            *place = byte;
        }
        if let Ok(once) = put(&newer(&info, &info), "{}") {
            prop_assert_eq!(put(&once, "{}").ok(), Some(once));
        }
    }
}
