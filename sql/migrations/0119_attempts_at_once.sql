-- Attempts that come at once are as many free ones: each is judged by the time at which its turn came, and not by that of its
-- transaction's start, which may lie before what another wrote meanwhile.
-- compatible_from: 0055

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
    SELECT max(extract(epoch FROM waits_until - clock_timestamp())) INTO wait FROM console_attempts WHERE digest = ANY(digests);
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
