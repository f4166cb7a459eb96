//! Seeds of the targets that read text.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    ("pep440", "1!2.0.post3.dev4+local.5"),
    ("pep440", "v1.0-RC1"),
    (
        "marker",
        "python_version >= '3.10' and (sys_platform == 'linux' or extra == 'a') and 'x' not in os_name",
    ),
    (
        "requirement",
        "Name.of_it[a,b] >=1.0, !=1.5.*, ~=1.2 ; python_version < '3.13'",
    ),
    (
        "requirement",
        "name @ https://index.example/name-1.0.whl#sha256=00 ; extra == 'x'",
    ),
    ("purl", "pkg:pypi/name@1.0?arch=x86_64&os=linux#sub/path"),
];

/// Every seed.
pub(super) fn all() -> Vec<Seed> {
    TEXTS
        .iter()
        .map(|(target, text)| Seed {
            target,
            bytes: text.as_bytes().to_vec(),
        })
        .collect()
}
