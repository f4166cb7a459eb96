-- What maintainers said of entries of reviews. Appended to and never changed: the last row of an entry holds. Nobody is named.

CREATE TABLE verdict (
    id {row id},
    project {word} NOT NULL,
    rule {word} NOT NULL,
    entry {word} NOT NULL,
    verdict {word} NOT NULL,
    instant BIGINT NOT NULL
);
CREATE INDEX verdict_entry ON verdict (project, rule, entry, id);
