//! A source tree that has a little of everything that is looked at.

use super::Seed;

const FILES: [&str; 14] = [
    "pyproject.toml\n[project]\nname = \"own\"\nversion = \"1.0\"\n",
    ".gitmodules\n[submodule \"x\"]\n\tpath = deps/x\n\turl = https://code.example/a/x.git\n",
    "subprojects/fmt.wrap\n[wrap-file]\ndirectory = fmt-10.2.1\nsource_url = https://x.example/fmt-10.2.1.tar.gz\n[provide]\nfmt = fmt_dep\n",
    "CMakeLists.txt\nset(V 1.2)\nFetchContent_Declare(zlib GIT_REPOSITORY https://x.example/a/zlib GIT_TAG v${V})\nCPMAddPackage(\"gh:a/b@1.0\")\n",
    "conda/meta.yaml\n{% set version = \"1.3\" %}\nsource:\n  - url: https://x.example/zlib-{{ version }}.tar.gz\nrequirements:\n  host:\n    - hdf5 >=1.14\n",
    "vcpkg.json\n{\"dependencies\": [\"zlib\", {\"name\": \"hdf5\"}], \"overrides\": [{\"name\": \"hdf5\", \"version\": \"1.14.4\"}]}",
    "third_party/zlib/zlib.h\n#define ZLIB_VERSION \"1.3.1\"\n",
    "src/a.f\nC  -- LAPACK driver routine (version 3.2.2) --\n",
    "LICENSES_bundled.txt\nName: Tern\nFiles: src/[a.f, b.f]\nLicense: MIT\n",
    "src/tern/LICENSE\ntheirs\n",
    "src/tern/meson.build\nproject('tern', 'c',\n  version : '2.0.1')\n",
    "src/h.h\n// Taken from:\n// https://github.com/o/r/blob/v1.4/h.h\n",
    "pkg/_vendor/vendor.txt\nrequests==2.32.3\n",
    "pkg/externals/six.py\n__version__ = \"1.16.0\"\n",
];

/// The files, separated by zero bytes.
pub(super) fn tree() -> Seed {
    Seed {
        target: "source_tree",
        bytes: FILES.join("\0").into_bytes(),
    }
}
