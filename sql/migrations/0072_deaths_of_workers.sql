-- A worker that dies over a job is no attempt to do it.
-- compatible_from: 0055

ALTER TABLE outbox ADD COLUMN deaths integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN outbox.deaths IS
    'Claims that nobody settled: their workers ended meanwhile. Not attempts; beyond fifty the job is given up.';
COMMENT ON COLUMN outbox.attempts IS 'Times that it was claimed, but for those after a death.';

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT (deaths), UPDATE (deaths) ON outbox TO tapsite_edge'),
    ('GRANT SELECT (deaths), UPDATE (deaths) ON outbox TO tapsite_console');
