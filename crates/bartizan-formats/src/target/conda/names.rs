//! Which package of another ecosystem a conda package is.
//!
//! The strongest evidence is used that there is: what the tool says that wrote the file, then a name of which it
//! is known, then the equal name of something that needs a Python. What remains is known to conda alone.

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    purl::Purl,
};

use super::{CondaPackage, ecosystem};

/// Distributions of Python that conda has under another name. Where the plain name exists too, it is the library
/// in C, a collection, or something else; those do not come here.
const DISTRIBUTIONS: [(&str, &str); 33] = [
    ("astropy-base", "astropy"),
    ("brotli-python", "brotli"),
    ("dask-core", "dask"),
    ("matplotlib-base", "matplotlib"),
    ("msgpack-python", "msgpack"),
    ("numpy-base", "numpy"),
    ("py-lief", "lief"),
    ("py-opencv", "opencv-python"),
    ("py-xgboost", "xgboost"),
    ("pyarrow-core", "pyarrow"),
    ("pyqt", "pyqt5"),
    ("pytables", "tables"),
    ("python-blosc", "blosc"),
    ("python-blosc2", "blosc2"),
    ("python-build", "build"),
    ("python-clang", "clang"),
    ("python-confluent-kafka", "confluent-kafka"),
    ("python-duckdb", "duckdb"),
    ("python-fastjsonschema", "fastjsonschema"),
    ("python-flatbuffers", "flatbuffers"),
    ("python-graphviz", "graphviz"),
    ("python-igraph", "igraph"),
    ("python-installer", "installer"),
    ("python-kaleido", "kaleido"),
    ("python-libarchive-c", "libarchive-c"),
    ("python-lmdb", "lmdb"),
    ("python-symengine", "symengine"),
    ("python-tzdata", "tzdata"),
    ("python-xxhash", "xxhash"),
    ("pytorch", "torch"),
    ("tensorflow-base", "tensorflow"),
    ("uvicorn-standard", "uvicorn"),
    ("vtk-base", "vtk"),
];

/// What needs a Python, or is named after one, and is no distribution of that name.
const NOT_DISTRIBUTIONS: [&str; 10] = [
    "_python_abi3_support",
    "anaconda",
    "cpython",
    "python-freethreading",
    "python-gil",
    "python_abi",
    "pypy",
    "pytorch-cpu",
    "pytorch-gpu",
    "pytorch-mutex",
];

/// Distributions that have one name everywhere, for files that state a name and nothing else. Other names are
/// not taken for distributions of Python without evidence: `openssl` and `zlib` look no different.
const KNOWN_EVERYWHERE: [&str; 62] = [
    "aiohttp",
    "anyio",
    "astropy",
    "bokeh",
    "certifi",
    "cffi",
    "click",
    "cryptography",
    "cython",
    "dask",
    "distributed",
    "django",
    "fastapi",
    "flask",
    "fonttools",
    "h5py",
    "idna",
    "imageio",
    "ipykernel",
    "ipython",
    "jinja2",
    "joblib",
    "jupyter-server",
    "jupyterlab",
    "keras",
    "lxml",
    "matplotlib",
    "mistune",
    "nbconvert",
    "nbclient",
    "netcdf4",
    "networkx",
    "notebook",
    "numba",
    "numpy",
    "pandas",
    "paramiko",
    "pillow",
    "pip",
    "plotly",
    "polars",
    "psutil",
    "pyarrow",
    "pydantic",
    "pygments",
    "pytest",
    "pyyaml",
    "pyzmq",
    "rasterio",
    "requests",
    "scikit-image",
    "scikit-learn",
    "scipy",
    "setuptools",
    "sqlalchemy",
    "statsmodels",
    "tensorflow",
    "tornado",
    "urllib3",
    "werkzeug",
    "wheel",
    "xarray",
];

/// What a name alone is looked up as.
pub(super) fn identity_of_name(package: &CondaPackage) -> Package {
    let name = package.name.replace('_', "-");
    if KNOWN_EVERYWHERE.contains(&name.as_str()) {
        return Package::pypi(&name);
    }
    identity(package)
}

