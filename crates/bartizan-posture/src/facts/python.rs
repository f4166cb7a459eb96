//! What the repository's own Python code shows about SPEC 1 and SPEC 7: how submodules are loaded, how randomness is asked for.
//!
//! The code is parsed, not run. Only files that hold one of the words are parsed at all: most of a large project holds none.

mod lazy;
mod roots;
mod seeds;

use bartizan_formats::python_code;

use super::Reader;
pub use lazy::{Lazy, PackageSource};
pub use seeds::{PARAMETERS, SeedParameter};

/// How many files of a package are read.
const MAX_SOURCES: usize = 8_000;

/// How many bytes of them.
const MAX_BYTES: usize = 64 << 20;

/// How many parameters are kept.
const MAX_PARAMETERS: usize = 5_000;

/// What the code shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The outermost `__init__.py` of each package.
    pub packages: Vec<PackageSource>,
    /// Parameters of public functions by which randomness is asked for, sorted.
    pub seeds: Vec<SeedParameter>,
    /// Files of the packages that were looked into.
    pub files: usize,
    /// Why not everything was looked into, with the file where it is one; sorted.
    pub gaps: Vec<(String, String)>,
}

pub(super) fn read(reader: &mut Reader<'_>, name: Option<&str>) -> Sources {
    let roots = roots::of(reader.files, name);
    let mut sources = Sources::default();
    for root in &roots {
        lazy::read(reader, root, &mut sources);
    }
    let all = reader.files.iter();
    let files: Vec<&String> = all.filter(|path| roots::is_public(path, &roots)).collect();
    let mut left = MAX_BYTES;
    for path in files {
        if sources.files >= MAX_SOURCES || left == 0 || sources.seeds.len() >= MAX_PARAMETERS {
            let why = format!("more than {MAX_SOURCES} files or {MAX_BYTES} bytes");
            sources.gaps.push((path.clone(), why));
            break;
        }
        let Some(text) = reader.text(path) else {
            sources
                .gaps
                .push((path.clone(), "it could not be read".to_owned()));
            continue;
        };
        sources.files = sources.files.saturating_add(1);
        left = left.saturating_sub(text.len());
        if !seeds::may_hold(&text) {
            continue;
        }
        match python_code::parse(&text) {
            Ok(module) => {
                if module.is_broken {
                    let why = "not all of it is Python that could be parsed";
                    sources.gaps.push((path.clone(), why.to_owned()));
                }
                sources.seeds.extend(seeds::of(path, &module));
            }
            Err(error) => sources.gaps.push((path.clone(), error.to_string())),
        }
    }
    sources.seeds.sort();
    sources.gaps.sort();
    sources
}

#[cfg(test)]
mod tests;
