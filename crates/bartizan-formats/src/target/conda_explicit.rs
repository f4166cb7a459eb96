//! Explicit lists of conda packages: addresses below a line `@EXPLICIT`, as `conda list --explicit` and
//! `conda-lock render` write them.

use std::path::Path;

use bartizan_model::inventory::Inventory;

use super::{
    Candidate, TargetContext, TargetError, TargetFormat,
    conda::{CondaPackage, Listing, What},
};
use crate::document::read_text;

/// The format.
pub(super) static FORMAT: CondaExplicit = CondaExplicit;

/// See the module.
pub(super) struct CondaExplicit;

/// The line that begins the list.
const MARK: &str = "@EXPLICIT";

/// How conda-lock writes a package of pip, which conda passes over as a comment.
const PIP: &str = "# pip ";

impl TargetFormat for CondaExplicit {
    fn id(&self) -> &'static str {
        "conda-explicit"
    }

    fn lies_beside_code(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "explicit conda lists (@EXPLICIT)"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        let name = candidate.name();
        let has_ending = [".lock", ".txt"]
            .iter()
            .any(|ending| name.ends_with(ending));
        has_ending && (name.contains("conda") || name.contains("explicit") || name.contains("spec"))
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let has_mark = |text: &str| text.lines().any(|line| line.trim_end() == MARK);
        candidate.is_file() && candidate.head_text().is_some_and(has_mark)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = read_text(ctx.tree, path)?;
        let mut listing = Listing::default();
        let mut places = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            if let Some(what) = entry(&mut listing, line, text.trim()) {
                places.extend(listing.add(line, what));
            }
        }
        listing.together.push(places);
        Ok(listing.inventory(ctx, path, self.id()))
    }
}

fn entry(listing: &mut Listing, line: usize, text: &str) -> Option<What> {
    if let Some(requirement) = text.strip_prefix(PIP) {
        return pip_entry(listing, line, requirement);
    }
    if text.is_empty() || text.starts_with('#') || text == MARK {
        return None;
    }
    let package = CondaPackage::of_location(text);
    if package.is_none() {
        listing.notes.add(line, "the line names no conda package");
    }
    package.map(What::Conda)
}

/// `name @ address --hash=…`; what the address does not tell cannot be known.
fn pip_entry(listing: &mut Listing, line: usize, text: &str) -> Option<What> {
    let text = text.split(" --").next().unwrap_or(text);
    match text.parse() {
        Ok(requirement) => Some(What::requirement(&requirement)),
        Err(_other_comment) => {
            listing
                .notes
                .add(line, "the line is not a requirement of pip");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(text: &str) -> String {
        found(
            &[("conda-linux-64.lock", text.as_bytes())],
            "conda-linux-64.lock",
        )
    }

    const LIST: &str = "# platform: linux-64\n@EXPLICIT\nhttps://host/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda#00\n\
        https://host/conda-forge/noarch/requests-2.31.0-pyhd8ed1ab_0.conda\nhttps://host/pkgs/main/linux-64/zlib-1.2.13-h5eee18b_0.tar.bz2\n\
        odd\n# pip loop @ https://host/loop-3.0-py3-none-any.whl --hash=sha256:00\n# pip web==2.1\n# pip loose\n# pip (odd)\n";

    #[test]
    fn addresses_name_packages() {
        insta::assert_snapshot!(check(LIST), @r"
        conda-linux-64.lock [conda-explicit] CPython 3.11.9 on linux x86_64, 0 excluded
        * cpython 3.11.9 (conda-linux-64.lock:3)
        * loop 3.0 (conda-linux-64.lock:7)
        * requests 2.31.0 (conda-linux-64.lock:4)
        * web 2.1 (conda-linux-64.lock:8)
        * zlib 1.2.13 (conda-linux-64.lock:5)
        ? loose: no version (conda-linux-64.lock:9)
        ! conda-linux-64.lock:6: the line names no conda package
        ! conda-linux-64.lock:10: the line is not a requirement of pip
        ");
        insta::assert_snapshot!(check("a==1\n"), @r"
        conda-linux-64.lock [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (conda-linux-64.lock:1)
        ");
    }

    proptest! {
        #[test]
        fn never_panics(text in "(@EXPLICIT\n)?[#@a-z0-9/:.\n-]{0,80}") {
            check(&text);
        }
    }
}
