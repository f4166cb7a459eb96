use std::io::Cursor;

use super::*;

fn wheel(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a member");
        writer.write_all(text.as_bytes()).expect("room");
    }
    writer.finish().expect("an archive").into_inner()
}

const RECORD: &str = "lab/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\nlab-1.0.dist-info/sboms/b.json,sha256=x,1\nlab-1.0.dist-info/RECORD,,\n";

fn members() -> Vec<(&'static str, &'static str)> {
    vec![
        ("lab/__init__.py", ""),
        ("lab-1.0.dist-info/METADATA", "Name: lab\n"),
        ("lab-1.0.dist-info/RECORD", RECORD),
    ]
}

fn check(members: &[(&str, &str)], bill: &str) -> String {
    let own = match replaced(Cursor::new(wheel(members)), "b.json") {
        Ok(own) => own,
        Err(error) => return format!("! {error}"),
    };
    let out = match embed(
        Cursor::new(wheel(members)),
        ("b.json", &own),
        bill.as_bytes(),
        Cursor::new(Vec::new()),
    ) {
        Ok(out) => out.into_inner(),
        Err(error) => return format!("! {error}"),
    };
    let mut archive = ZipArchive::new(Cursor::new(out)).expect("an archive");
    let mut lines = Vec::new();
    for number in 0..archive.len() {
        let mut member = archive.by_index(number).expect("a member");
        let mut text = String::new();
        member.read_to_string(&mut text).expect("text");
        lines.push(format!(
            "{}: {}",
            member.name().expect("a name"),
            text.replace('\n', "|").replace('\r', "\\r")
        ));
    }
    lines.join("\n")
}

#[test]
fn a_bill_comes_in_and_the_record_agrees() {
    insta::assert_snapshot!(check(&members(), "{}"), @r"
    lab/__init__.py: 
    lab-1.0.dist-info/METADATA: Name: lab|
    lab-1.0.dist-info/sboms/b.json: {}
    lab-1.0.dist-info/RECORD: lab/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0|lab-1.0.dist-info/sboms/b.json,sha256=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o,2|lab-1.0.dist-info/RECORD,,|
    ");
}

#[test]
fn one_of_that_name_is_replaced_and_equal_input_gives_equal_bytes() {
    let mut with_bill = members();
    with_bill.insert(1, ("lab-1.0.dist-info/sboms/b.json", "old"));
    assert_eq!(check(&with_bill, "{}"), check(&members(), "{}"));
    let once = || {
        embed(
            Cursor::new(wheel(&members())),
            ("b.json", &[]),
            b"{}",
            Cursor::new(Vec::new()),
        )
        .expect("a wheel")
    };
    assert_eq!(once().into_inner(), once().into_inner());
}

#[test]
fn what_could_not_be_mended_is_refused() {
    let mut signed = members();
    signed.push(("lab-1.0.dist-info/RECORD.jws", ""));
    insta::assert_snapshot!(check(&signed, "{}"), @"! its RECORD is signed (`lab-1.0.dist-info/RECORD.jws`); a changed one would not be");
    insta::assert_snapshot!(check(&members()[..2], "{}"), @"! has not exactly one `.dist-info/RECORD`");
    let escaping = [members(), vec![("../x", "")]].concat();
    insta::assert_snapshot!(check(&escaping, "{}"), @"! `../x` is in it twice, or leads out of its folder");
    let torn = embed(
        Cursor::new(b"PK\x03\x04torn".to_vec()),
        ("b.json", &[]),
        b"{}",
        Cursor::new(Vec::new()),
    );
    assert!(torn.is_err());
}

#[test]
fn our_own_of_another_format_is_replaced_and_others_stay() {
    let ours =
        r#"{"spdxVersion": "SPDX-2.3", "creationInfo": {"creators": ["Tool: bartizan-0.1.0"]}}"#;
    let place = |file: &str| format!("lab-1.0.dist-info/sboms/{file}");
    let names = ["bartizan.spdx.json", "bartizan.spdx3.json", "lab.spdx.json"].map(place);
    let record = format!(
        "{},,\n{},,\n{},,\nlab-1.0.dist-info/RECORD,,\n",
        names[0], names[1], names[2]
    );
    let wheel = [
        // Made by us; called so by somebody else; made by us and put under a name of the project's own.
        (names[0].as_str(), ours),
        (names[1].as_str(), "{}"),
        (names[2].as_str(), ours),
        ("lab-1.0.dist-info/RECORD", &record),
    ];
    insta::assert_snapshot!(check(&wheel, "{}"), @r#"
    lab-1.0.dist-info/sboms/bartizan.spdx3.json: {}
    lab-1.0.dist-info/sboms/lab.spdx.json: {"spdxVersion": "SPDX-2.3", "creationInfo": {"creators": ["Tool: bartizan-0.1.0"]}}
    lab-1.0.dist-info/sboms/b.json: {}
    lab-1.0.dist-info/RECORD: lab-1.0.dist-info/sboms/bartizan.spdx3.json,,|lab-1.0.dist-info/sboms/lab.spdx.json,,|lab-1.0.dist-info/sboms/b.json,sha256=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o,2|lab-1.0.dist-info/RECORD,,|
    "#);
}
