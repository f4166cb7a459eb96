//! Texts of an artifact with those that they are made of: each seed is two halves of one length.

use super::Seed;

const PAIRS: [(&str, &str); 4] = [
    (
        "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nRequires-Dist: a\n\ntext\n",
        "Metadata-Version: 2.4\nVersion: 1.0\nName: Lab\nRequires-Dist: a>=1\n",
    ),
    (
        "version = '1.0'\n__version__ = version\nif x:\n    y = (1, 0)\n",
        "version = '@VERSION@'\n__version__ = version\n",
    ),
    (
        "# lab.m4 serial 3\nAC_DEFUN([LAB], [x])\nnode: abc\n",
        "# lab.m4 serial 3\nAC_DEFUN([LAB], [y])\nnode: $Format:%H$ $Id$\n",
    ),
    (
        "[console_scripts]\na = b:c\n[egg_info]\ntag_build = \n",
        "*.py export-subst\n[a-c]/**/d? -ident\nmsgid \"a\"\nmsgstr \"b\"\n",
    ),
];

/// Every pair, both parts filled up to one length.
pub(super) fn all() -> Vec<Seed> {
    let seed = |(one, other): &(&str, &str)| {
        let length = one.len().max(other.len());
        let fill = |text: &str| format!("{text:\n<length$}");
        Seed {
            target: "divergence",
            bytes: [fill(one), fill(other)].concat().into_bytes(),
        }
    };
    PAIRS.iter().map(seed).collect()
}
