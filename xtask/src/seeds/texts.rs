//! Seeds of the targets that read text. All of it is made up here.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    ("version_pep440", "1!2.0.post3.dev4+local.5\n1.0a1\n2.0"),
    ("version_pep440", "v1.0-RC1\n1.0c1\n0"),
    ("version_semver", "1.0.0-alpha.1+build\n1.0.0-1\n1.0.0"),
    ("version_julia", "4.5.1+0\n4.5.1+1\nv4.5"),
    ("version_debian", "1:2.0~rc1-1+deb12u1\n2.0-1ubuntu2\n2.0"),
    ("version_alpine", "1.2.03b_rc1_p2~0af-r3\n1.2-r0\n1.2_alpha"),
    ("version_rpm", "1:2.0~rc1^git1-3.el9\n2.0-3\n2_0a"),
    ("version_conda", "1!2.0.1post1+local.1\n1.0.1_\n1.0dev*"),
    ("version_openssl", "1.0.2zh\n1.1.1-pre9\n3.0.7+quic"),
    ("version_numbers", "1.14.1-2\n9e\n2.0.0_rc1"),
    (
        "marker",
        "python_version >= '3.10' and (sys_platform == 'linux' or extra == 'a') and 'x' not in os_name",
    ),
    (
        "marker",
        "platform_release == \"5.10\" or implementation_name ~= '3.1' and python_full_version < '3.13.0rc1'",
    ),
    (
        "requirement",
        "Name.of_it[a,b] >=1.0, !=1.5.*, ~=1.2 ; python_version < '3.13'",
    ),
    (
        "requirement",
        "name @ https://index.example/name-1.0.whl#sha256=00 ; extra == 'x'",
    ),
    ("requirement", "name===1.0 (odd)"),
    ("purl", "pkg:pypi/name@1.0?arch=x86_64&os=linux#sub/path"),
    ("purl", "pkg:deb/debian/lib%2Bname@1:2~3?distro=12"),
    ("backport", "a\nb\nc\nd\n\0a\nb\nC\nd\n\0x\na\nb\nc\nd\n"),
    (
        "backport",
        r#"{"id":"OSV-1","modified":"2026-01-01T00:00:00Z","affected":[{"ranges":[{"type":"GIT","repo":"https://code.example/a.git","events":[{"introduced":"0"},{"fixed":"1111111111111111111111111111111111111111"}]}],"database_specific":{"fixed_range":"2222222222222222222222222222222222222222:1111111111111111111111111111111111111111"}}],"references":[{"type":"WEB","url":"https://code.example/a/commit/1234567"}]}"#,
    ),
    (
        "edit",
        "[[packages]]\nname = 'lab'\nversion = '1.0'\n[[packages.wheels]]\nurl = 'x'\n[packages.wheels.hashes]\nsha256 = '00'\n",
    ),
    (
        "imports",
        "import numpy as np, scipy.linalg\nfrom PIL import Image\nimportlib.import_module('x')",
    ),
    ("severity", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
    (
        "severity",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A",
    ),
    ("severity", "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC/RL:OF"),
    (
        "settings",
        "fail-on = \"high\"\nmax-age = 7\noffline = true\n[[ignore]]\nid = \"CVE-2099-1\"\nreason = \"r\"\nexpires = 2099-01-01\n",
    ),
    (
        "settings",
        "[tool.bartizan]\npython = \"3.13\"\nplatform = \"any\"\nignore = [{ id = \"X-1\", package = \"p\", reason = \"r\" }]\n[tool.bartizan.sync]\n",
    ),
    (
        "index_page",
        r#"{"meta":{"api-version":"1.4"},"project-status":{"status":"archived","reason":"r"},"files":[{"filename":"lab-1.0-py3-none-any.whl","yanked":"r","upload-time":"2024-01-31T00:00:00Z"},{"filename":"lab-1.0.tar.gz","yanked":true}]}"#,
    ),
    (
        "index_page",
        r#"{"meta":{"api-version":"1.1"},"files":[{"filename":"lab-1.0-cp312-abi3-manylinux_2_28_x86_64.whl","url":"../lab.whl","hashes":{"sha256":"00"},"size":7,"requires-python":">=3.9","core-metadata":{"sha256":"00"},"dist-info-metadata":true}]}"#,
    ),
    (
        "edit",
        "lab==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via x\n",
    ),
    (
        "edit",
        "[project]\ndependencies = ['lab == 1.0']\n[tool.poetry.dependencies]\nlab = { version = \"1.0\" }\n",
    ),
    ("edit", "[packages]\nlab = \"==1.0\"\n"),
    (
        "edit",
        "[[packages]]\nname = \"lab\"\nversion = \"1.0\"\nsdist = { url = \"x\", size = 1, hashes = { sha256 = \"00\" } }\nwheels = [{ url = \"x\" }]\n",
    ),
    (
        "pip_config",
        "[global]\nindex-url = https://a.example/simple\nextra-index-url =\n    https://b.example\n    https://c.example\n[install]\nno-index = yes\n",
    ),
    (
        "ci_workflow",
        "on:\n  pull_request_target: {types: [opened]}\n  schedule: [{cron: '0 1 * * 1'}]\npermissions: {contents: read}\njobs:\n  a: &a\n    runs-on: ${{ matrix.os }}\n    environment: {name: e}\n    secrets: inherit\n    steps:\n      - uses: a/b@v1 # v1.2\n        with: {x: \"${{ secrets['T'] }}\"}\n      - run: |\n          echo ${{ github.event.commits[0].message }}\n  b: *a\n",
    ),
    (
        "ci_workflow",
        "updates:\n  - package-ecosystem: pip\n    directory: /\n    groups: {a: {patterns: ['*']}}\nruns: {using: composite, steps: [{run: x, shell: bash}]}\n",
    ),
    (
        "peer",
        r#"[{"ident": "artipacked", "desc": "d", "url": "https://z.example", "determinations": {"severity": "Medium"}, "ignored": false, "locations": [{"symbolic": {"key": {"Local": {"verbatim_path": "./w.yml"}}, "annotation": "a", "kind": "Primary"}, "concrete": {"location": {"start_point": {"row": 4}, "end_point": {"row": 6}}}}]}]"#,
    ),
    (
        "peer",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T", "rules": [{"id": "t/a", "properties": {"security-severity": "9.9"}}]}}, "results": [{"ruleIndex": 0, "kind": "fail", "message": {"text": "m"}, "suppressions": [{"justification": "j"}], "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a%20b"}, "region": {"startLine": 5}}}]}]}]}"#,
    ),
    (
        "peer",
        r#"{"families": {}, "checks": {"GH105": {"description": "d", "result": false, "err_msg": "e\n\nf", "skip_reason": "s"}, "GH1": {"result": null}}}"#,
    ),
    (
        "ci_elsewhere",
        "orbs: {a: a/b@1.2.3}\ninclude:\n  - {project: a/b, ref: main}\nresources: {repositories: [{name: a, ref: b}]}\nvariables: [{name: A_TOKEN, value: abcdef12}, {group: g}]\nenv: {B_SECRET: 'ENCRYPTED[x]', secure: y}\nj:\n  image: {name: 'a:1'}\n  id_tokens: {a: b}\n  script: [\"x $A_TOKEN\", {run: {command: '%B_TOKEN%'}}]\n  deploy: {provider: pypi}\n",
    ),
    (
        "python_code",
        "import a.b as c\nfrom . import d\nif TYPE_CHECKING:\n    import e\n__all__ = ['f']\n__getattr__, _ = lazy.attach_stub(__name__)\nclass C:\n    @x.y('z')\n    async def m(self, *, rng=None): ...\n",
    ),
    (
        "python_code",
        "match x:\n    case [a, *b] if b: pass\nwith (a as b, c): f'{x!r:{y}}'\nlambda a, b: (a if b else not -a ** b)\ntry:\n    def f(a, /, b: int = 1, *c, seed, **d): import q\nexcept* E:\n    pass\n",
    ),
    (
        "python_code",
        "def f(a, b=[a]):\n    a = [a, *c]\n    b = ''.join(a) + {'x': b}['x']\n    return getattr(f, b)(a=a, b=f(b))\nc = [d]\nd = [c]\nexec(d, target=c)\n",
    ),
    (
        "posture",
        "[tags.'a/b']\n'v1.2.3' = '1111111111111111111111111111111111111111'\n",
    ),
    (
        "posture",
        "on: push\njobs:\n  p:\n    steps:\n      - uses: a/b@v1 # x\n      - uses: 'a/b@1111111111111111111111111111111111111111' # v1.2.3\n",
    ),
    (
        "posture",
        "on: release\njobs:\n  p:\n    permissions: {id-token: write}\n    steps:\n      - uses: actions/cache@v4\n      - run: twine upload dist/*\n        env: {TWINE_PASSWORD: '${{ secrets.T }}'}\n",
    ),
    (
        "posture",
        "publishes-elsewhere = \"a/b\"\nreviewed = 2026-01-01\nattestations = [{ check = \"c\", by = \"b\", on = 2026-01-01 }]\n[[resource]]\nname = \"n\"\n",
    ),
    (
        "posture",
        "def f(a, *, random_state=None):\n    pass\n__getattr__, _ = lazy.attach_stub(__name__)\n",
    ),
    (
        "hosting",
        r#"{"environments": [{"name": "e", "protection_rules": [{"type": "required_reviewers", "reviewers": [{"type": "Team", "reviewer": {"slug": "t"}}]}], "deployment_branch_policy": {}}], "secrets": [], "protected": true, "enabled": true, "allowed_actions": "selected"}"#,
    ),
    (
        "hosting",
        r#"{"ref": "refs/tags/v1", "object": {"sha": "a", "type": "tag"}, "message": "No", "errors": [{"field": "x"}], "version": 1, "attestation_bundles": [{"publisher": {"kind": "GitHub"}}], "ownership": {"roles": []}}"#,
    ),
    (
        "hosting",
        r#"[{"id": 5, "user": {"login": "a[bot]", "type": "Bot"}, "body": "b"}]"#,
    ),
    (
        "hosting",
        r#"{"base": {"sha": "1111111111111111111111111111111111111111"}, "head": {"sha": "2222222222222222222222222222222222222222"}, "tree": [{"path": "a/b", "mode": "100644", "type": "blob", "sha": "1111111111111111111111111111111111111111"}], "content": "YWI=", "encoding": "base64"}"#,
    ),
    (
        "hosting",
        "<https://a.example/b?page=2>; rel=\"next\", <c>; rel=last",
    ),
    (
        "knowledge",
        "[a]\ntitle = \"t\"\npurl = \"pkg:generic/a\"\norder = \"openssl\"\nexposure = \"network\"\nfiles = [\"liba\"]\nreleases = { \"liba.so.1.2\" = \"1.2\" }\n[[a.function]]\nname = \"a_version\"\nreturns = \"digits:1+.2.1?.x1\"\nexample = 12341\ngives = \"1.23.4\"\n[[a.text]]\ncontains = \" a 1.\"\npattern = '^ a ([0-9.]+)$'\nas = \"0.$1\"\nexample = \" a 1.2\"\ngives = \"0.1.2\"\n",
    ),
    (
        "uv_config",
        "no-index = false\nindex-url = \"https://old.example\"\nextra-index-url = [\"https://b.example https://c.example\"]\n[[index]]\nname = \"a\"\nurl = \"https://a.example/simple\"\ndefault = true\n[[index]]\nurl = \"https://d.example\"\nexplicit = true\nformat = \"flat\"\n",
    ),
    (
        "universe",
        r#"{"bartizan_universe":1,"packages":{"lab":{"1.0":{"requires_python":">=3.9","requires":["demo<2; extra == 'x'"],"yanked":true,"uploaded":"2099-01-01T00:00:00Z","has_file":false},"2.0":{}}}}"#,
    ),
    (
        "profile",
        "[ecosystem]\ntitle = \"Lab\"\n[[project]]\nname = \"lab\"\nrepositories = [\"https://example.org/lab\"]\npackages = [\"Lab_Core\", \"Julia/Lab\"]\n[[cohort]]\nname = \"core\"\nprojects = [\"lab\"]\n[[milestone]]\nname = \"m\"\ntitle = \"M\"\nmeasure = \"x\"\ncohort = \"core\"\ntargets = [{ value = 2.5, by = \"year\" }]\n[[schedule]]\njob = \"assess\"\nevery = \"daily\"\n",
    ),
    (
        "standard",
        "---\ntitle: \"SPEC 8 — A Title\"\nnumber: 8\nis-draft: true\nendorsed-by:\n  - lab\n  - bench\n---\n\n# text\n",
    ),
    (
        "attestation",
        r#"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"certificate":{"rawBytes":"MAA="},"tlogEntries":[{"logIndex":"5","logId":{"keyId":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"kindVersion":{"kind":"dsse","version":"0.0.1"},"integratedTime":"1700000000","inclusionPromise":{"signedEntryTimestamp":"MAA="},"inclusionProof":{"logIndex":"4","rootHash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","treeSize":"6","hashes":[],"checkpoint":{"envelope":"log\n6\nAAAA\n\n"}},"canonicalizedBody":"e30="}]},"dsseEnvelope":{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MAA="}]}}"#,
    ),
    (
        "attestation",
        r#"{"version":1,"attestation_bundles":[{"publisher":{"kind":"GitHub","repository":"lab/lab","workflow":"w.yml"},"attestations":[{"version":1,"verification_material":{"certificate":"MAA=","transparency_entries":[]},"envelope":{"statement":"e30=","signature":"MAA="}}]}]}"#,
    ),
    (
        "attestation",
        r#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"lab-1.0.tar.gz","digest":{"sha256":"00"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{"buildType":"t","resolvedDependencies":[{"uri":"git+x","digest":{"gitCommit":"c"}}]},"runDetails":{"builder":{"id":"b"}}}}"#,
    ),
    (
        "verification",
        r#"{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1","verificationMaterial":{"x509CertificateChain":{"certificates":[{"rawBytes":"MAA="}]},"tlogEntries":[{"logIndex":"5","logId":{"keyId":"wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0="},"kindVersion":{"kind":"hashedrekord","version":"0.0.1"},"integratedTime":"1700000000","inclusionPromise":{"signedEntryTimestamp":"MAA="},"canonicalizedBody":"e30="}]},"messageSignature":{"signature":"MAA="}}"#,
    ),
    (
        "trusted_root",
        r#"{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[{"baseUrl":"https://l.example","hashAlgorithm":"SHA2_256","publicKey":{"rawBytes":"MAA=","keyDetails":"PKIX_ECDSA_P256_SHA_256","validFor":{"start":"2021-01-12T11:53:27Z"}},"logId":{"keyId":"AAAA"}}],"certificateAuthorities":[]}"#,
    ),
    (
        "ledger",
        r#"{"version":1,"package":"lab","listed":"2026-11-26T00:00:00Z","files":[{"name":"lab-1.0.tar.gz","sha256":null,"version":"1.0","uploaded":"2026-01-01T00:00:00Z","is_yanked":false,"listed":"2026-11-26T00:00:00Z","sboms":1,"sightings":[{"place":"i","first":"2026-11-26T00:00:00Z","last":"2026-11-26T00:00:00Z","seen":{"served":{"evidence":"0000000000000000000000000000000000000000000000000000000000000000","root":"0000000000000000000000000000000000000000000000000000000000000000","attestations":[{"kind":"p","is_verified":true,"steps":[{"step":"evidence","outcome":"done"}],"signer":{"issuer":"i"},"times":["2026-01-01T00:00:00Z"]}]}}}]}]}"#,
    ),
    (
        "wheel_content",
        "lab/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n\"a,b\",sha512=AA,1\nlab-1.0.dist-info/RECORD,,\n",
    ),
    ("signature", "U1NIU0lHAAAAAQ=="),
    (
        "signature",
        "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1wAAAAIYmFydGl6YW4AAAAAAAAABnNoYTUxMg==",
    ),
    (
        "allowed_signers",
        "# who\nalice,\"b b\" namespaces=\"bartizan,!git\",valid-after=\"20260101Z\",valid-before=\"202612312359Z\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c comment\n*@x cert-authority ssh-rsa AAAA\n",
    ),
    ("since", REPORT),
    (
        "feed",
        r#"{"kind":"bartizan-feed","format":1,"name":"lab","title":"t","licence":"CC0-1.0","prefixes":["LAB"],"packages":[{"ecosystem":
"PyPI","name":"Demo"}],"sequence":2,"created":"2099-01-01T00:00:00Z","files":[{"path":"a/LAB-2099-1.json","sha256":
"0000000000000000000000000000000000000000000000000000000000000000","modified":"2099-01-01T00:00:00Z"}]}"#,
    ),
    ("osv_validate", OSV),
    ("advisory_osv", OSV),
    (
        "advisory_osv",
        "[{\"id\":\"A-1\",\"modified\":\"2099-01-01T00:00:00Z\"},{\"id\":\"A-2\"}]",
    ),
    ("advisory_yaml", YAML),
    ("advisory_cve5", CVE5),
    (
        "advisory_epss",
        "#model_version:v2099.01.01,score_date:2099-01-01T00:00:00+0000\ncve,epss,percentile\nCVE-2099-1,0.5,0.9\n",
    ),
    ("advisory_kev", KEV),
    ("advisory_csaf", CSAF),
    ("vex", OPENVEX),
    ("vex", CSAF),
    ("vex", CYCLONEDX_VEX),
    ("target_requirements", REQUIREMENTS),
    ("target_uv_lock", UV_LOCK),
    ("target_pylock", PYLOCK),
    ("target_poetry_lock", POETRY_LOCK),
    ("target_pdm_lock", PDM_LOCK),
    ("target_pipfile_lock", PIPFILE_LOCK),
    ("target_conda_lock", CONDA_LOCK),
    ("target_conda_explicit", CONDA_EXPLICIT),
    ("target_conda_environment", CONDA_RECORD),
    ("target_pixi_lock", PIXI_LOCK),
    ("target_environment_file", ENVIRONMENT_FILE),
    ("target_project_file", PROJECT_FILE),
    ("target_metadata", METADATA),
    ("target_cyclonedx", CYCLONEDX),
    ("target_spdx", SPDX),
    ("target_spdx", SPDX_GRAPH),
];

