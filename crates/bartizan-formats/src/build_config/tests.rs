//! Configurations in the words of each backend.

use proptest::prelude::*;

use super::*;

fn check(pyproject: &str, setup: &str) -> String {
    let texts = BTreeMap::from([
        ("pyproject.toml", pyproject.as_bytes()),
        ("setup.cfg", setup.as_bytes()),
    ]);
    let config = BuildConfig::read(&texts);
    let join = |it: &BTreeSet<String>| it.iter().cloned().collect::<Vec<_>>().join(" ");
    format!(
        "{:?} in [{}] writes [{}], {} entry points",
        config.backend,
        join(&config.roots),
        join(&config.written),
        config.entry_points.len()
    )
}

#[test]
fn each_backend_has_its_words() {
    let system = |backend: &str| format!("[build-system]\nbuild-backend = '{backend}'\n");
    insta::assert_snapshot!(check("", "[versioneer]\nversionfile_source = lab/_version.py\n[options]\npackage_dir =\n    = code\n[options.entry_points]\nconsole_scripts =\n    lab = lab:main\n"), @"Setuptools in [ code lib python src] writes [lab/_version.py], 1 entry points");
    insta::assert_snapshot!(check(&format!("{}[tool.setuptools_scm]\nwrite_to = './lab/_v.py'\n[tool.setuptools.packages.find]\nwhere = ['here']\n", system("setuptools.build_meta")), ""), @"Setuptools in [ here lib python src] writes [lab/_v.py], 0 entry points");
    insta::assert_snapshot!(check(&format!("{}[tool.hatch.build.hooks.vcs]\nversion-file = 'a/v.py'\n[tool.hatch.build.targets.wheel]\npackages = ['deep/down/lab']\n", system("hatchling.build")), ""), @"Hatchling in [ deep/down lib python src] writes [a/v.py], 0 entry points");
    insta::assert_snapshot!(check(&format!("{}[tool.poetry]\npackages = [{{include = 'x', from = 'q'}}]\n[tool.poetry.scripts]\na = 'b:c'\n", system("poetry.core.masonry.api")), ""), @"Poetry in [ lib python q src] writes [], 1 entry points");
    insta::assert_snapshot!(check(&format!("{}[tool.pdm.version]\nwrite_to = 'v.py'\n[tool.pdm.build]\npackage-dir = 'p'\n", system("pdm.backend")), ""), @"Pdm in [ lib p python src] writes [v.py], 0 entry points");
    insta::assert_snapshot!(check(&format!("{}[[tool.scikit-build.generate]]\npath = 'g.py'\n", system("scikit_build_core.build")), ""), @"ScikitBuild in [ lib python src] writes [g.py], 0 entry points");
    insta::assert_snapshot!(check(&format!("{}[tool.maturin]\npython-source = 'pysrc'\n", system("maturin")), ""), @"Maturin in [ lib pysrc python src] writes [], 0 entry points");
    insta::assert_snapshot!(check(&system("flit_core.buildapi"), ""), @"Flit in [ lib python src] writes [], 0 entry points");
    insta::assert_snapshot!(check(&system("mesonpy"), ""), @"Meson in [ lib python src] writes [], 0 entry points");
    insta::assert_snapshot!(check("[build-system]\nrequires = ['setuptools>=80']\nbuild-backend = '_own'\nbackend-path = ['.']\n", ""), @"Setuptools in [ lib python src] writes [], 0 entry points");
}

#[test]
fn a_script_may_name_the_file() {
    let script =
        b"setup(use_scm_version={'write_to': 'lab/_v.py', \"version_file\":\"x.txt\"})".as_slice();
    let config = BuildConfig::read(&BTreeMap::from([("setup.py", script)]));
    assert_eq!(config.written, BTreeSet::from(["lab/_v.py".to_owned()]));
}

proptest! {
    #[test]
    fn never_panics(text in "[a-z=\\[\\]\n :'.{}]{0,80}") {
        check(&text, &text);
        BuildConfig::read(&BTreeMap::from([("setup.py", text.as_bytes())]));
    }
}
