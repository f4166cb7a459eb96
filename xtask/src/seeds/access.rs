//! First inputs of the targets about access.

use super::Seed;

const SNAPSHOT: &str = r#"{"version": 1, "taken": "2026-11-01T00:00:00Z", "origin": {"form": "host", "name": "host.example"},
"organisations": [{"name": "lab", "base_level": "write", "outside_collaborators": ["eve"]}],
"people": [{"login": "ann", "second_factor": "secure"}, {"login": "eve"}],
"teams": [{"name": "lab/core"}, {"name": "lab/gpu", "parent": "lab/core"}],
"repositories": [{"name": "lab/array", "visibility": "public", "code_owners": [{"pattern": "*.cu", "owners": [{"team": "lab/gpu"}]}]}],
"assignments": [{"resource": {"organisation": "lab"}, "holder": {"person": "ann"}, "level": "owner"},
{"resource": {"team": "lab/gpu"}, "holder": {"person": "ann"}, "level": "maintainer"},
{"resource": {"repository": "lab/array"}, "holder": {"team": "lab/core"}, "level": "maintain", "role": "x"}],
"entries": [{"kind": "package", "name": "array", "basis": {"read": {"at": "2026-11-01T00:00:00Z"}}, "holders": [{"account": "a", "login": "eve", "level": "owner"}]}],
"unread": [{"part": "tokens", "of": "lab", "why": "forbidden", "words": "for apps only", "permission": "x"}]}"#;

const DESIRED: &str = "organisation = 'lab'\nbase = 'read'\nowners = ['person-00000', 'person-00001']\nemeriti = { team = 'emeriti', people = ['x'] }\n\n[[team]]\nname = 'Team 0001'\nrole = 'reviewer'\npeople = ['person-00002']\nrepositories = ['repo*']\npaths = ['*.cu']\n\n[[bot]]\nlogin = 'bot'\nrepositories = ['*']\nreason = 'locks'\n\n[[exception]]\nperson = 'person-00003'\nrepository = 'repository-0001'\nlevel = 'admin'\nreason = 'moves it'\nexpires = '2027-01-31'\n\n[[rules]]\nrepositories = ['*']\ntarget = 'branch'\nnames = ['~DEFAULT_BRANCH']\nreviews = 1\npass = ['Team 0001']\n";

/// The form, whether an organisation is named, files.
const IMPORTS: [&str; 4] = [
    "\u{0}\u{1}teams.yaml\n- name: Core Team\n  members: [ann, ben]\n  permissions:\n    - repo: array\n      role: maintain\n",
    "\u{1}\u{1}org.yaml\nadmins: [ann]\nmembers: [ben]\nteams:\n  core:\n    maintainers: [ann]\n    repos: {array: write}\n    teams:\n      gpu:\n        members: [ben]\n\n---\nteams.yaml\nteams: {}\n",
    "\u{2}\u{0}people/ann.toml\ngithub = 'ann'\n\n---\nteams/core.toml\nname = 'core'\n[people]\nleads = ['ann']\nmembers = ['ann']\nalumni = ['eve']\n[[github]]\norgs = ['lab']\n\n---\nrepos/lab/a.toml\norg = 'lab'\nname = 'a'\nbots = ['b']\n[access.teams]\ncore = 'write'\n",
    "\u{3}\u{1}x.csv\nlogin,name,tfa_enabled,role,repository\nann,\"A \"\"x\"\"\",true,owner,\nben,,,write,lab/array\n",
];

const SUMMARY: &str = r#"{"bartizan":"second-factors/1","organisations":[{"organisation":"lab","required":false,"members":{"all":12,"missing":1,"insecure":0,"unknown":0},"owners":{"all":3,"missing":0,"insecure":0,"unknown":0},"outside":{"all":0,"missing":0,"insecure":0,"unknown":0}}],"taken":"2026-11-26T10:00:00Z"}"#;

const HOST: &str = "[{\"login\": \"ann\", \"id\": 1, \"slug\": \"core\", \"name\": \"x\"}]\n{\"data\": {\"organization\": {\"teams\": {\"nodes\": [{\"slug\": \"core\", \"members\": {\"edges\": [{\"role\": \"MEMBER\", \"node\": {\"login\": \"ann\"}}]}}]}, \"repositories\": {\"nodes\": [{\"nameWithOwner\": \"lab/a\", \"collaborators\": {\"edges\": []}}]}}}}";

pub(super) fn all() -> Vec<Seed> {
    let seed = |target, text: &str| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    };
    let mut seeds = vec![
        seed("access_snapshot", SNAPSHOT),
        seed("access_desired", DESIRED),
        seed("access_host", HOST),
        seed("access_counts", SUMMARY),
    ];
    seeds.extend(IMPORTS.iter().map(|it| seed("access_import", it)));
    seeds
}
