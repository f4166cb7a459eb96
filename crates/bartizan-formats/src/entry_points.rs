//! Entry points: what a distribution offers by name, commands among them
//! ([specification](https://packaging.python.org/en/latest/specifications/entry-points/)).

use toml::Table;

/// The most entry points of one distribution.
const MOST: usize = 100_000;

/// One entry point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPoint {
    /// The group, such as `console_scripts`.
    pub group: String,
    /// Its name.
    pub name: String,
    /// What it names: a module, often with an object in it.
    pub object: String,
}

/// The entry points of an `entry_points.txt`, in their order.
pub fn read(text: &str) -> Vec<EntryPoint> {
    let mut group = String::new();
    let mut points = Vec::new();
    for line in text.lines().map(str::trim).take(MOST) {
        if let Some(section) = line.strip_prefix('[') {
            section.trim_end_matches(']').trim().clone_into(&mut group);
        } else if !line.starts_with(['#', ';'])
            && let Some((name, object)) = line.split_once('=')
        {
            points.push(EntryPoint {
                group: group.clone(),
                name: name.trim().to_owned(),
                object: plain(object),
            });
        }
    }
    points
}

/// The entry points that a `pyproject.toml` states, by the standard or in the words of a build backend.
pub fn of_project(document: &Table) -> Vec<EntryPoint> {
    let table = |path: &[&str]| {
        let mut table = document;
        for part in path {
            table = table.get(*part)?.as_table()?;
        }
        Some(table)
    };
    let mut points = Vec::new();
    let places: [(&[&str], &str); 4] = [
        (&["project", "scripts"], "console_scripts"),
        (&["project", "gui-scripts"], "gui_scripts"),
        (&["tool", "poetry", "scripts"], "console_scripts"),
        (&["tool", "flit", "scripts"], "console_scripts"),
    ];
    for (path, group) in places {
        add(group, table(path), &mut points);
    }
    let groups: [&[&str]; 3] = [
        &["project", "entry-points"],
        &["tool", "poetry", "plugins"],
        &["tool", "flit", "entrypoints"],
    ];
    for (group, entries) in groups.iter().filter_map(|path| table(path)).flatten() {
        add(group, entries.as_table(), &mut points);
    }
    points.sort();
    points
}

fn add(group: &str, table: Option<&Table>, points: &mut Vec<EntryPoint>) {
    for (name, object) in table.into_iter().flatten().take(MOST) {
        // Poetry also writes `{ reference = "…", type = "console" }`.
        let object = object
            .as_str()
            .or_else(|| object.get("reference")?.as_str());
        if let Some(object) = object {
            points.push(EntryPoint {
                group: group.to_owned(),
                name: name.clone(),
                object: plain(object),
            });
        }
    }
}

/// An object without the spaces that mean nothing in it.
fn plain(object: &str) -> String {
    object.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(points: &[EntryPoint]) -> String {
        let line = |it: &EntryPoint| format!("[{}] {} = {}\n", it.group, it.name, it.object);
        points.iter().map(line).collect()
    }

    #[test]
    fn a_file_is_read() {
        let text = "[console_scripts]\nlab = lab.main : run [x]\n; no\n[ plugins ]\n a=b\n";
        insta::assert_snapshot!(told(&read(text)), @r"
        [console_scripts] lab = lab.main:run[x]
        [plugins] a = b
        ");
    }

    #[test]
    fn a_project_states_them_in_several_words() {
        let text = "[project.scripts]\nlab = 'lab:main'\n[project.entry-points.plugins]\na = 'b'\n\
                    [tool.poetry.scripts]\nold = { reference = 'o:m', type = 'console' }\n";
        insta::assert_snapshot!(told(&of_project(&text.parse().unwrap())), @r"
        [console_scripts] lab = lab:main
        [console_scripts] old = o:m
        [plugins] a = b
        ");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a-z=\\[\\]\n ;:]{0,60}") {
            read(&text);
        }
    }
}
