//! Whose file a bill is made from: where what is lacking has to be written so that the next release has it.
//!
//! Who made the bill decides first: a tool writes what it found elsewhere. Where nobody but the project did, its build backend
//! decides which setting names the file. What backends can do is stated with the version from which they can.

/// Where a bill is, and who made it and what carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Who made the bill.
    pub maker: Maker,
    /// Who built the wheel that carries it; `None` where it is a file of its own.
    pub backend: Option<Backend>,
}

/// Who made a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// This program.
    Bartizan,
    /// A tool that repairs wheels, from the packages of the system that it ran on.
    Repair,
    /// A tool that reads crates.
    Cargo,
    /// A tool that reads metadata of what is installed or locked.
    Scanner,
    /// People, or a script of the project.
    Project,
}

/// Who built a wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// `hatchling`.
    Hatchling,
    /// `maturin`.
    Maturin,
    /// `meson-python`.
    MesonPython,
    /// Any other; none that is known has a setting for bills.
    Other,
}

/// Words in the names of tools, and who they make one.
const MAKERS: &[(&str, Maker)] = &[
    ("bartizan", Maker::Bartizan),
    ("auditwheel", Maker::Repair),
    ("delvewheel", Maker::Repair),
    ("delocate", Maker::Repair),
    ("cargo", Maker::Cargo),
    ("cyclonedx-rust", Maker::Cargo),
    ("maturin", Maker::Cargo),
    ("cyclonedx-py", Maker::Scanner),
    ("cyclonedx-bom", Maker::Scanner),
    ("syft", Maker::Scanner),
    ("trivy", Maker::Scanner),
    ("cdxgen", Maker::Scanner),
];

impl Maker {
    /// By the tools that a bill names.
    pub fn of(tools: &[String]) -> Self {
        let names = tools.iter().map(|it| it.to_lowercase());
        let known = names.filter_map(|name| {
            let found = MAKERS.iter().find(|(word, _)| name.contains(word));
            found.map(|(_, maker)| *maker)
        });
        known.fold(Self::Project, |one, other| match one {
            Self::Project => other,
            one => one,
        })
    }
}

impl Backend {
    /// By the file `WHEEL` of a wheel, whose `Generator` names it.
    pub fn of(build: &[u8]) -> Self {
        let text = String::from_utf8_lossy(build);
        let generator = text.lines().find_map(|it| it.strip_prefix("Generator:"));
        let generator = generator.unwrap_or_default().trim().to_lowercase();
        match generator.split([' ', '(']).next().unwrap_or_default() {
            "hatchling" => Self::Hatchling,
            "maturin" => Self::Maturin,
            "meson" | "meson-python" => Self::MesonPython,
            _ => Self::Other,
        }
    }
}

impl Origin {
    /// Where to write it, in a sentence.
    pub fn place(self) -> &'static str {
        match self.maker {
            Maker::Bartizan => {
                "Bartizan made this bill: of packages it says what their own `pyproject.toml` says (`[project]` `license`, `authors`), of libraries what `native-libraries.toml` of Bartizan says; add it there."
            }
            Maker::Repair => {
                "The tool that repaired the wheel made this bill from the packages of the system it ran on, and makes it anew each time: state what is missing in a bill of the project's own beside it."
            }
            Maker::Cargo => {
                "This bill is made from crates: add it to the `Cargo.toml` of each crate (`license`, `authors`, `repository`), or state it in a bill of the project's own beside it."
            }
            Maker::Scanner => {
                "This bill is made from metadata: add it to the `pyproject.toml` of each package that lacks it (`[project]` `license`, `authors`), and to the bill by hand for what is no package."
            }
            Maker::Project => self.of_project(),
        }
    }

    /// Which file of the project a bill of its own comes from.
    fn of_project(self) -> &'static str {
        match self.backend {
            None => "Write it where this file is made.",
            Some(Backend::Hatchling) => {
                "Write it into the file that `sbom-files` of `[tool.hatch.build.targets.wheel]` in `pyproject.toml` names (hatchling 1.28 and newer)."
            }
            Some(Backend::Maturin) => {
                "Write it into the file that `include` of `[tool.maturin.sbom]` in `pyproject.toml` names."
            }
            Some(Backend::MesonPython) => {
                "Write it into the file of the project that `meson.build` installs where `sbom-files` of `[tool.meson-python]` finds it; a meson-python without that setting leaves it to the release to put one into the wheel."
            }
            Some(Backend::Other) => {
                "Write it into the file of the project that its build copies to `.dist-info/sboms`, or let the release put one there: `bartizan sbom create --embed`."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tools: &[&str], build: Option<&str>) -> &'static str {
        let tools: Vec<String> = tools.iter().map(|it| (*it).to_owned()).collect();
        let place = Origin {
            maker: Maker::of(&tools),
            backend: build.map(|it| Backend::of(it.as_bytes())),
        }
        .place();
        place.get(..60).unwrap_or(place)
    }

    #[test]
    fn who_made_it_decides_first_and_then_who_built() {
        let build = |name: &str| format!("Wheel-Version: 1.0\nGenerator: {name}\n");
        insta::assert_snapshot!(check(&["auditwheel"], Some(&build("hatchling 1.28.0"))), @"The tool that repaired the wheel made this bill from the pac");
        insta::assert_snapshot!(check(&["CycloneDX", "cargo-cyclonedx"], None), @"This bill is made from crates: add it to the `Cargo.toml` of");
        insta::assert_snapshot!(check(&["Tool: bartizan-0.1.0"], None), @"Bartizan made this bill: of packages it says what their own ");
        insta::assert_snapshot!(check(&["make_sbom.py"], Some(&build("hatchling 1.28.0"))), @"Write it into the file that `sbom-files` of `[tool.hatch.bui");
        insta::assert_snapshot!(check(&[], Some(&build("maturin (1.11.2)"))), @"Write it into the file that `include` of `[tool.maturin.sbom");
        insta::assert_snapshot!(check(&[], Some(&build("meson"))), @"Write it into the file of the project that `meson.build` ins");
        insta::assert_snapshot!(check(&[], Some(&build("setuptools (80.9.0)"))), @"Write it into the file of the project that its build copies ");
        insta::assert_snapshot!(check(&[], None), @"Write it where this file is made.");
    }
}
