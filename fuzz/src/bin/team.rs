//! Published teams and code owners: nothing stops them, nobody is in a team twice, and a rule that counts covers its path.
#![no_main]

use std::collections::BTreeSet;

use bartizan_formats::{code_owners::CodeOwners, team};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in [
        "maintainers.toml",
        "config.yml",
        "seeds.txt",
        "CODEOWNERS",
        "teams.inc",
    ] {
        let Ok(team) = team::read(name, bytes) else {
            continue;
        };
        let all = team.members.iter().chain(&team.former);
        let logins: Vec<&String> = all.filter_map(|it| it.login.as_ref()).collect();
        let different: BTreeSet<&String> = logins.iter().copied().collect();
        assert!(logins.len() == different.len());
    }
    let owners = CodeOwners::read(bytes);
    for path in bytes.split(|byte| *byte == b'\n').take(20) {
        let path = String::from_utf8_lossy(path.get(..200).unwrap_or(path));
        if let Some(rule) = owners.rule_of(&path) {
            assert!(owners.rules[rule].covers(&path));
        }
    }
});
