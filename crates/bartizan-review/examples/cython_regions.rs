//! How the front ends read real sources: files of Cython with lines that are no Python afterwards, templates of C before and after.
//!
//!     cargo run -p bartizan-review --example cython_regions -- FOLDER...
//!     cargo run -p bartizan-review --example cython_regions -- --commit v2.0.0 CLONE.git...
//!
//! With `--broken` each line that the parser does not understand is printed, with `--python` the whole text that it is given.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the developers' eyes"
)]

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::Path,
    process::Command,
};

use bartizan_review::{
    front::{self, CReading},
    kind::Language,
};

/// A file and its text.
type Source = (String, String);

struct Asked {
    commit: Option<String>,
    shows_broken: bool,
    shows_python: bool,
    places: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked = asked();
    println!("place | files | lines | files with a region | lines in one | calls");
    for place in &asked.places {
        let sources = match &asked.commit {
            Some(commit) => of_commit(place, commit)?,
            None => of_folder(Path::new(place))?,
        };
        of_cython(place, &sources, &asked);
        of_templates(place, &sources);
    }
    Ok(())
}

fn asked() -> Asked {
    let mut asked = Asked {
        commit: None,
        shows_broken: false,
        shows_python: false,
        places: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--commit" => asked.commit = arguments.next(),
            "--broken" => asked.shows_broken = true,
            "--python" => asked.shows_python = true,
            _ => asked.places.push(argument),
        }
    }
    asked
}

fn of_cython(place: &str, sources: &[Source], asked: &Asked) {
    let is_cython = |it: &&Source| Language::of(&it.0, &[]) == Language::Cython;
    let (mut files, mut lines, mut with_region, mut broken, mut calls) = (0, 0, 0, 0, 0);
    for (path, text) in sources.iter().filter(is_cython) {
        let reading = front::read_cython(text);
        files += 1;
        lines += reading.lines;
        calls += reading.calls;
        broken += reading.broken.len();
        with_region += usize::from(!reading.broken.is_empty());
        let python = front::cython_to_python(text).unwrap_or_default();
        if asked.shows_python {
            println!("==== {path}\n{python}");
        }
        for number in reading.broken.iter().filter(|_| asked.shows_broken) {
            let line = |text: &str| {
                let at = usize::try_from(*number).unwrap_or(0).saturating_sub(1);
                text.split('\n').nth(at).unwrap_or_default().to_owned()
            };
            println!("{path}:{number}: {}  =>  {}", line(text), line(&python));
        }
    }
    println!("{place} | {files} | {lines} | {with_region} | {broken} | {calls}");
}

fn of_templates(place: &str, sources: &[Source]) {
    let sum = |read: fn(&str) -> CReading| {
        let templates = sources.iter().filter(|(path, _)| path.ends_with(".src"));
        let all: Vec<CReading> = templates.map(|(_, text)| read(text)).collect();
        let unbalanced = all.iter().filter(|it| it.unbalanced > 0).count();
        let functions: usize = all.iter().map(|it| it.functions.len()).sum();
        let names: BTreeSet<&String> = all.iter().flat_map(|it| &it.functions).collect();
        format!(
            "{} templates, {unbalanced} with brackets that do not match, {functions} functions, {} names",
            all.len(),
            names.len()
        )
    };
    println!("{place} | as they are: {}", sum(front::read_c));
    println!(
        "{place} | without marks: {}",
        sum(|text| front::read_c(&front::template_to_c(text)))
    );
}

fn is_wanted(path: &str) -> bool {
    Language::of(path, &[]) == Language::Cython || path.ends_with(".src")
}

fn of_folder(folder: &Path) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut sources = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.display().to_string();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if is_wanted(&name) {
                sources.push((name, String::from_utf8_lossy(&fs::read(path)?).into_owned()));
            }
        }
    }
    sources.sort();
    Ok(sources)
}

/// The sources of a commit; a clone may lack some.
fn of_commit(clone: &str, commit: &str) -> Result<Vec<Source>, Box<dyn Error>> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-C", clone]).args(arguments).output()
    };
    let listed = git(&["ls-tree", "-r", "-z", commit])?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut sources = Vec::new();
    for entry in listed.split('\0').filter(|it| !it.is_empty()) {
        let (head, path) = entry.split_once('\t').unwrap_or_default();
        let hash = head.split(' ').nth(2).unwrap_or_default();
        if !is_wanted(path) {
            continue;
        }
        let blob = git(&["cat-file", "blob", hash])?;
        if blob.status.success() {
            sources.push((path.to_owned(), String::from_utf8_lossy(&blob.stdout).into_owned()));
        } else {
            eprintln!("{path}: not in the clone");
        }
    }
    Ok(sources)
}
