-- A session that was opened or used while the clock was ahead lasts as long as any other once it is right again.
-- compatible_from: 0065

CREATE FUNCTION mend_leapt_sessions(wanted bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE console_sessions s SET
        created_at = least(s.created_at, now()),
        seen_at = now(),
        idle_until = least(now() + (s.idle_until - s.seen_at), s.ends_at - greatest(s.created_at - now(), '0')),
        ends_at = s.ends_at - greatest(s.created_at - now(), '0')
    WHERE (wanted IS NULL OR s.digest = wanted) AND s.seen_at > now() + interval '5 minutes'
$$;
COMMENT ON FUNCTION mend_leapt_sessions IS
    'A session that was opened while the clock was ahead is taken for opened now, one that was used then for used now. NULL: all of them. '
    'For resume_session and prune_console_sessions alone.';
REVOKE EXECUTE ON FUNCTION mend_leapt_sessions(bytea) FROM PUBLIC;

CREATE OR REPLACE FUNCTION resume_session(wanted bytea, idle interval)
RETURNS TABLE (id uuid, user_id uuid, email text, full_name text, is_verified boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM mend_leapt_sessions(wanted) WHERE wanted IS NOT NULL;
    UPDATE console_sessions s SET seen_at = now(), idle_until = least(now() + idle, s.ends_at)
    WHERE s.digest = wanted AND least(s.idle_until, s.ends_at) > now() AND s.seen_at < now() - interval '1 minute';
    RETURN QUERY
    SELECT s.id, u.id, u.email::text, u.full_name::text, u.email_verified_at IS NOT NULL
    FROM console_sessions s JOIN users u ON u.id = s.user_id
    WHERE s.digest = wanted AND least(s.idle_until, s.ends_at) > now() AND u.is_active IS TRUE AND u.deleted_at IS NULL;
END
$$;

CREATE OR REPLACE FUNCTION prune_console_sessions() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    pruned bigint;
BEGIN
    PERFORM mend_leapt_sessions(NULL);
    DELETE FROM console_sessions WHERE id IN (
        SELECT id FROM console_sessions WHERE least(idle_until, ends_at) < now() LIMIT 10000
    );
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
END
$$;
COMMENT ON FUNCTION prune_console_sessions IS
    'Forgets sessions that have ended, some at a time; returns how many. Those of a clock that was ahead end as any other. Called by '
    'maintenance.';
