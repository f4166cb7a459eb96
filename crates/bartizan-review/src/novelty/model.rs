//! What is usual in a project: in how many changes each deed stood, and how often changes do something as seldom as that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bartizan_model::fingerprint::hexadecimal;

use super::{
    deeds::{Deed, DeedKind, Deeds},
    proposals::{Proposals, Proposed},
};
use crate::{kind::Role, lines::cut};

/// How many keys a model holds. The largest projects need a million; what comes later is not learnt.
pub const MOST_KEYS: usize = 4_000_000;

/// How many paths it holds.
pub(super) const MOST_PATHS: usize = 400_000;

/// The longest path that is kept whole.
pub(super) const LONGEST_PATH: usize = 4_096;

/// After so many changes a change counts half for what is usual: projects change their ways.
const HALF_LIFE: f64 = 2_000.0;

/// How often a deed stood before, in steps: never, once, seldom, sometimes, usually.
const STEPS: [u32; 4] = [1, 2, 4, 16];

/// Cells of the statistic: what a file is for, the kind of deed, and how often it stood in the project, in such files and in
/// the folder.
pub(super) const CELLS: usize = ROLES * KINDS * 5 * 3 * 2;
const ROLES: usize = 7;
const KINDS: usize = DeedKind::ALL.len();

/// A deed that is as usual as this is not told.
const LEAST_TOLD: f64 = 4.0;

/// What stood in so many changes of its folder, or of such files, is not seldom, however few changes do as much.
pub(super) const SELDOM: u32 = 4;

/// How near a precedent is, by the keys of a deed.
pub(super) const LEVELS: [&str; 3] = [
    "in the same folder",
    "in such files",
    "elsewhere in the project",
];

/// What was learnt of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// By key.
    pub(super) seen: HashMap<u64, Seen>,
    /// Commits that were learnt, in their order.
    pub(super) units: Vec<Unit>,
    /// Paths, by their numbers.
    pub(super) paths: Vec<String>,
    path_numbers: HashMap<String, u32>,
    /// In how many changes something of a cell stood; later changes weigh more.
    pub(super) cells: Vec<f64>,
    /// What all changes weigh.
    pub(super) weight: f64,
    /// Whether more was to be learnt than there is room for.
    pub(super) is_full: bool,
    /// What did not come in. It is not counted.
    pub(super) proposals: Proposals,
}

/// A change that was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The hash of its commit.
    pub commit: [u8; 20],
    /// When it came in, in seconds since 1970.
    pub time: i64,
}

impl Unit {
    /// The hash of its commit as people write it.
    pub fn digits(&self) -> String {
        hexadecimal(&self.commit)
    }
}

/// How often a deed stood, and where last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    pub(super) count: u32,
    pub(super) unit: u32,
    pub(super) path: u32,
}

/// How new a change is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Novelty<'d> {
    /// What is seldom, the most seldom first.
    pub seldom: Vec<Seldom<'d>>,
    /// The largest surprise of each kind of deed, in bits.
    pub by_kind: BTreeMap<DeedKind, f64>,
    /// The three largest of them together.
    pub bits: f64,
    /// How many deeds the project never had.
    pub never: usize,
}

/// A deed that is seldom.
#[derive(Debug, Clone, PartialEq)]
pub struct Seldom<'d> {
    /// The deed.
    pub deed: &'d Deed,
    /// How seldom changes of the project do something as seldom as that, in bits.
    pub bits: f64,
    /// In how many changes it stood: in the folder, in files of the kind, in the project.
    pub counts: [u32; 3],
    /// The nearest change that did it, or something like it.
    pub precedent: Option<Precedent>,
    /// Who proposed it and did not get it in, once that was asked for ([`Model::recall`]).
    pub proposed: Option<Proposed>,
}

/// A change that did it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedent {
    /// How near it is.
    pub nearness: &'static str,
    /// The change.
    pub unit: Unit,
    /// The file.
    pub path: String,
}

impl Model {
    /// Nothing learnt yet.
    pub fn new() -> Self {
        Self {
            cells: vec![0.0; CELLS],
            ..Self::default()
        }
    }

    /// How many changes were learnt.
    pub fn learnt(&self) -> usize {
        self.units.len()
    }

    /// How many keys it holds.
    pub fn keys(&self) -> usize {
        self.seen.len()
    }

    /// Whether more was to be learnt than there is room for.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether a change was learnt: what it does is then no longer new.
    pub fn knows(&self, commit: [u8; 20]) -> bool {
        self.units.iter().any(|it| it.commit == commit)
    }

    /// The change that was learnt last.
    pub fn last(&self) -> Option<Unit> {
        self.units.last().copied()
    }