const OSV: &str = r#"{"schema_version":"1.6.0","id":"PYSEC-2099-1","modified":"2099-01-02T00:00:00Z",
"published":"2099-01-01T00:00:00Z","withdrawn":"2099-01-03T00:00:00Z","aliases":["CVE-2099-1"],"related":["CVE-2099-2"],
"upstream":["CVE-2099-3"],"summary":"one line","details":"text","severity":[{"type":"CVSS_V3",
"score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"PyPI","name":"Name",
"purl":"pkg:pypi/name"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0"},{"introduced":"2.0rc1"},
{"last_affected":"2.1"},{"limit":"3"}]},{"type":"GIT","repo":"https://code.example/name","events":[{"introduced":"0"}]}],
"versions":["0.1","0.1-odd"],"ecosystem_specific":{"severity":"HIGH"}}],"references":[{"type":"WEB","url":"https://x.example"}],
"database_specific":{"severity":"MODERATE"}}"#;

const YAML: &str = "id: PYSEC-2099-7\nmodified: 2099-01-02T03:04:05Z\ndetails: >-\n  folded\n  text\nsummary: 'it''s'\naliases:\n\
- CVE-2099-7\naffected:\n- package: {name: Name, ecosystem: PyPI}\n  ranges:\n  - type: ECOSYSTEM\n    events:\n\
\x20   - introduced: '0'\n    - fixed: 1.10\n  versions: [1.0, \"1.1\", no, 0x10]\nreferences:\n- type: WEB\n  url: |\n    text\n";

