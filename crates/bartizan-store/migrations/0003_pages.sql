-- The keys under which something fails and everybody may see it, kept in the transaction that changes the findings: how many findings
-- of each severity are open under each, in how many projects, and since when there is one without a break. `worst` orders: what
-- nobody states stands between high and medium.

CREATE TABLE open_key (
    check_id {word} NOT NULL,
    finding_key {word} NOT NULL,
    critical BIGINT NOT NULL,
    high BIGINT NOT NULL,
    unstated BIGINT NOT NULL,
    medium BIGINT NOT NULL,
    low BIGINT NOT NULL,
    zero BIGINT NOT NULL,
    projects BIGINT NOT NULL,
    worst BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (check_id, finding_key)
){clustered};
CREATE INDEX open_key_of_check ON open_key (check_id, worst DESC, projects DESC, finding_key);
CREATE INDEX open_key_worst ON open_key (worst DESC, projects DESC, finding_key, check_id);

INSERT INTO open_key (check_id, finding_key, critical, high, unstated, medium, low, zero, projects, worst, since)
SELECT check_id, finding_key,
    SUM(CASE severity WHEN 4 THEN 1 ELSE 0 END), SUM(CASE severity WHEN 3 THEN 1 ELSE 0 END), SUM(CASE severity WHEN -1 THEN 1 ELSE 0 END),
    SUM(CASE severity WHEN 2 THEN 1 ELSE 0 END), SUM(CASE severity WHEN 1 THEN 1 ELSE 0 END), SUM(CASE severity WHEN 0 THEN 1 ELSE 0 END),
    COUNT(DISTINCT project), MAX(CASE severity WHEN 4 THEN 5 WHEN 3 THEN 4 WHEN -1 THEN 3 ELSE severity END), MIN(opened)
FROM finding WHERE is_open = 1 AND outcome = 'fail' AND visibility = 0 AND finding_key <> ''
GROUP BY check_id, finding_key;

-- The findings of a key, the most urgent first.
DROP INDEX finding_open_key;
CREATE INDEX finding_open_key ON finding (check_id, finding_key, urgency, id, project, severity, visibility) WHERE is_open = 1 AND outcome = 'fail' AND finding_key <> '';

-- The documents of a key over all projects.
CREATE INDEX document_key ON document (kind, document_key, project);

-- Words of findings, with the project of each apart, so that those of one project are found without a look at all others.
-- only sqlite
DROP TRIGGER finding_text_insert;
DROP TRIGGER finding_text_update;
DROP TRIGGER finding_text_delete;
DROP TABLE finding_text;
CREATE VIRTUAL TABLE finding_text USING fts5 (text, project, content = '', contentless_delete = 1);
CREATE TRIGGER finding_text_insert AFTER INSERT ON finding BEGIN
    INSERT INTO finding_text (rowid, text, project) VALUES (new.id, new.message || ' ' || new.subject || ' ' || new.finding_key, new.project);
END;
CREATE TRIGGER finding_text_update AFTER UPDATE OF message ON finding WHEN new.message <> old.message BEGIN
    INSERT OR REPLACE INTO finding_text (rowid, text, project)
    VALUES (new.id, new.message || ' ' || new.subject || ' ' || new.finding_key, new.project);
END;
CREATE TRIGGER finding_text_delete AFTER DELETE ON finding BEGIN
    DELETE FROM finding_text WHERE rowid = old.id;
END;
INSERT INTO finding_text (rowid, text, project) SELECT id, message || ' ' || subject || ' ' || finding_key, project FROM finding;
-- end
