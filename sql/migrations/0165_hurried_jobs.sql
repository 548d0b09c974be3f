-- What waits for a server that was away goes as soon as it is back.
-- compatible_from: 0104

CREATE FUNCTION hurry_jobs(job_kind text, errors text[], most integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH wanted AS (
        SELECT o.id FROM outbox o
        WHERE o.state = 'waiting' AND o.kind = job_kind AND o.next_at > now() AND o.lease IS NULL AND o.attempts < most
            AND o.last_error LIKE ANY(errors)
        ORDER BY o.id
        LIMIT 10000
        FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox o SET next_at = now() FROM wanted WHERE o.id = wanted.id
$$;
COMMENT ON FUNCTION hurry_jobs IS
    'What all jobs of a kind need is back: those that failed for want of it (patterns of LIKE) are due now. Who had as many attempts as '
    'given keeps its time, so that what fails by itself ends all the same.';

REVOKE EXECUTE ON FUNCTION hurry_jobs(text, text[], integer) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES ('GRANT EXECUTE ON FUNCTION hurry_jobs(text, text[], integer) TO tapsite_edge');