const CVE5: &str = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2099-1","state":"PUBLISHED",
"datePublished":"2099-01-01T00:00:00Z","dateUpdated":"2099-01-02T00:00:00Z"},"containers":{"cna":{"title":"one line",
"descriptions":[{"lang":"en","value":"text"}],"affected":[{"vendor":"V","product":"P","defaultStatus":"unaffected",
"versions":[{"version":"1.0.0","status":"affected","lessThan":"1.0.2","versionType":"semver"},{"version":"2.0",
"lessThanOrEqual":"2.*","status":"affected","versionType":"custom","changes":[{"at":"2.1","status":"unaffected"}]}]}],
"metrics":[{"cvssV3_1":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},{"other":{"type":"x",
"content":{"text":"Low"}}}],"references":[{"url":"https://x.example"}]}}}"#;

const KEV: &str = r#"{"title":"t","catalogVersion":"2099.01.01","count":1,"vulnerabilities":[{"cveID":"CVE-2099-1",
"dateAdded":"2099-01-01","knownRansomwareCampaignUse":"Known","shortDescription":"text"}]}"#;

const REPORT: &str = r#"{"schema_version":1,"database":{"as_of":"2099-01-01T00:00:00Z"},"since":null,"findings":[{"group":"X-1",
"ids":["X-1","CVE-2099-1"],"component":{"name":"name","version":"1.0","ecosystem":"PyPI"},"severity":{"level":"high","score":7.5},
"kev":{},"fixed":["2.0"],"ignored":{"reason":"r"},"vex":{"status":"not_affected"}}],"hygiene":[{"check":"yanked-release",
"subject":{"name":"name","version":"1.0","purl":"pkg:pypi/name@1.0"},"severity":"medium","ignored":null}]}"#;

const OPENVEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"urn:x","author":"a","timestamp":"2099-01-01T00:00:00Z",
"version":1,"statements":[{"vulnerability":{"name":"CVE-2099-1","aliases":["GHSA-x"]},"status":"not_affected",
"justification":"component_not_present","impact_statement":"text","products":[{"@id":"pkg:pypi/name@1.0",
"identifiers":{"purl":"pkg:pypi/name@1.0"},"subcomponents":[{"@id":"pkg:pypi/other"}]}]},{"vulnerability":"CVE-2099-2",
"status":"fixed","products":["pkg:pypi/name"],"subcomponents":["pkg:pypi/other"]}]}"#;

const CSAF: &str = r#"{"document":{"category":"csaf_vex","csaf_version":"2.0","title":"t","publisher":{"name":"p","category":"vendor",
"namespace":"https://x.example"},"tracking":{"id":"X-2099-1","current_release_date":"2099-01-02T00:00:00Z",
"initial_release_date":"2099-01-01T00:00:00Z"}},"product_tree":{"branches":[{"category":"product_name","name":"n","branches":[
{"category":"product_version","name":"1.0","product":{"name":"n 1.0","product_id":"A","product_identification_helper":{
"purl":"pkg:pypi/name"}}},{"category":"product_version_range","name":"vers:pypi/>=1.0|<2.0","product":{"name":"n","product_id":"B",
"product_identification_helper":{"purls":["pkg:pypi/name"],"cpe":"cpe:2.3:a:v:n:*:*:*:*:*:*:*:*"}}}]}],"relationships":[{
"category":"default_component_of","product_reference":"A","relates_to_product_reference":"B","full_product_name":{"name":"c",
"product_id":"C"}}],"product_groups":[{"group_id":"G","product_ids":["A","B"]}]},"vulnerabilities":[{"cve":"CVE-2099-1",
"title":"one line","ids":[{"system_name":"s","text":"X-1"}],"notes":[{"category":"description","text":"text"}],"product_status":{
"known_affected":["B"],"fixed":["A"],"known_not_affected":["C"]},"flags":[{"label":"component_not_present","group_ids":["G"]}],
"threats":[{"category":"impact","details":"text"}],"remediations":[{"category":"vendor_fix","details":"text","product_ids":["B"]}],
"scores":[{"products":["B"],"cvss_v3":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}]}"#;

const CYCLONEDX_VEX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:00","metadata":{
"timestamp":"2099-01-01T00:00:00Z","authors":[{"name":"a"}],"component":{"bom-ref":"r","name":"n","purl":"pkg:pypi/root@1"}},
"components":[{"bom-ref":"c","name":"n","components":[{"bom-ref":"d","purl":"pkg:pypi/d@1","name":"d"}]}],"vulnerabilities":[{
"id":"CVE-2099-1","references":[{"id":"GHSA-x"}],"affects":[{"ref":"d","versions":[{"version":"1"},{"range":"vers:pypi/<1"}]},
{"ref":"urn:cdx:00/1#c"}],"analysis":{"state":"not_affected","justification":"code_not_reachable","detail":"text"}}]}"#;

