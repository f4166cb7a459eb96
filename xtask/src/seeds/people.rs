//! Seeds of the targets about histories and people: a mailmap, a message with trailers, a commit, a tag, lists of teams, two
//! texts, a whole repository, and what people say of each other.

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
    (
        "vouch_list",
        "# who\nann\ngithub:ben since 2020\n-github:cy why\n\n@x\n",
    ),
    (
        "vouch_records",
        "bartizan people statement 1\ndeed: vouch\nproject: example.org/lab\nwhom: github:ann\nby: github:ben\nat: 2026-01-02T00:00:00Z\nuntil: 2028-01-02T00:00:00Z\nreason: good work\n",
    ),
    (
        "vouch_records",
        "{\"statement\": \"bartizan people statement 1\\ndeed: vouch\\nproject: example.org/lab\\nwhom: github:ann\\nby: github:ben\\nat: 2026-01-02T00:00:00Z\\nuntil: 2028-01-02T00:00:00Z\\nreason: good work\\n\", \"ssh\": \"-----BEGIN SSH SIGNATURE-----\\nU1NIU0lH\\n-----END SSH SIGNATURE-----\\n\"}\n{\"statement\": \"bartizan people statement 1\\ndeed: vouch\\nproject: example.org/lab\\nwhom: github:ann\\nby: github:ben\\nat: 2026-01-02T00:00:00Z\\nuntil: 2028-01-02T00:00:00Z\\nreason: good work\\n\", \"sigstore\": {\"mediaType\": \"x\"}}\n",
    ),
    (
        "flag_log",
        "{\"number\":1,\"at\":\"1970-01-02T00:00:00Z\",\"event\":\"raised\",\"flag\":null,\"person\":\"11111111111111111111111111111111\",\"by\":\"01010101010101010101010101010101\",\"content\":\"0707070707070707070707070707070707070707070707070707070707070707\",\"hash\":\"624bd4ccbccef55c009baad8dbef39f7ff204735054f62e97868ff7af60978c2\"}\n{\"number\":2,\"at\":\"1970-01-02T00:00:00Z\",\"event\":\"seconded\",\"flag\":1,\"person\":\"11111111111111111111111111111111\",\"by\":\"02020202020202020202020202020202\",\"content\":\"0707070707070707070707070707070707070707070707070707070707070707\",\"hash\":\"3cf81b567cddc8cc34301346845f5d7be19c3583f00dd1365d7c22eb841df032\"}\n",
    ),
    (
        "people_export",
        "{\"schema_version\": 1, \"project\": \"lab\", \"accounts\": [{\"login\": \"robot\", \"is_program\": true}], \"pulls\": [{\"number\": 5, \"author\": \"ann\", \"merged_by\": \"ben\", \"merged_at\": \"2026-01-02T00:00:00Z\", \"reviews\": [{\"by\": \"cy\", \"verdict\": \"approved\", \"at\": null}]}, {\"number\": 4}]}",
    ),
    (
        "access_approval",
        "bartizan access approval 1\nplan: ffedbf471a452819b1ec7bb25f9cb221c5ae6091228edba7f1196cdc7ab27925\nby: github:ann\nat: 2026-01-02T00:00:00Z\nway: ordinary\nreason: looked at each step\n",
    ),
    (
        "access_log",
        "bartizan access checkpoint 1\nentries: 4\nroot: ffedbf471a452819b1ec7bb25f9cb221c5ae6091228edba7f1196cdc7ab27925\nat: 1970-01-05T00:00:00Z\n",
    ),
    // Twice in a team, and twice out of it.
    (
        "access_delivery",
        "{\"action\": \"added\", \"member\": {\"login\": \"dan\"}, \"team\": {\"slug\": \"gpu\"}, \"organization\": {\"login\": \"lab\"}}\n{\"action\": \"removed\", \"member\": {\"login\": \"dan\"}, \"team\": {\"slug\": \"gpu\"}, \"organization\": {\"login\": \"lab\"}}\n{\"action\": \"added\", \"member\": {\"login\": \"dan\"}, \"team\": {\"slug\": \"gpu\"}, \"organization\": {\"login\": \"lab\"}}\n{\"action\": \"added\", \"member\": {\"login\": \"dan\"}, \"team\": {\"slug\": \"gpu\"}, \"organization\": {\"login\": \"lab\"}}",
    ),
    (
        "access_delivery",
        "{\"action\": \"added_to_repository\", \"team\": {\"slug\": \"gpu\"}, \"repository\": {\"full_name\": \"lab/array\"}, \"organization\": {\"login\": \"lab\"}}\n{\"action\": \"member_removed\", \"membership\": {\"user\": {\"login\": \"dan\"}}, \"organization\": {\"login\": \"lab\"}}",
    ),
    (
        "access_delivery",
        "{\"action\": \"added\", \"member\": {\"login\": \"dan\"}, \"sender\": {\"login\": \"ann\"}, \"repository\": {\"full_name\": \"lab/array\"}, \"organization\": {\"login\": \"lab\"}, \"team\": {\"slug\": \"gpu\"}}",
    ),
    (
        "access_plan",
        "{\"schema_version\": 1, \"plan\": {\"title\": \"x\", \"proposer\": \"github:zoe\", \"actor\": \"github:ann\", \"made\": \"2026-01-02T00:00:00Z\", \"expires\": \"2026-01-09T00:00:00Z\", \"snapshot\": \"ffedbf471a452819b1ec7bb25f9cb221c5ae6091228edba7f1196cdc7ab27925\", \"steps\": []}, \"sha256\": \"\"}",
    ),
    ("line_counts", "a\nb\nc\nd\n\0b\nd\na\nc"),
    // References, two commits, two trees, a tag, two contents: the hash of each is its number, forty times.
    (
        "history",
        concat!(
            "# pack-refs with: peeled fully-peeled sorted \n1111111111111111111111111111111111111111 refs/pull/3/head\n5555555555555555555555555555555555555555 refs/tags/v1\n^1111111111111111111111111111111111111111\n",
            "\n%%\n",
            "tree 3333333333333333333333333333333333333333\nparent 2222222222222222222222222222222222222222\nauthor A <a@example.org> 2 +0100\ncommitter B <b@example.org> 2 -0000\n\nx (#3)\n",
            "\n%%\n",
            "tree 4444444444444444444444444444444444444444\nauthor A <a@example.org> 1 +0100\ncommitter B <b@example.org> 1 -0000\n\nx\n",
            "\n%%\n",
            "100644 a\0ffffffffffffffffffff100644 b\0wwwwwwwwwwwwwwwwwwww",
            "\n%%\n",
            "100644 a\0wwwwwwwwwwwwwwwwwwww40000 d\0DDDDDDDDDDDDDDDDDDDD",
            "\n%%\n",
            "object 1111111111111111111111111111111111111111\ntype commit\ntag v1\ntagger A <a@example.org> 3 +0000\n\nv1\n",
            "\n%%\n",
            "one\ntwo\nthree\n",
            "\n%%\n",
            "one\n2\nthree\n",
        ),
    ),
];

/// Every seed.
pub(super) fn all() -> impl Iterator<Item = Seed> {
    TEXTS.iter().map(|(target, text)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    })
}