    /// How new a change is.
    pub fn novelty<'d>(&self, found: &'d Deeds) -> Novelty<'d> {
        let mut novelty = Novelty::default();
        for deed in &found.deeds {
            let Some(file) = found.files.get(deed.file) else {
                continue;
            };
            let counts = deed.keys.map(|key| self.count(key));
            let bits = self.bits(cell(file.role, deed.kind, counts));
            novelty.never += usize::from(counts[2] == 0);
            let most = novelty.by_kind.entry(deed.kind).or_default();
            *most = most.max(bits);
            if bits >= LEAST_TOLD && is_seldom(counts) {
                novelty.seldom.push(Seldom {
                    deed,
                    bits,
                    counts,
                    precedent: None,
                    proposed: None,
                });
            }
        }
        // The surest order: equal bits by how seldom, then by place.
        novelty.seldom.sort_by(|one, other| {
            other
                .bits
                .total_cmp(&one.bits)
                .then_with(|| one.counts[2].cmp(&other.counts[2]))
                .then_with(|| {
                    (one.deed.file, one.deed.line, &one.deed.text).cmp(&(
                        other.deed.file,
                        other.deed.line,
                        &other.deed.text,
                    ))
                })
        });
        novelty.seldom.truncate(1_000);
        for it in &mut novelty.seldom {
            it.precedent = self.precedent(it.deed);
        }
        let mut kinds: Vec<f64> = novelty.by_kind.values().copied().collect();
        kinds.sort_by(|one, other| other.total_cmp(one));
        novelty.bits = kinds.iter().take(3).sum();
        novelty
    }

    /// Learns a change. Each must be learnt once, in the order in which they came in.
    pub fn learn(&mut self, unit: Unit, found: &Deeds) {
        let increment = self.increment();
        let number = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        self.units.push(unit);
        self.weight += increment;
        let mut cells = BTreeSet::new();
        let mut keys: HashMap<u64, usize> = HashMap::new();
        for deed in &found.deeds {
            if let Some(file) = found.files.get(deed.file) {
                let counts = deed.keys.map(|key| self.count(key));
                cells.insert(cell(file.role, deed.kind, counts));
            }
            for key in deed.keys.into_iter().chain(deed.like) {
                keys.entry(key).or_insert(deed.file);
            }
        }
        for cell in cells {
            if let Some(place) = self.cells.get_mut(cell) {
                *place += increment;
            }
        }
        let mut numbers: HashMap<usize, u32> = HashMap::new();
        let mut keys: Vec<(u64, usize)> = keys.into_iter().collect();
        keys.sort_unstable();
        for (key, file) in keys {
            let path = *numbers.entry(file).or_insert_with(|| {
                let path = found.files.get(file).map_or("", |it| it.path.as_str());
                number_of(&mut self.paths, &mut self.path_numbers, path)
            });
            self.count_one(key, number, path);
        }
    }

    fn count_one(&mut self, key: u64, unit: u32, path: u32) {
        if !self.seen.contains_key(&key) && self.seen.len() >= MOST_KEYS {
            self.is_full = true;
            return;
        }
        let seen = self.seen.entry(key).or_default();
        seen.count = seen.count.saturating_add(1);
        (seen.unit, seen.path) = (unit, path);
    }

    /// What a change weighs that comes now. Before it grows too large, all is made smaller by as much.
    fn increment(&mut self) -> f64 {
        let age = self.units.len() % 20_000;
        if age == 0 && !self.units.is_empty() {
            let shrink = (-20_000.0 / HALF_LIFE).exp2();
            self.weight *= shrink;
            self.cells.iter_mut().for_each(|it| *it *= shrink);
        }
        (age as f64 / HALF_LIFE).exp2()
    }

    fn count(&self, key: u64) -> u32 {
        self.seen.get(&key).map_or(0, |it| it.count)
    }

    fn bits(&self, cell: usize) -> f64 {
        let own = self.cells.get(cell).copied().unwrap_or(0.0);
        // The newest change has this weight; half of one is what was never seen.
        let one = ((self.units.len() % 20_000) as f64 / HALF_LIFE).exp2();
        ((self.weight + one) / (own + one / 2.0)).log2().max(0.0)
    }

    fn precedent(&self, deed: &Deed) -> Option<Precedent> {
        let levels = deed.keys.into_iter().zip(LEVELS);
        let like = deed.like.map(|key| (key, "of the same module"));
        levels.chain(like).find_map(|(key, nearness)| {
            let seen = self.seen.get(&key)?;
            Some(Precedent {
                nearness,
                unit: *self.units.get(seen.unit as usize)?,
                path: self.paths.get(seen.path as usize)?.clone(),
            })
        })
    }

    /// Sets up again what a file does not say twice.
    pub(super) fn number_paths(&mut self) {
        let numbered = (0..).zip(&self.paths);
        self.path_numbers = numbered
            .map(|(number, path)| (path.clone(), number))
            .collect();
    }
}