const REQUIREMENTS: &str = "# a comment\n-r other.txt\n-c constraints.txt\n--index-url https://index.example/simple\n\
name[a]==1.0 ; python_version >= '3.9' \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n-e ./folder\n\
other @ https://x.example/other-2.0-py3-none-any.whl\nloose>=1 # odd\n${VARIABLE}==1\n";

const UV_LOCK: &str = "version = 1\nrevision = 3\nrequires-python = \">=3.10\"\nresolution-markers = [\"sys_platform == 'win32'\"]\n\
\n[[package]]\nname = \"root\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [\n    { name = \"name\", extra = [\"a\"], \
marker = \"python_version >= '3.11'\" },\n]\n\n[package.optional-dependencies]\nx = [{ name = \"name\" }]\n\n[package.dev-dependencies]\n\
dev = [{ name = \"name\" }]\n\n[[package]]\nname = \"name\"\nversion = \"1.0\"\nsource = { registry = \"https://index.example/simple\" }\n\
dependencies = [{ name = \"root\" }]\n\n[package.optional-dependencies]\na = [{ name = \"root\", version = \"1\", source = { virtual = \".\" } }]\n";

const PYLOCK: &str = "lock-version = \"1.0\"\ncreated-by = \"hand\"\nrequires-python = \">=3.10\"\nextras = [\"x\"]\n\
dependency-groups = [\"dev\"]\ndefault-groups = [\"dev\"]\nenvironments = [\"sys_platform == 'linux'\"]\n\n[[packages]]\nname = \"name\"\n\
version = \"1.0\"\nmarker = \"'dev' in dependency_groups or 'x' in extras\"\ndependencies = [{ name = \"other\" }]\n\n[[packages.wheels]]\n\
name = \"name-1.0-py3-none-any.whl\"\nhashes = { sha256 = \"00\" }\n\n[[packages]]\nname = \"other\"\n\n[packages.vcs]\ntype = \"git\"\n\
commit-id = \"00\"\n";

