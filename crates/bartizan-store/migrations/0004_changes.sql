-- What came (a finding fails that did not) and what was settled (it holds, or is gone). Appended to and never changed, but for who may
-- see it, which is always who may see the finding.

CREATE TABLE finding_change (
    is_settled BIGINT NOT NULL,
    instant BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    visibility BIGINT NOT NULL,
    project {word} NOT NULL,
    PRIMARY KEY (is_settled, instant, finding)
){clustered};
CREATE INDEX finding_change_finding ON finding_change (finding);

-- How many on each day, kept in the same transaction. Days count from 1970 in UTC.
CREATE TABLE finding_change_count (
    is_settled BIGINT NOT NULL,
    day BIGINT NOT NULL,
    visibility BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (is_settled, day, visibility)
){clustered};

INSERT INTO finding_change (is_settled, instant, finding, visibility, project)
SELECT 0, opened, id, visibility, project FROM finding WHERE outcome = 'fail';
INSERT INTO finding_change (is_settled, instant, finding, visibility, project)
SELECT 1, closed, id, visibility, project FROM finding WHERE outcome = 'fail' AND closed IS NOT NULL;
INSERT INTO finding_change_count (is_settled, day, visibility, amount)
SELECT is_settled, instant / 86400000, visibility, COUNT(*) FROM finding_change GROUP BY is_settled, instant / 86400000, visibility;