/// Whether something is seldom where it stands: in its folder, else in such files, else anywhere.
fn is_seldom([folder, files, _]: [u32; 3]) -> bool {
    let nearest = if folder > 0 { folder } else { files };
    nearest < SELDOM
}

fn number_of(paths: &mut Vec<String>, numbers: &mut HashMap<String, u32>, path: &str) -> u32 {
    if let Some(number) = numbers.get(path) {
        return *number;
    }
    if paths.len() >= MOST_PATHS {
        return 0;
    }
    let number = u32::try_from(paths.len()).unwrap_or(u32::MAX);
    paths.push(cut(path, LONGEST_PATH).to_owned());
    numbers.insert(path.to_owned(), number);
    number
}

fn cell(role: Role, kind: DeedKind, [folder, files, project]: [u32; 3]) -> usize {
    let step = |count: u32| STEPS.iter().filter(|least| count >= **least).count();
    let files = [1, 4].iter().filter(|least| files >= **least).count();
    let folder = usize::from(folder > 0);
    (((role as usize * KINDS + kind as usize) * 5 + step(project)) * 3 + files) * 2 + folder
}

#[cfg(test)]
mod tests {
    use super::{
        super::deeds::{Touched, deeds},
        *,
    };
    use crate::{
        change::{File, FileChange},
        rule::Rules,
    };

    fn of(path: &str, text: &str) -> Deeds {
        let change = FileChange {
            before: Some(File::new(path, "")),
            after: Some(File::new(path, text)),
        };
        deeds(&[change], Rules::built_in())
    }

    fn unit(number: u8) -> Unit {
        Unit {
            commit: [number; 20],
            time: i64::from(number) * 86_400,
        }
    }

    fn model() -> Model {
        let mut model = Model::new();
        for number in 0..40 {
            let text = format!("import os\nnew_{number}(os.getcwd())\n");
            model.learn(unit(number), &of("lib/a.py", &text));
        }
        model.learn(
            unit(40),
            &of("tools/b.py", "import subprocess\nsubprocess.run(x)\n"),
        );
        for number in 41..80 {
            model.learn(
                unit(number),
                &of("lib/a.py", &format!("newer_{number}(x)\n")),
            );
        }
        model
    }

    fn check(path: &str, text: &str) -> String {
        let found = of(path, text);
        let model = model();
        let novelty = model.novelty(&found);
        let told = novelty.seldom.iter().map(|it| {
            let near = it
                .precedent
                .as_ref()
                .map_or("no precedent".to_owned(), |it| {
                    format!("{} {} in {}", it.unit.commit[0], it.nearness, it.path)
                });
            format!(
                "{} {}: {:.1} bits, {:?}, {near}",
                it.deed.kind.as_str(),
                it.deed.text,
                it.bits,
                it.counts
            )
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_usual_is_not_told_and_what_is_seldom_has_a_precedent() {
        insta::assert_snapshot!(check("lib/a.py", "import os\nnewest(os.getcwd())\n"), @"");
        insta::assert_snapshot!(check("lib/a.py", "import subprocess\nsubprocess.call(x)\n"), @"
        import subprocess: 7.3 bits, [0, 1, 1], 40 in such files in tools/b.py
        capability run programs: 7.3 bits, [0, 1, 1], 40 in such files in tools/b.py
        call subprocess.call: 5.0 bits, [0, 0, 0], 40 of the same module in tools/b.py
        ");
    }

    #[test]
    fn what_is_seldom_is_so_where_it_stands() {
        let told = [[0, 0, 90], [0, 3, 90], [3, 90, 90], [0, 4, 4], [4, 4, 4]].map(is_seldom);
        assert_eq!(told, [true, true, true, false, false]);
    }

    #[test]
    fn every_cell_has_its_place() {
        let mut cells = BTreeSet::new();
        let roles = [
            Role::Install,
            Role::Build,
            Role::Automation,
            Role::Vendored,
            Role::Code,
            Role::Test,
            Role::Documentation,
        ];
        for role in roles {
            for kind in DeedKind::ALL {
                for project in [0, 1, 2, 4, 16] {
                    for files in [0, 1, 4] {
                        for folder in [0, 1] {
                            assert!(cells.insert(cell(role, kind, [folder, files, project])));
                        }
                    }
                }
            }
        }
        assert_eq!(cells.len(), CELLS);
        assert!(cells.iter().all(|it| *it < CELLS));
    }

    #[test]
    fn learning_twice_the_same_gives_the_same() {
        assert_eq!(model(), model());
        let touched = Touched {
            path: String::new(),
            language: crate::kind::Language::Other,
            role: Role::Code,
            lines: [0, 0],
            words: crate::novelty::Counts::default(),
        };
        let empty = Deeds {
            files: vec![touched],
            ..Deeds::default()
        };
        assert!(model().novelty(&empty).bits.abs() < f64::EPSILON);
    }
}