const POETRY_LOCK: &str = "[[package]]\nname = \"name\"\nversion = \"1.0\"\noptional = true\npython-versions = \">=3.8\"\n\
groups = [\"main\", \"dev\"]\nmarkers = {main = \"extra == \\\"x\\\"\", dev = \"sys_platform == \\\"win32\\\"\"}\n\n[package.dependencies]\n\
other = {version = \"^1.0 || ~2.1\", optional = true, markers = \"extra == \\\"a\\\"\"}\n\n[package.extras]\na = [\"other (>=1)\"]\n\n\
[[package]]\nname = \"other\"\nversion = \"1.0\"\n\n[package.source]\ntype = \"git\"\n\n[extras]\nx = [\"name\"]\n\n[metadata]\n\
lock-version = \"2.1\"\npython-versions = \"^3.10\"\n\0[tool.poetry.dependencies]\npython = \"^3.10\"\nname = [{version = \">=1\", python = \"<3.12\"}]\n\
[project]\ndependencies = [\"other[a]>=1\"]\n";

const PDM_LOCK: &str = "[metadata]\ngroups = [\"default\"]\nstrategy = [\"inherit_metadata\"]\nlock_version = \"4.5.0\"\n\n\
[[metadata.targets]]\nrequires_python = \">=3.10\"\n\n[[package]]\nname = \"name\"\nversion = \"1.0\"\nextras = [\"a\"]\ngroups = [\"default\"]\n\
dependencies = [\"name==1.0\", \"other>=1; os_name == 'nt'\"]\n\n[[package]]\nname = \"name\"\nversion = \"1.0\"\nmarker = \"python_version < '3'\"\n\
\n[[package]]\nname = \"other\"\ngit = \"https://x.example\"\n\0[project]\nname = \"p\"\ndependencies = [\"name[a]\"]\n";

