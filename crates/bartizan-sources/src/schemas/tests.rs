use super::*;

const SCHEMA: &str = r#"{"$schema": "x", "$id": "http://cyclonedx.org/schema/bom-1.9.schema.json", "additionalProperties": false}"#;

fn wheel() -> Vec<u8> {
    let mut bytes = io::Cursor::new(Vec::new());
    let mut writer = zip::ZipWriter::new(&mut bytes);
    for (name, text) in [
        (
            "lib-1.0.dist-info/METADATA",
            "Name: lib\nVersion: 1.0\nLicense: Apache-2.0\n",
        ),
        ("lib/bom-1.9.schema.json", SCHEMA),
        ("lib/other.json", "{}"),
    ] {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a member");
        writer.write_all(text.as_bytes()).expect("room");
    }
    writer.finish().expect("an archive");
    bytes.into_inner()
}

#[test]
fn schemas_are_kept_with_where_they_came_from_and_refused_when_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lib-1.0-py3-none-any.whl");
    fs::write(&file, wheel()).expect("room");
    let store = SchemaStore::new(folder.path().join("schemas"));
    assert_eq!(store.shelf().names().count(), 0);
    let kept = store.keep(&open(&file).expect("a wheel")).expect("room");
    assert_eq!(
        kept.iter().map(SchemaName::id).collect::<Vec<_>>(),
        ["cyclonedx-1.9"]
    );
    let origin = &store.origins()["cyclonedx-1.9"];
    assert_eq!(
        (origin.package.as_str(), origin.licence.as_deref()),
        ("lib 1.0", Some("Apache-2.0"))
    );
    assert_eq!(store.shelf().names().count(), 1);
    fs::write(store.file("cyclonedx-1.9"), SCHEMA.replace("false", "true")).expect("room");
    assert_eq!(store.shelf().names().count(), 0);
}

#[test]
fn folders_and_single_files_are_looked_into_too() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("inner")).expect("room");
    fs::write(folder.path().join("inner/a.json"), SCHEMA).expect("room");
    assert_eq!(open(folder.path()).expect("a folder").files.len(), 1);
    assert_eq!(
        open(&folder.path().join("inner/a.json"))
            .expect("a file")
            .files
            .len(),
        1
    );
    assert!(open(&folder.path().join("none")).is_err());
}