/// What a package is looked up as, by what a file says about it.
pub(super) fn identity(package: &CondaPackage) -> Package {
    if let Some(purls) = &package.purls {
        let known = purls.iter().filter_map(|text| text.parse::<Purl>().ok());
        let stated = known
            .filter(|purl| purl.kind() == "pypi")
            .find_map(|purl| Some(purl.package()?.0));
        // A tool that asked what the package is, and found nothing, is believed only where nothing speaks for
        // a Python package: its list may be older than the package.
        if let Some(stated) = stated {
            return stated;
        }
    }
    let name = package.name.as_str();
    if name == "python" {
        return native(package);
    }
    if let Some((_, distribution)) = DISTRIBUTIONS.iter().find(|(conda, _)| *conda == name) {
        return Package::pypi(distribution);
    }
    if !NOT_DISTRIBUTIONS.contains(&name) && needs_python(package) {
        return Package::pypi(name);
    }
    native(package)
}

/// What is no distribution of Python: the interpreter, or a package that only conda has.
pub(super) fn native(package: &CondaPackage) -> Package {
    let is_cpython = package.name == "python" && !package.build_contains("pypy");
    if is_cpython && !package.build_contains("graalpy") {
        Package::new(Ecosystem::new("CPython"), "cpython")
    } else {
        Package::new(ecosystem(), &package.name)
    }
}

/// Whether a package depends on a Python, or its build is named after one (`py311h64a7726_0`, `pyhd8ed1ab_0`).
fn needs_python(package: &CondaPackage) -> bool {
    let build = package.build.as_deref().unwrap_or_default();
    let after_py = build
        .strip_prefix("py")
        .and_then(|rest| rest.chars().next());
    let is_python = |name: &String| name == "python" || name == "python_abi";
    after_py.is_some_and(|c| c.is_ascii_digit() || c == 'h' || c == '_')
        || package.depends.iter().any(is_python)
}

impl CondaPackage {
    fn build_contains(&self, text: &str) -> bool {
        self.build
            .as_deref()
            .is_some_and(|build| build.contains(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, build: &str, depends: &str, expect: &str) {
        let mut package = CondaPackage {
            name: name.to_owned(),
            version: "1".to_owned(),
            build: Some(build.to_owned()),
            ..CondaPackage::default()
        };
        package.depends_on(depends.split(','));
        let found = identity(&package);
        assert_eq!(format!("{}:{}", found.ecosystem(), found.name()), expect);
    }

    #[test]
    fn names_are_those_of_the_ecosystem_that_has_advisories() {
        check("numpy", "py311h64a7726_0", "", "PyPI:numpy");
        check("requests", "pyhd8ed1ab_0", "python >=3.8", "PyPI:requests");
        check("requests", "0", "python>=3.8", "PyPI:requests");
        check("pytorch", "cpu_py311_0", "", "PyPI:torch");
        check("msgpack-python", "h0_0", "", "PyPI:msgpack");
        check("python-graphviz", "h0_0", "", "PyPI:graphviz");
        check("graphviz", "h0_0", "libgd", "conda:graphviz");
        check("xxhash", "h0_0", "libgcc", "conda:xxhash");
        check("openssl", "h4ab18f5_2", "ca-certificates", "conda:openssl");
        check("pyyaml-like", "pypy_0", "", "conda:pyyaml-like");
        check("python", "hb806964_0_cpython", "openssl", "CPython:cpython");
        check("python", "0_73_pypy", "pypy3.9", "conda:python");
        check("python_abi", "4_cp311", "python 3.11.*", "conda:python_abi");
    }

    #[test]
    fn what_a_tool_states_comes_first() {
        let stated = |purls: &[&str]| {
            let package = CondaPackage {
                name: "odd".to_owned(),
                purls: Some(purls.iter().map(|purl| (*purl).to_owned()).collect()),
                ..CondaPackage::default()
            };
            identity(&package).to_string()
        };
        assert_eq!(stated(&["pkg:pypi/even?source=list"]), "even");
        assert_eq!(stated(&["pkg:conda/x", "nonsense"]), "odd");
        assert_eq!(stated(&[]), "odd");
    }

    #[test]
    fn the_tables_are_what_they_say() {
        let names: Vec<_> = DISTRIBUTIONS.iter().map(|(conda, _)| conda).collect();
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
        assert!(NOT_DISTRIBUTIONS.iter().all(|name| !names.contains(&name)));
    }
}