const PIPFILE_LOCK: &str = r#"{"_meta":{"pipfile-spec":6,"requires":{"python_version":"3.12"}},"default":{"name":{"hashes":["sha256:00"],
"markers":"os_name == 'nt'","version":"==1.0"},"other":{"git":"https://x.example","ref":"00"}},"develop":{"name":{"version":"*"}}}"#;

const CONDA_LOCK: &str = "version: 1\nmetadata:\n  content_hash: {linux-64: '00'}\n  platforms: [linux-64, osx-64]\npackage:\n\
- name: name\n  version: '1.0'\n  manager: conda\n  platform: linux-64\n  dependencies: {python: '>=3.11', __glibc: ''}\n\
\x20 url: https://x.example/c/linux-64/name-1.0-py311_0.conda\n  category: main\n- {name: other, version: 2.0, manager: pip, platform: osx-64, dependencies: {}}\n";

const CONDA_EXPLICIT: &str = "# platform: linux-64\n@EXPLICIT\nhttps://x.example/c/noarch/name-1.0-pyhd_0.conda#00\n\
# pip other @ https://x.example/other-2.0-py3-none-any.whl --hash=sha256:00\n";

const CONDA_RECORD: &str = "{\"name\":\"name\",\"version\":\"1.0\",\"build\":\"py_0\",\"channel\":\"https://x.example/c/linux-64\",\
\"subdir\":\"linux-64\",\"depends\":[\"python >=3\",\"__glibc\"],\"files\":[\"lib/python3.11/site-packages/name-1.0.dist-info/METADATA\",\
\"bin/x\"],\"requested_spec\":\"name\"}\0# update specs: ['name=1', \"c::other[version='>=1']\"]\n# remove specs: ['other']\n";

