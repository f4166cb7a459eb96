//! Files of other tools about organisations, in each form: what comes of them is a snapshot that is read again.
//!
//! The first byte says which form, the second whether an organisation is named; files follow, each as a line with its path, parted by
//! lines of `---`.
#![no_main]

use bartizan_access::{
    desired::Desired,
    import::{Form, ImportFile, Wish, read},
    name::Login,
    snapshot::Snapshot,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [form, named, rest @ ..] = bytes else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let files: Vec<ImportFile> = text
        .split("\n---\n")
        .map(|file| {
            let (path, body) = file.split_once('\n').unwrap_or((file, ""));
            ImportFile {
                path: path.to_owned(),
                bytes: body.as_bytes().to_vec(),
            }
        })
        .collect();
    let organisation = (named % 2 == 1).then(|| Login::new("lab").unwrap());
    let wish = Wish {
        form: Form::ALL.get(usize::from(*form)).copied(),
        organisation,
        now: jiff::Timestamp::UNIX_EPOCH,
        name: "fuzz".to_owned(),
    };
    let Ok(imported) = read(&files, &wish) else {
        return;
    };
    let text = imported.snapshot.to_text();
    let (again, _) = Snapshot::read(text.as_bytes()).unwrap();
    assert!(again.to_text() == text);
    for organisation in imported.snapshot.organisations.iter().take(3) {
        let draft = Desired::draft(&imported.snapshot, &organisation.name, &imported.alumni);
        let (again, _) = Desired::read("draft", draft.to_text().as_bytes()).unwrap();
        assert!(again == draft);
    }
});
