//! What commands compute, in words: for `bartizan explain` and the reference. A check is explained in its own file.

/// Something that a report speaks of and that is no check.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The word that names it.
    pub id: &'static str,
    /// It in one line.
    pub title: &'static str,
    /// Titles and texts, in the order in which they are read.
    pub parts: &'static [(&'static str, &'static str)],
}

/// Every topic, by name.
pub static ALL: &[Topic] = &[
    Topic {
        id: "backport",
        title: "commits that mend a library of which no release is mended",
        parts: &[
            (
                "What",
                "Where no release of a package carries a mended copy of a library, or a plan leaves it, `fix` names the commits that records of the database name: \
                 one with which a range ends, one among the references, or all between two builds of which only the second was mended. With `--source DIR` it says which \
                 files in C, C++, Fortran and Cython they touch, and how the change fits upstream's release and each copy in the directory.",
            ),
            (
                "Why",
                "They are candidates. What a reference leads to may be another commit, and a change that fits word for word may need one before it. Nothing is applied.",
            ),
            (
                "Example",
                "`bartizan fix .venv --source libtiff.git --source our-sdist/`: \"libtiff/tif_dirread.c: applies to v4.5.1, moved by 12 lines\".",
            ),
            (
                "Remedy",
                "Build against a distribution's mended library where one is named; else read the commits, apply them to the copy, and run its tests.",
            ),
        ],
    },
    Topic {
        id: "blast",
        title: "who stands on a component",
        parts: &[
            (
                "What",
                "`scan --blast NAME` lists every component of the targets that needs or carries a component, directly or through others, with the shortest way down to it.",
            ),
            (
                "Why",
                "Who has to be told, and what has to be built anew, is what stands on it. It is read from the graph of the target; a format that tells no edges has none.",
            ),
            (
                "Example",
                "`bartizan scan .venv --blast libwebp`: pillow carries it, and what requires pillow stands on it.",
            ),
        ],
    },
    Topic {
        id: "exposure",
        title: "whose requirements still admit an affected release",
        parts: &[
            (
                "What",
                "`scan --exposure ADVISORY` takes the newest release that each dependant had 30 and 90 days after the advisory, and counts those whose requirements admit an affected \
                 release. \"Nothing else\" counts those that admit no other.",
            ),
            (
                "Why",
                "A patched release helps nobody whose requirements keep it out, and a range that is open below lets the old one in again.",
            ),
            (
                "What is not known",
                "Dates of releases that the index does not serve, requirements that cannot be read, a day that has not come: counted apart with what is needed, never as safe. \
                 An index knows no reverse: dependants are those among the packages that were asked.",
            ),
            (
                "Example",
                "`bartizan scan .venv --exposure PYSEC-2023-175`, or `--universe FILE` over a file of releases.",
            ),
        ],
    },
    Topic {
        id: "fix",
        title: "the smallest upgrade that removes what can be removed",
        parts: &[
            (
                "What",
                "`fix` plans the set of version changes that leaves the fewest findings at or above `--fail-on`, by severity; of those the one that changes the fewest packages; then the one with \
                 the fewest downgrades, major, minor and patch jumps; then the lowest versions. It respects what every release asks for, the ranges of the project, Python, platform, `--hold` \
                 and `--exclude-newer`, and brings no known vulnerability in, neither in packages nor in the libraries of their wheels.",
            ),
            (
                "Why something stays",
                "no-release: no release that could be taken is without it. unwanted: only such as you do not want are (held, older, too new, pre-releases). blocked: requirements of other \
                 packages keep them out. exchanged: it could go, but others would stay. gave-up: the search ended before it knew. The sentences below a finding are the facts \
                 that together do not allow it to go; leaving out any of them would make that untrue.",
            ),
            (
                "Not proposed",
                "What a plan could remove as well if it brought something in is told apart, and is not among the commands. An ignore in the settings, with its reason, lets it in.",
            ),
            (
                "Remedy",
                "Run the commands, or `--apply` and install from the file; then scan again. For what stays see `bartizan explain backport`.",
            ),
        ],
    },
    Topic {
        id: "review-rules",
        title: "rules of `review`, and how to write more",
        parts: &[
            (
                "What",
                "`review --rules FILE` reads rules in the form that Bartizan's own have: TOML with a list `[[rule]]`. Each has `id` (kebab case, no other rule's), `title`, `severity` \
                 (`low`, `medium`, `high`, `critical`), `confidence` (`hint`, `medium`, `high`: what nobody measured is a hint), `cwe` (numbers), `what`, `why`, `remedy`, and \
                 an example: `[rule.example]` with `file`, `failing`, `passing`, and `before` where the change needs something to begin with. Optional are `capability` (what code with it may newly do), \
                 `when` (`introduced`, or `removed` for a protection whose loss is bad), `languages` and `roles`: in which files it looks.",
            ),
            (
                "Lines",
                "`[rule.lines]` has `words` (one of them stands in the statement, without regard to case), `pattern` (a regular expression without backtracking), `unless` (a pattern that \
                 lets it pass) and `message`. A statement is a line with what continues it: behind a backslash, within open brackets in Python and Cython, behind an `&` in Fortran. \
                 Comments are left out, directives are not (`# cython:`, `# pythran export`, `!f2py`, `!$omp`).",
            ),
            (
                "Calls",
                "`[rule.calls]` has `functions` (dotted, as imports say them; `*.name` and `name.*` stand for anything before or behind), `message` (`{}` is the function) and a list `where`, of which all \
                 must hold. Each says of which `argument` it speaks (places from 0 and names; any where it names none): `is` and `is-not` (`text`, `number`, `true`, `false`, `none`, `name`, \
                 `product`, `texts`, `other`), `mentions` and `mentions-not` (names in it), `text` and `text-in` (it, without blanks), `is-absent`, and `is-assigned` (the answer is put where the argument \
                 came from). In C and C++ alone `given-to` lists types, one of which what takes the answer was declared with, and `is-dropped` asks that nothing takes it.",
            ),
            (
                "Why",
                "A rule with neither is one that a part of Bartizan sees: walks through functions of C, contents, pins. These are no form for files, and their ids cannot be taken. A rule that cannot be \
                 read ends the run with exit code 2 and says which one it is and what is wrong with it.",
            ),
            (
                "Example",
                "`[rule.calls]`, `functions = [\"lab_size\"]`, `given-to = [\"int\"]`, `message = \"what `{}` says goes into a smaller number\"` in a rule with `languages = [\"c\"]`.",
            ),
        ],
    },
    Topic {
        id: "risk",
        title: "the score between 0 and 1 of a target and its components",
        parts: &[
            (
                "What",
                "A finding weighs likelihood × impact × confidence × exposure. Several are `1 - product(1 - each)`; on its way up a finding loses only by conditions: an optional extra, a group for \
                 development, a requirement that the target's code does not import. The shares of the findings add up to the score, to the last digit.",
            ),
            (
                "Why",
                "It orders what to look at first. It decides nothing: neither the exit code nor `--fail-on` asks it, and it is no probability that something happens.",
            ),
            (
                "What is not known",
                "Without EPSS the vector speaks, without a vector the level, without a level a stated default; each share says what its numbers come from. The weights are those of the \
                 setting `profile`; `docs/risk.md` has the formula and the reason for each number.",
            ),
            (
                "Example",
                "`bartizan scan uv.lock` names the greatest shares; `--format json` has all of them under `risk`, `--graph FILE` the graph with them.",
            ),
        ],
    },
    Topic {
        id: "sbom-profiles",
        title: "what authorities ask of a bill of materials",
        parts: &[
            (
                "What",
                "`sbom validate --profile` holds a bill against the minimum elements of the NTIA (2021) and of the CISA (2025), and against BSI TR-03183-2 2.1.0. Each element is told with the \
                 components that lack it and with the field in which the bill's own format has it. `NOASSERTION` and `NONE` say nothing, so that they lack it.",
            ),
            (
                "NTIA",
                "Author and timestamp of the bill; of each component supplier, name, version, another identifier, and a dependency relationship.",
            ),
            (
                "CISA",
                "The same, with the producer in place of the supplier, and besides the tool, the context of generation, a hash and a licence of each component. The draft of August 2025 is what was read.",
            ),
            (
                "BSI",
                "CycloneDX 1.6 or SPDX 3.0.1 at least; who made bill and component by email address or URL; of each component file name, SHA-512 of the file that is deployed, distribution licences, \
                 dependencies with whether that is all, and whether it is executable, an archive, structured; nothing about vulnerabilities. What is asked for where it exists is told and does not count, \
                 because nobody can tell from a bill what exists.",
            ),
            (
                "How formats differ",
                "SPDX 2.3 has no field for the context of generation: a word such as `build` in the comment of its creation is taken. It cannot say whether dependencies are complete, nor all that the BSI asks, \
                 which does not allow it. Single files are no components.",
            ),
            (
                "Why",
                "Whether what is said is true no profile asks: the official schemas say whether it is well formed, and `sbom compare` whether the artifact holds it.",
            ),
            (
                "Example",
                "`bartizan sbom validate lab.cdx.json --profile ntia`: \"supplier name: 25 of 25 components lack it; write `supplier.name` of the component\".",
            ),
        ],
    },
    Topic {
        id: "sbom-upstream",
        title: "where to add what a bill of materials lacks",
        parts: &[
            (
                "What",
                "`sbom validate` and `sbom compare` tell which components have no package URL, licence, supplier or hash. Setting the bill at hand right helps once; what helps the next release is the file from \
                 which the bill is made. Whose file that is depends on who made the bill, and of a bill of the project's own on the backend that builds its wheels (`Generator` in `.dist-info/WHEEL`).",
            ),
            (
                "The project's own bill",
                "hatchling 1.28 and newer: `sbom-files` of `[tool.hatch.build.targets.wheel]` in `pyproject.toml`. maturin: `include` of `[tool.maturin.sbom]`. meson-python: a file that `meson.build` installs \
                 where `sbom-files` of `[tool.meson-python]` finds it, from the version on that has it. setuptools, scikit-build-core, flit and others have no setting that we know: the release puts the file into \
                 the wheel, by `bartizan sbom create --embed`.",
            ),
            (
                "A bill of auditwheel or delvewheel",
                "It is made from the packages of the system on which the wheel was repaired, each time anew. A library that was built from source there is not in it, and no supplier, licence or hash: state those in a bill \
                 of the project's own beside it. `sbom create --embed` makes one that has them.",
            ),
            (
                "A bill of maturin or cargo",
                "It says what the `Cargo.toml` of each crate says: `license`, `authors`, `repository`, `homepage`. Send the missing field to the crate; state what is no crate in a file that `[tool.maturin.sbom]` includes.",
            ),
            (
                "A bill made from metadata",
                "cyclonedx-py, syft and Bartizan itself take licence and maker of a Python package from its metadata: `license = \"BSD-3-Clause\"`, `license-files` and `authors` of `[project]` in its `pyproject.toml` (PEP 639). \
                 Libraries have none: what Bartizan says of them stands in `native-libraries.toml` of `bartizan-native` with where it was read, and a table that lacks it is a welcome change.",
            ),
            (
                "conda",
                "`about` of the recipe: `license` as an SPDX expression, `license_file`, `homepage`, `repository`. What a recipe of another package lacks is mended in that package's feedstock. Hashes are those of `source`.",
            ),
            (
                "What to write",
                "Package URL: that of the ecosystem which the component came from (`pkg:pypi`, `pkg:cargo`, `pkg:conda`, `pkg:rpm`), else `pkg:generic/NAME@VERSION`. Licence: the SPDX expression of its makers. Supplier: who makes it, as a \
                 name. Hash: SHA-256 or SHA-512 of its file; of what is linked into another file, of the source archive.",
            ),
            (
                "Example",
                "`bartizan sbom validate pillow-13.0.0-cp311-cp311-win_amd64.whl`: \"package URL 16 of 17 components\", and below it which file to write it into.",
            ),
        ],
    },
    Topic {
        id: "signing",
        title: "how artifacts are signed, and by whom",
        parts: &[
            (
                "What",
                "`attest` makes one statement of each artifact: its name, its digest, and a claim. The bytes that are signed are those that `--dry-run` prints, without line breaks.",
            ),
            (
                "Without a key",
                "The job's identity token goes to the certificate authority of the signing configuration, which certifies a key that lives for a moment; the signature goes into the transparency log, and gets a \
                 timestamp. Whoever the token names stands in the log for ever. GitHub gives a token to jobs with `permissions: id-token: write`, GitLab by `id_tokens` in the variable SIGSTORE_ID_TOKEN \
                 (`aud: sigstore`); elsewhere a file holds it. A token is shown to the authority alone.",
            ),
            (
                "With a key",
                "`--new-key` makes one, its public half, and a root of trust that names no service. Whoever has both verifies by `verify --key FILE.pub --trusted-root FILE.trusted_root.json`. No time of signing is known then. \
                 `--log` puts what is signed into the log of the instance too.",
            ),
            (
                "What is believed",
                "Nothing that a service answers, until the evidence that came of it verifies by the root of trust that belongs to it (`explain verification`). When it does not, nothing is written.",
            ),
            (
                "The instance",
                "The public one's configuration is carried along; `--trust-config` names another's, in the form that sigstore-python takes. The form of an index (`--form pep740`) has no place for a timestamp and \
                 needs a log of version 1.",
            ),
            (
                "Example",
                "`bartizan attest dist/*.whl --form pep740` in a GitHub workflow, `bartizan verify dist/*.whl --repository lab/lab` anywhere.",
            ),
        ],
    },
    Topic {
        id: "verification",
        title: "how it is verified who built an artifact",
        parts: &[
            (
                "What",
                "`verify` and `verify-bundle` take evidence through seventeen steps: whether it can be read (evidence), whether the root of trust can be used (trust-root), \
                 nothing is counted twice (distinct), what was signed is of a known kind (statement) and about these bytes (artifact), the log's promise (log-promise) and the timestamps (timestamp) \
                 give a time of signing (signing-time), the certificate was valid then (certificate-chain) and was published (certificate-log), the entry is in the log (inclusion-proof) and the log \
                 signed that (checkpoint), the signature fits (signature) and the entry is about it (log-entry), the name that was signed is the file's (subject-name), the claim is of a known kind \
                 (predicate), and the signer is who it should be (identity). What a policy asks is asked of the verified attestations of a file together.",
            ),
            (
                "Why",
                "Each step ends as done, failed with a code, not applicable with the reason, or not reached because another failed before; none is left out. What is verified can be made in the \
                 program by these steps alone. A file reaches one of four levels: no attestation; present but unverified; verified, identity unpinned; verified and pinned.",
            ),
            (
                "Who should have signed",
                "The command line says it (`--repository`, `--identity`, `--key`), or the lock of identities that `--pin` keeps on first use. What an index says of a publisher is unsigned: it is shown, \
                 and counts for nothing.",
            ),
            (
                "The root of trust",
                "It is embedded with the program, or a file (`--trusted-root`). Its source and age stand in every answer. An old one may not know the newest logs, and then refuses what they signed.",
            ),
            (
                "Example",
                "`bartizan verify lab-1.0.tar.gz --provenance lab.provenance --repository lab/lab`: \"verified and pinned\".",
            ),
        ],
    },
];

/// The topic of a name.
pub fn find(id: &str) -> Option<&'static Topic> {
    ALL.iter().find(|topic| topic.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_sorted_and_have_names_of_their_own() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        for topic in ALL {
            assert!(
                bartizan_vulnerability::checks::find(topic.id).is_none(),
                "{}",
                topic.id
            );
            assert!(
                !topic.parts.is_empty() && topic.parts.iter().all(|(_, text)| !text.contains("  ")),
                "{}",
                topic.id
            );
        }
    }
}