const PIXI_LOCK: &str = "version: 6\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n\
\x20     - conda: https://x.example/c/linux-64/name-1.0-py311_0.conda\n      - pypi: https://x.example/other-2.0-py3-none-any.whl\npackages:\n\
- conda: https://x.example/c/linux-64/name-1.0-py311_0.conda\n  depends: [python >=3]\n  purls: ['pkg:pypi/name?source=x']\n\
- pypi: https://x.example/other-2.0-py3-none-any.whl\n  name: other\n  version: '2.0'\n  requires_dist:\n  - name>=1 ; os_name == 'posix'\n\
- kind: conda\n  name: old\n  version: 1.10\n  url: https://x.example/c/noarch/old-1.10-0.tar.bz2\n- conda_source: src[00] @ ./src\n";

const ENVIRONMENT_FILE: &str = "name: x\nchannels: [c]\ndependencies:\n- python=3.11\n- c::name==1.0\n- other=2.0=py_0\n- more[version='>=1']\n\
- pip:\n  - web==2.1 ; os_name == 'nt'\n  - -r x.txt\n";

const PROJECT_FILE: &str = "[build-system]\nrequires = [\"a>=1\"]\n[project]\nname = \"x\"\nrequires-python = \">=3.10\"\n\
dependencies = [\"name==1.0\", \"x[y]\"]\n[project.optional-dependencies]\ny = [\"b @ https://x.example/b-1.0.tar.gz\"]\n\
[dependency-groups]\ndev = [\"c\", {include-group = \"d\"}]\n[tool.poetry.dependencies]\npython = \"^3.10\"\nd = \"~1.2 || ^2\"\n\
e = [{version = \"1.0\", python = \"<3.12\", markers = \"os_name == 'nt'\"}, {git = \"https://x.example\"}]\n";

const METADATA: &str = "Metadata-Version: 2.4\nName: name\nVersion: 1.0\nRequires-Python: >=3.9\nProvides-Extra: a\n\
Requires-Dist: other>=1 ; extra == 'a'\nRequires-Dist: other (>=1.0)\nDescription: first\n        second\n\nbody\n";

const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"bom-ref":"r","type":
"application","name":"lab","version":"1"}},"components":[{"bom-ref":"a","type":"library","group":"g","name":"a","version":"1",
"purl":"pkg:pypi/a@1","components":[{"type":"library","name":"z","purl":"pkg:generic/z@1?x=y"}]},{"type":"file","name":"f"},
{"type":"library","name":"b","purl":"pkg:deb/debian/b@1?distro=debian-12&upstream=c%402"}],
"dependencies":[{"ref":"r","dependsOn":["a"]},{"ref":"a","dependsOn":["a","b"]}]}"#;

const SPDX: &str = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"lab","documentDescribes":["r"],"packages":[
{"SPDXID":"r","name":"lab"},{"SPDXID":"a","name":"a","versionInfo":"1","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER",
"referenceType":"purl","referenceLocator":"pkg:pypi/a@1"}]}],"relationships":[{"spdxElementId":"r","relationshipType":"DEPENDS_ON",
"relatedSpdxElement":"a"},{"spdxElementId":"a","relationshipType":"DEV_DEPENDENCY_OF","relatedSpdxElement":"r"}]}"#;

const SPDX_GRAPH: &str = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"CreationInfo",
"specVersion":"3.0.1"},{"type":"SpdxDocument","name":"lab","rootElement":["urn:r"]},{"type":"software_Package","spdxId":"urn:r",
"name":"a","software_packageVersion":"1","software_packageUrl":"pkg:pypi/a@1"},{"type":"Relationship","from":"urn:r",
"relationshipType":"dependsOn","to":["urn:b"]}]}"#;

/// Every seed.
pub(super) fn all() -> Vec<Seed> {
    let seed = |(target, text): &(&'static str, &'static str)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    };
    TEXTS.iter().map(seed).collect()
}
