//! Seeds of the targets about histories and people: a mailmap, a message with trailers, a commit, a tag, lists of teams, two
//! texts.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    (
        "mailmap",
        "# who\nAnn Proper <ann@example.org>\n<b@example.org> <B@old.example>\nCy <c@example.org> Nick <shared@example.org>\n<x>\n",
    ),
    (
        "trailers",
        "Title (#7)\n\nBody\n\nCo-authored-by: Ann B <a@example.org>\n  more\nReviewed-by: C\n# no\nSigned-off-by: D <d@example.org>\n",
    ),
    (
        "commit_object",
        "tree 1111111111111111111111111111111111111111\nparent 2222222222222222222222222222222222222222\nauthor A <a@example.org> 1700000000 +0100\ncommitter B <b@example.org> 253402300799 -0000\nencoding latin1\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n wsA=\n -----END PGP SIGNATURE-----\n\nMerge pull request #3 from a/b\n\nx\n\nHelped-by: E\n",
    ),
    (
        "commit_object",
        "object 1111111111111111111111111111111111111111\ntype commit\ntag v1\ntagger A <a@example.org> 1 +0000\n\nv1\n-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAAANrZXk=\n-----END SSH SIGNATURE-----\n",
    ),
    (
        "team",
        "[[item]]\nbody = '{{< image src=\"https://avatars.githubusercontent.com/u/17?v=4\" >}}'\nlink = 'https://github.com/ann'\n",
    ),
    (
        "team",
        "maintainers:\n  active:\n  - ann\n  inactive:\n  - 'ben'\nother: 1\n",
    ),
    (
        "team",
        "Core\n----\n<a href=\"https://github.com/ann\"><img src=\"https://avatars.githubusercontent.com/u/1\"></a>\n<p>Ann B</p>\n## Former\n- @cy (Cy D)\n",
    ),
    (
        "team",
        "lab/ @ann @org/team x@example.org # why\n/a/*.py @b\n*x* @c\nlab/f.py\n",
    ),
    ("line_counts", "a\nb\nc\nd\n\0b\nd\na\nc"),
];

/// Every seed.
pub(super) fn all() -> impl Iterator<Item = Seed> {
    TEXTS.iter().map(|(target, text)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    })
}
