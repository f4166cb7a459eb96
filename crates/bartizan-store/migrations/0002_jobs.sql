-- Work that waits, and what runs by itself.

-- `deduplication` is unique among what is not over, `once` for as long as a job is remembered. A job is over when it is
-- finished or dead; it is at work while a lease holds.
CREATE TABLE job (
    id {row id},
    kind {word} NOT NULL,
    payload TEXT NOT NULL,
    priority BIGINT NOT NULL,
    deduplication {word},
    once {word},
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    most_attempts BIGINT NOT NULL,
    worker {word},
    lease_until BIGINT,
    failure TEXT,
    created BIGINT NOT NULL,
    finished BIGINT,
    died BIGINT
);
CREATE INDEX job_waiting ON job (priority DESC, run_at, id) WHERE finished IS NULL AND died IS NULL;
CREATE UNIQUE INDEX job_deduplication ON job (deduplication) WHERE finished IS NULL AND died IS NULL;
CREATE UNIQUE INDEX job_once ON job (once);
CREATE INDEX job_finished ON job (finished) WHERE finished IS NOT NULL;
CREATE INDEX job_died ON job (died, id) WHERE died IS NOT NULL;

CREATE TABLE schedule (
    job {word} NOT NULL PRIMARY KEY,
    interval_word {word} NOT NULL,
    gone BIGINT
);

-- Each period that a schedule fired for: never twice for one, whatever the clock does.
CREATE TABLE schedule_firing (
    job {word} NOT NULL,
    period BIGINT NOT NULL,
    fired BIGINT NOT NULL,
    PRIMARY KEY (job, period)
){clustered};
