-- What strangers leave at doors is forgotten again: since sessions of leapt clocks were mended (0109), links and counts of attempts
-- were kept for ever. Who has to wait leaves nothing new, and a flood is forgotten whole, however large it was.
-- compatible_from: 0104

CREATE OR REPLACE FUNCTION prune_console_sessions() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    pruned bigint;
    gone bigint;
BEGIN
    PERFORM mend_leapt_sessions(NULL);
    DELETE FROM console_links WHERE id IN (
        SELECT id FROM console_links WHERE expires_at < now() - interval '1 day' LIMIT 10000);
    GET DIAGNOSTICS pruned = ROW_COUNT;
    DELETE FROM console_attempts WHERE digest IN (
        SELECT digest FROM console_attempts WHERE tried_at < now() - interval '1 hour' AND waits_until < now() LIMIT 10000
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    pruned = pruned + gone;
    DELETE FROM console_sessions WHERE id IN (
        SELECT id FROM console_sessions WHERE least(idle_until, ends_at) < now() LIMIT 10000);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN pruned + gone;
END
$$;
COMMENT ON FUNCTION prune_console_sessions IS
    'Forgets sessions that have ended, links and counts of attempts, at most 10000 of each; returns how many that were, so that whoever '
    'calls it goes on until none is left. Sessions of a clock that was ahead end as any other. Called by maintenance.';

CREATE FUNCTION prune_newsletter() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    pruned bigint;
    gone bigint;
BEGIN
    DELETE FROM newsletter_mails WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM newsletter_mails WHERE sent_at < now() - interval '2 days' LIMIT 10000 FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS pruned = ROW_COUNT;
    DELETE FROM newsletter_subscribers WHERE id = ANY (ARRAY(
        SELECT id FROM newsletter_subscribers WHERE confirmed_at IS NULL AND requested_at < now() - interval '7 days'
        LIMIT 10000 FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN pruned + gone;
END
$$;
COMMENT ON FUNCTION prune_newsletter IS
    'Forgets who asked for a newsletter a week ago and did not confirm, and letters of two days ago, at most 10000 of each; returns how '
    'many. Where nobody asks any more, nothing else would. Called by maintenance.';
REVOKE EXECUTE ON FUNCTION prune_newsletter() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES ('GRANT EXECUTE ON FUNCTION prune_newsletter() TO tapsite_maintain');

CREATE OR REPLACE FUNCTION admit_attempt(digests bytea[], free integer[], longest integer) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wait double precision;
    wanted record;
BEGIN
    -- Who has to wait writes nothing: each further attempt may name another account. What is too late was made while the clock was ahead.
    SELECT max(extract(epoch FROM waits_until - clock_timestamp())) INTO wait FROM console_attempts
        WHERE digest = ANY(digests) AND tried_at <= now() + interval '5 minutes';
    IF wait > 0 THEN
        RETURN wait;
    END IF;
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
