-- What a store of schema 1 held. Made by hand; never changed.
INSERT INTO profile (name, digest, detail, put) VALUES ('sample', 'd', '{"title":"A sample","summary":"","schedules":[["assess","daily"]]}', 1764000000000);
INSERT INTO project (name, title, position, detail, first_seen, assessed, attempted, assessment) VALUES ('alpha', 'Alpha', 0, '{"repositories":[{"url":"https://example.org/alpha.git"}],"packages":[["PyPI","alpha"]]}', 1764000000000, 1764000000000, 1764000000000, 1);
INSERT INTO cohort (name, position, detail) VALUES ('core', 0, '{"title":"Core","summary":"","is_stack":false}');
INSERT INTO cohort_member (cohort, project) VALUES ('core', 'alpha');
INSERT INTO milestone (name, position, detail) VALUES ('signed', 0, '{"title":"Sign","measure":"signing-projects"}');
INSERT INTO assessment (inputs_digest, started, finished) VALUES ('i', 1764000000000, 1764000000000);
INSERT INTO assessment_project (assessment, project, is_done, attempted) VALUES (1, 'alpha', 1, 1764000000000);
INSERT INTO problem (assessment, project, position, subject, message) VALUES (1, 'alpha', 0, 'x.whl', 'is no archive');
INSERT INTO finding (project, check_id, subject_kind, subject, finding_key, outcome, severity, weight, urgency, visibility, is_open, first_seen, opened, closed, message, remedy, detail) VALUES
    ('alpha', 'known-vulnerability', 'component', 'pkg:pypi/zlib@1.0', 'CVE-1', 'fail', 3, 0.5, 34499999, 0, 1, 1764000000000, 1764000000000, NULL, 'zlib 1.0 has CVE-1', 'upgrade', '{"facts":[["fixed in","2.0"]],"evidence":[{"source":"advisories","locator":"GHSA-1","observed":"2025-11-24T16:00:00Z"}]}'),
    ('alpha', 'known-vulnerability', 'component', 'pkg:pypi/six@1.0', 'CVE-2', 'fail', -1, NULL, 33000000, 0, 0, 1764000000000, 1764000000000, 1764000000001, 'six 1.0 has CVE-2', NULL, '{}'),
    ('alpha', 'secret', 'project', 'alpha', '', 'unknown', -1, NULL, 23000000, 2, 1, 1764000000000, 1764000000000, NULL, 'not for everybody', NULL, '{}');
INSERT INTO finding_count (project, check_id, outcome, severity, visibility, is_open, amount) VALUES
    ('alpha', 'known-vulnerability', 'fail', 3, 0, 1, 1), ('alpha', 'known-vulnerability', 'fail', -1, 0, 0, 1), ('alpha', 'secret', 'unknown', -1, 2, 1, 1);
INSERT INTO finding_short (project, outcome, visibility, is_open, amount) VALUES ('alpha', 'fail', 0, 1, 1), ('alpha', 'fail', 0, 0, 1), ('alpha', 'unknown', 2, 1, 1);
INSERT INTO finding_total (cohort, check_id, outcome, severity, visibility, is_open, amount) VALUES
    ('', 'known-vulnerability', 'fail', 3, 0, 1, 1), ('', 'known-vulnerability', 'fail', -1, 0, 0, 1), ('', 'secret', 'unknown', -1, 2, 1, 1),
    ('core', 'known-vulnerability', 'fail', 3, 0, 1, 1), ('core', 'known-vulnerability', 'fail', -1, 0, 0, 1), ('core', 'secret', 'unknown', -1, 2, 1, 1);
INSERT INTO figure (scope_kind, scope, measure, value, whole, detail, measured, assessment) VALUES ('ecosystem', '', 'open-advisories', 1, NULL, '{"shares":[["part",0.25]]}', 1764000000000, 1);
INSERT INTO history (scope_kind, scope, measure, instant, value, whole) VALUES ('ecosystem', '', 'open-advisories', 1763000000000, 2, 3), ('ecosystem', '', 'open-advisories', 1764000000000, 1, NULL);
INSERT INTO component (project, purl, package, name, version, is_native, is_direct, risk, risk_order, detail) VALUES ('alpha', 'pkg:pypi/zlib@1.0', 'pkg:pypi/zlib', 'zlib', '1.0', 1, 0, 0.75, 0.75, '{}');
INSERT INTO edge (project, from_purl, to_purl, kind) VALUES ('alpha', 'pkg:pypi/alpha', 'pkg:pypi/zlib@1.0', 'bundles');
INSERT INTO document (project, kind, document_key, json, evidence, put) VALUES ('alpha', 'releases', 'alpha', '{}', '{"source":"package-index","locator":"alpha","observed":"2025-11-24T16:00:00Z"}', 1764000000000);
