-- A clock that leaps ahead deletes nothing for a day, and what it wrote keeps nobody waiting once it is right again.
-- compatible_from: 0055

CREATE TABLE upkeep_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seen_at timestamptz NOT NULL,
    gap interval NOT NULL DEFAULT '0',
    doubted_until timestamptz
);
COMMENT ON TABLE upkeep_clock IS
    'When upkeep was at work last, by the server''s clock. One row: how a leap of that clock is known before anything is deleted for '
    'being old.';
COMMENT ON COLUMN upkeep_clock.only_row IS 'True.';
COMMENT ON COLUMN upkeep_clock.seen_at IS 'The time that upkeep saw last.';
COMMENT ON COLUMN upkeep_clock.gap IS 'Between the last time and the one before; 0 where the clock went back.';
COMMENT ON COLUMN upkeep_clock.doubted_until IS 'The clock leapt ahead: until then nothing is deleted for being old.';

CREATE FUNCTION doubt_clock() RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO upkeep_clock AS c (seen_at) VALUES (now())
    ON CONFLICT (only_row) DO UPDATE SET
        seen_at = now(),
        gap = greatest(now() - c.seen_at, '0'),
        doubted_until = CASE
            -- Whoever comes once a week leaps by a week.
            WHEN now() - c.seen_at > greatest(interval '2 days', 2 * c.gap) THEN now() + interval '1 day'
            -- It was wrong, and is right again.
            WHEN now() < c.seen_at - interval '1 hour' THEN NULL
            WHEN c.doubted_until > now() THEN c.doubted_until
        END
    RETURNING c.doubted_until
$$;
COMMENT ON FUNCTION doubt_clock IS
    'Notes the server''s clock; returns until when nothing may be deleted for being old, or NULL. A day after upkeep was away for two '
    'days and twice as long as before: the machine was off, or its clock leapt ahead, and a clock that is wrong is noticed within a day.';
REVOKE EXECUTE ON FUNCTION doubt_clock() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES ('GRANT EXECUTE ON FUNCTION doubt_clock() TO tapsite_maintain');

CREATE OR REPLACE FUNCTION prune_outbox() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Written or tried while the clock was ahead. No attempt is put off by more than 29 hours; what never was tried may wait for a post.
    UPDATE outbox SET next_at = now()
    WHERE state = 'waiting' AND next_at > now() + interval '5 minutes'
        AND (created_at > now() + interval '5 minutes'
            OR ((attempts > 0 OR lease IS NOT NULL) AND next_at > now() + interval '30 hours'));
    WITH pruned AS (
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox WHERE state <> 'waiting' AND settled_at < now() - interval '7 days' LIMIT 10000
        )
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_outbox IS
    'Deletes jobs settled more than seven days ago, at most 10000; returns how many. Those put off by a clock that was ahead are due now.';

CREATE OR REPLACE FUNCTION admit_attempt(digests bytea[], free integer[], longest integer) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wait double precision;
    wanted record;
BEGIN
    INSERT INTO console_attempts (digest) SELECT DISTINCT d FROM unnest(digests) AS d ORDER BY d ON CONFLICT DO NOTHING;
    PERFORM FROM console_attempts WHERE digest = ANY(digests) ORDER BY digest FOR UPDATE;
    UPDATE console_attempts SET attempts = 0
        WHERE digest = ANY(digests) AND tried_at < now() - interval '1 hour' AND waits_until <= now();
    -- Made while the clock was ahead: else its owner would wait until it is that late.
    UPDATE console_attempts SET waits_until = now(), tried_at = now()
        WHERE digest = ANY(digests) AND tried_at > now() + interval '5 minutes';
    SELECT max(extract(epoch FROM waits_until - now())) INTO wait FROM console_attempts WHERE digest = ANY(digests);
    IF wait > 0 THEN
        RETURN wait;
    END IF;
    -- It counts before its outcome is known: a hundred sent at once would all find an empty record otherwise.
    FOR wanted IN SELECT * FROM unnest(digests, free) AS u (digest, free) LOOP
        UPDATE console_attempts c SET attempts = c.attempts + 1, tried_at = now(), waits_until = CASE
            WHEN c.attempts + 1 >= wanted.free
            THEN now() + make_interval(secs => least(longest, power(2, least(c.attempts + 2 - wanted.free, 30)))) ELSE now() END
        WHERE c.digest = wanted.digest;
    END LOOP;
    RETURN 0;
END
$$;
