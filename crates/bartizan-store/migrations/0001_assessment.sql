-- An ecosystem, what was found in it, and how that changed. Times are milliseconds since 1970 in UTC; yes and no are 1 and
-- 0; columns named `detail` hold JSON that no query looks into. No check, measure or project is named here.

CREATE TABLE counter (
    name {word} NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('generation', 0);

CREATE TABLE profile (
    name {word} NOT NULL PRIMARY KEY,
    digest {word} NOT NULL,
    detail TEXT NOT NULL,
    put BIGINT NOT NULL
);

CREATE TABLE project (
    name {word} NOT NULL PRIMARY KEY,
    title {word} NOT NULL,
    position BIGINT NOT NULL,
    detail TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    gone BIGINT,
    assessed BIGINT,
    assessment BIGINT,
    attempted BIGINT,
    failure TEXT
);
CREATE INDEX project_title ON project (title, name);

CREATE TABLE cohort (
    name {word} NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    detail TEXT NOT NULL,
    gone BIGINT
);

CREATE TABLE cohort_member (
    cohort {word} NOT NULL,
    project {word} NOT NULL,
    PRIMARY KEY (cohort, project)
){clustered};
CREATE INDEX cohort_member_project ON cohort_member (project, cohort);

CREATE TABLE milestone (
    name {word} NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    detail TEXT NOT NULL,
    gone BIGINT
);

CREATE TABLE assessment (
    id {row id},
    inputs_digest {word} NOT NULL,
    started BIGINT NOT NULL,
    finished BIGINT,
    given_up BIGINT,
    done BIGINT,
    failed BIGINT,
    problems BIGINT
);
CREATE INDEX assessment_started ON assessment (started);

CREATE TABLE assessment_project (
    assessment BIGINT NOT NULL,
    project {word} NOT NULL,
    is_done BIGINT NOT NULL,
    attempted BIGINT NOT NULL,
    PRIMARY KEY (assessment, project)
){clustered};

CREATE TABLE problem (
    assessment BIGINT NOT NULL,
    project {word} NOT NULL,
    position BIGINT NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    hint TEXT,
    PRIMARY KEY (assessment, project, position)
){clustered};

-- `urgency` orders: first the outcome, then the severity, then the weight. `last_seen` of what is open is when its project
-- was assessed last. `severity` is -1 where nobody states one. `visibility` is the place in the order of the model's words.
CREATE TABLE finding (
    id {row id},
    project {word} NOT NULL,
    check_id {word} NOT NULL,
    subject_kind {word} NOT NULL,
    subject {word} NOT NULL,
    finding_key {word} NOT NULL,
    outcome {word} NOT NULL,
    severity BIGINT NOT NULL,
    weight DOUBLE PRECISION,
    urgency BIGINT NOT NULL,
    visibility BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    closed BIGINT,
    message TEXT NOT NULL,
    remedy TEXT,
    detail TEXT NOT NULL
);
CREATE UNIQUE INDEX finding_identity ON finding (project, check_id, subject_kind, subject, finding_key);
CREATE INDEX finding_urgency ON finding (urgency, id, is_open, outcome, severity, visibility, project, check_id);
CREATE INDEX finding_opened ON finding (opened, id, is_open, outcome, severity, visibility, project, check_id);
CREATE INDEX finding_check_urgency ON finding (check_id, urgency, id, is_open, outcome, severity, visibility, project);
CREATE INDEX finding_check_opened ON finding (check_id, opened, id, is_open, outcome, severity, visibility, project);
CREATE INDEX finding_project ON finding (project, check_id, id, is_open, outcome, severity, visibility);
CREATE INDEX finding_check_project ON finding (check_id, project, id, is_open, outcome, severity, visibility);
CREATE INDEX finding_by_key ON finding (finding_key, is_open, project);
CREATE INDEX finding_open_key ON finding (check_id, finding_key, project, severity, visibility) WHERE is_open = 1 AND outcome = 'fail' AND finding_key <> '';
CREATE INDEX finding_by_subject ON finding (subject, is_open, project);

-- Words of findings, with the number of the finding.
-- only sqlite
CREATE VIRTUAL TABLE finding_text USING fts5 (text, content = '', contentless_delete = 1);
CREATE TRIGGER finding_text_insert AFTER INSERT ON finding BEGIN
    INSERT INTO finding_text (rowid, text) VALUES (new.id, new.message || ' ' || new.subject || ' ' || new.finding_key);
END;
CREATE TRIGGER finding_text_update AFTER UPDATE OF message ON finding WHEN new.message <> old.message BEGIN
    INSERT OR REPLACE INTO finding_text (rowid, text) VALUES (new.id, new.message || ' ' || new.subject || ' ' || new.finding_key);
END;
CREATE TRIGGER finding_text_delete AFTER DELETE ON finding BEGIN
    DELETE FROM finding_text WHERE rowid = old.id;
END;
-- end
-- only postgres
CREATE INDEX finding_text ON finding USING GIN (to_tsvector('simple', translate(message || ' ' || subject || ' ' || finding_key,
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ')));
-- end

-- How many findings there are, kept in the transaction that changes them: by project in full and in
-- short, over all projects (the cohort '') and over those of each cohort.
CREATE TABLE finding_count (
    project {word} NOT NULL,
    check_id {word} NOT NULL,
    outcome {word} NOT NULL,
    severity BIGINT NOT NULL,
    visibility BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (project, check_id, outcome, severity, visibility, is_open)
){clustered};
CREATE INDEX finding_count_check ON finding_count (check_id, project, outcome, severity, visibility, is_open, amount);
CREATE INDEX finding_count_outcome ON finding_count (outcome, is_open, project, check_id, severity, visibility, amount);

CREATE TABLE finding_short (
    project {word} NOT NULL,
    outcome {word} NOT NULL,
    visibility BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (project, outcome, visibility, is_open)
){clustered};

CREATE TABLE finding_total (
    cohort {word} NOT NULL,
    check_id {word} NOT NULL,
    outcome {word} NOT NULL,
    severity BIGINT NOT NULL,
    visibility BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (cohort, check_id, outcome, severity, visibility, is_open)
){clustered};

CREATE TABLE figure (
    scope_kind {word} NOT NULL,
    scope {word} NOT NULL,
    measure {word} NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    whole DOUBLE PRECISION,
    detail TEXT NOT NULL,
    measured BIGINT NOT NULL,
    assessment BIGINT NOT NULL,
    PRIMARY KEY (scope_kind, scope, measure)
){clustered};
CREATE INDEX figure_measure ON figure (scope_kind, measure, scope, value, whole, measured);
CREATE INDEX figure_assessment ON figure (assessment);

CREATE TABLE history (
    scope_kind {word} NOT NULL,
    scope {word} NOT NULL,
    measure {word} NOT NULL,
    instant BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    whole DOUBLE PRECISION,
    PRIMARY KEY (scope_kind, scope, measure, instant)
){clustered};
CREATE INDEX history_instant ON history (instant);

CREATE TABLE component (
    project {word} NOT NULL,
    purl {word} NOT NULL,
    package {word} NOT NULL,
    name {word} NOT NULL,
    version TEXT,
    is_native BIGINT NOT NULL,
    is_direct BIGINT NOT NULL,
    risk DOUBLE PRECISION,
    risk_order DOUBLE PRECISION NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (project, purl)
){clustered};
CREATE INDEX component_package ON component (package, project, purl);
CREATE INDEX component_name ON component (name, project, purl);

CREATE TABLE edge (
    project {word} NOT NULL,
    from_purl {word} NOT NULL,
    to_purl {word} NOT NULL,
    kind {word} NOT NULL,
    PRIMARY KEY (project, from_purl, to_purl, kind)
){clustered};

CREATE TABLE document (
    project {word} NOT NULL,
    kind {word} NOT NULL,
    document_key {word} NOT NULL,
    json TEXT NOT NULL,
    evidence TEXT NOT NULL,
    put BIGINT NOT NULL,
    PRIMARY KEY (project, kind, document_key)
);
CREATE INDEX document_kind ON document (kind, project, document_key);
