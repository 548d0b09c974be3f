-- One-time links in mail, and how often a door may be tried.
-- compatible_from: 0049

CREATE TABLE console_links (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL DEFAULT 'sign_in' CHECK (purpose IN ('sign_in', 'verify', 'reset')),
    digest bytea NOT NULL UNIQUE,
    email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);
CREATE INDEX console_links_user_id ON console_links (user_id, purpose, created_at);
CREATE INDEX console_links_expires_at ON console_links (expires_at);
COMMENT ON TABLE console_links IS
    'Links that were mailed to owners, each good once. Written and read by functions of the console alone; forgotten a day after their end.';
COMMENT ON COLUMN console_links.purpose IS 'sign_in: opens a session. verify: proves the address. reset: sets a new password.';
COMMENT ON COLUMN console_links.digest IS 'SHA-256 of the random number in the link, which is stored nowhere.';
COMMENT ON COLUMN console_links.email IS 'Where it was sent: void once the account has another address.';
COMMENT ON COLUMN console_links.expires_at IS 'Good until then.';
COMMENT ON COLUMN console_links.used_at IS 'When it was used: it is good once.';

CREATE FUNCTION make_console_link(address text, wanted text, link_digest bytea, lasts interval)
RETURNS TABLE (user_id uuid, email text, full_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    person users%ROWTYPE;
BEGIN
    -- The row's lock makes those who ask at the same time count each other.
    SELECT * INTO person FROM users u
    WHERE lower(u.email) = lower(address) AND u.is_active IS TRUE AND u.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND OR (
        SELECT count(*) FROM console_links l
        WHERE l.user_id = person.id AND l.purpose = wanted AND l.created_at > now() - interval '1 hour') >= 5 THEN
        RETURN;
    END IF;
    INSERT INTO console_links (user_id, purpose, digest, email, expires_at)
    VALUES (person.id, wanted, link_digest, person.email, now() + lasts);
    RETURN QUERY SELECT person.id, person.email::text, person.full_name::text;
END
$$;
COMMENT ON FUNCTION make_console_link IS
    'Keeps a link for the account of an address: whose it is; no row where nobody has it, may enter, or five were made within the hour.';

CREATE FUNCTION look_at_console_link(wanted text, link_digest bytea) RETURNS TABLE (user_id uuid, email text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.email::text FROM console_links l JOIN users u ON u.id = l.user_id
    WHERE l.digest = link_digest AND l.purpose = wanted AND l.used_at IS NULL AND l.expires_at > now()
        AND lower(u.email) = lower(l.email) AND u.is_active IS TRUE AND u.deleted_at IS NULL
$$;
COMMENT ON FUNCTION look_at_console_link IS 'Whose a link is while it is good; uses nothing up.';

CREATE FUNCTION take_console_link(wanted text, link_digest bytea) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid;
BEGIN
    UPDATE console_links l SET used_at = now()
    FROM users u
    WHERE l.digest = link_digest AND l.purpose = wanted AND l.used_at IS NULL AND l.expires_at > now() AND u.id = l.user_id
        AND lower(u.email) = lower(l.email) AND u.is_active IS TRUE AND u.deleted_at IS NULL
    RETURNING u.id INTO person;
    IF person IS NOT NULL THEN
        UPDATE users SET email_verified_at = now() WHERE id = person AND email_verified_at IS NULL;
        IF wanted = 'reset' THEN
            DELETE FROM console_sessions WHERE user_id = person;
            DELETE FROM console_links WHERE user_id = person AND used_at IS NULL;
        END IF;
    END IF;
    RETURN person;
END
$$;
COMMENT ON FUNCTION take_console_link IS
    'Uses a link up: whose it was, NULL where it is not good. Whoever has it reads the address, which is verified by that. A reset ends '
    'all sessions and other links.';

CREATE FUNCTION void_console_links(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM console_links WHERE user_id = person AND used_at IS NULL AND person = app_user_id()
$$;
COMMENT ON FUNCTION void_console_links IS 'Takes back the links of the owner for whom the console works: after a change of password.';

CREATE TABLE console_attempts (
    digest bytea PRIMARY KEY,
    attempts integer NOT NULL DEFAULT 0,
    waits_until timestamptz NOT NULL DEFAULT now(),
    tried_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX console_attempts_tried_at ON console_attempts (tried_at);
COMMENT ON TABLE console_attempts IS
    'How often a door of the console was tried, for each account and each client. Written and read by functions of the console, for all '
    'workers; forgotten an hour after the last attempt.';
COMMENT ON COLUMN console_attempts.digest IS 'HMAC of what is counted (an e-mail address, a client''s network) under a key of the keyring.';
COMMENT ON COLUMN console_attempts.attempts IS 'Attempts since it was forgotten or forgiven.';
COMMENT ON COLUMN console_attempts.waits_until IS 'No attempt before then.';
COMMENT ON COLUMN console_attempts.tried_at IS 'The last attempt that counted.';

CREATE FUNCTION admit_attempt(digests bytea[], free integer[], longest integer) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wait double precision;
    wanted record;
BEGIN
    INSERT INTO console_attempts (digest) SELECT DISTINCT d FROM unnest(digests) AS d ORDER BY d ON CONFLICT DO NOTHING;
    PERFORM FROM console_attempts WHERE digest = ANY(digests) ORDER BY digest FOR UPDATE;
    UPDATE console_attempts SET attempts = 0
        WHERE digest = ANY(digests) AND tried_at < now() - interval '1 hour' AND waits_until <= now();
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
COMMENT ON FUNCTION admit_attempt IS
    'Counts an attempt against each of these: 0, or the seconds to wait, and then it does not count. After the free ones each takes twice '
    'as long as the one before, at most `longest` seconds.';

CREATE FUNCTION forgive_attempt(forgotten bytea, returned bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM console_attempts WHERE digest = forgotten;
    -- Only this one: else whoever has an account of their own would start anew with each sign-in.
    UPDATE console_attempts SET attempts = greatest(attempts - 1, 0), waits_until = now() WHERE digest = returned;
END
$$;
COMMENT ON FUNCTION forgive_attempt IS 'The attempt was right: the account starts anew, the client has its attempt back.';

CREATE OR REPLACE FUNCTION end_sessions_of_closed_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM console_sessions WHERE user_id = NEW.id;
    DELETE FROM console_links WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION prune_console_sessions() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    pruned bigint;
BEGIN
    DELETE FROM console_links WHERE id IN (
        SELECT id FROM console_links WHERE expires_at < now() - interval '1 day' LIMIT 10000);
    DELETE FROM console_attempts WHERE digest IN (
        SELECT digest FROM console_attempts WHERE tried_at < now() - interval '1 hour' AND waits_until < now() LIMIT 10000);
    DELETE FROM console_sessions WHERE id IN (
        SELECT id FROM console_sessions WHERE least(idle_until, ends_at) < now() LIMIT 10000);
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
END
$$;
COMMENT ON FUNCTION prune_console_sessions IS
    'Forgets sessions that have ended, links and counts of attempts, some at a time; returns how many sessions. Called by maintenance.';

REVOKE EXECUTE ON FUNCTION
    make_console_link(text, text, bytea, interval), look_at_console_link(text, bytea), take_console_link(text, bytea),
    void_console_links(uuid), admit_attempt(bytea[], integer[], integer), forgive_attempt(bytea, bytea)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION make_console_link(text, text, bytea, interval) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION look_at_console_link(text, bytea) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION take_console_link(text, bytea) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION void_console_links(uuid) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION admit_attempt(bytea[], integer[], integer) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION forgive_attempt(bytea, bytea) TO tapsite_console');
