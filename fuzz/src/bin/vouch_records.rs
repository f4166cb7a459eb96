//! Signed statements: a record is written and read again alike, and a statement has one text.
#![no_main]

use bartizan_people::vouch::{Statement, read_records};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (records, _) = read_records("x", bytes);
    for record in &records {
        if let Ok(statement) = Statement::read(&record.statement) {
            assert!(statement.text() == record.statement);
        }
        if let Some(line) = record.line() {
            let (again, problems) = read_records("x", line.as_bytes());
            assert!(problems.is_empty() && again.len() == 1);
            assert!(again[0].statement == record.statement);
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(statement) = Statement::read(text)
    {
        assert!(statement.text() == text);
    }
});
