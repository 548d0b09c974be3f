-- An account's new e-mail address: confirmed from there, told to where it was; and who may read a newsletter's list.
-- compatible_from: 0055

ALTER TABLE console_links
    ADD COLUMN new_email text,
    DROP CONSTRAINT console_links_purpose_check,
    ADD CONSTRAINT console_links_purpose_check CHECK (purpose IN ('sign_in', 'verify', 'reset', 'email', 'email_stop')),
    ADD CONSTRAINT console_links_new_email_check CHECK (purpose <> 'email' OR new_email IS NOT NULL);
COMMENT ON COLUMN console_links.purpose IS
    'sign_in: opens a session. verify: proves the address. reset: sets a new password. email: makes new_email the account''s address. '
    'email_stop: takes that back before it is done.';
COMMENT ON COLUMN console_links.email IS 'The account''s address then: void once it has another one.';
COMMENT ON COLUMN console_links.new_email IS 'Of a change of address: where the link was sent. NULL otherwise.';

CREATE FUNCTION make_email_links(person uuid, address text, go_digest bytea, stop_digest bytea, lasts interval)
RETURNS TABLE (email text, full_name text, is_taken boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    owner users%ROWTYPE;
BEGIN
    SELECT * INTO owner FROM users u
    WHERE u.id = person AND u.id = app_user_id() AND u.is_active IS TRUE AND u.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND OR (
        SELECT count(*) FROM console_links l
        WHERE l.user_id = person AND l.purpose = 'email' AND l.created_at > now() - interval '1 hour') >= 5 THEN
        RETURN;
    END IF;
    -- What was asked for last holds; the rows stay, because they are counted.
    UPDATE console_links l SET expires_at = now()
    WHERE l.user_id = person AND l.purpose IN ('email', 'email_stop') AND l.used_at IS NULL AND l.expires_at > now();
    INSERT INTO console_links (user_id, purpose, digest, email, new_email, expires_at)
    VALUES (person, 'email', go_digest, owner.email, address, now() + lasts),
        (person, 'email_stop', stop_digest, owner.email, address, now() + lasts);
    RETURN QUERY SELECT owner.email::text, owner.full_name::text,
        EXISTS (SELECT FROM users u WHERE lower(u.email) = lower(address) AND u.id <> person);
END
$$;
COMMENT ON FUNCTION make_email_links IS
    'Keeps the two links of a change of address, for the owner for whom the console works: one that does it, one that stops it. Gives '
    'the present address, and whether somebody else has the new one; no row where the owner may not enter, or asked five times within the hour.';

CREATE OR REPLACE FUNCTION look_at_console_link(wanted text, link_digest bytea) RETURNS TABLE (user_id uuid, email text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, coalesce(l.new_email, u.email::text) FROM console_links l JOIN users u ON u.id = l.user_id
    WHERE l.digest = link_digest AND l.purpose = wanted AND l.used_at IS NULL AND l.expires_at > now()
        AND lower(u.email) = lower(l.email) AND u.is_active IS TRUE AND u.deleted_at IS NULL
$$;
COMMENT ON FUNCTION look_at_console_link IS
    'Whose a link is while it is good, and the address it is about: of a change the new one. Uses nothing up.';

CREATE OR REPLACE FUNCTION take_console_link(wanted text, link_digest bytea) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid;
    address text;
BEGIN
    UPDATE console_links l SET used_at = now()
    FROM users u
    WHERE l.digest = link_digest AND l.purpose = wanted AND l.used_at IS NULL AND l.expires_at > now() AND u.id = l.user_id
        AND lower(u.email) = lower(l.email) AND u.is_active IS TRUE AND u.deleted_at IS NULL
    RETURNING u.id, l.new_email INTO person, address;
    IF person IS NULL THEN
        RETURN NULL;
    END IF;
    IF wanted = 'email' THEN
        UPDATE users SET email = address, email_verified_at = now() WHERE id = person;
        DELETE FROM console_links WHERE user_id = person AND used_at IS NULL;
    ELSE
        UPDATE users SET email_verified_at = now() WHERE id = person AND email_verified_at IS NULL;
    END IF;
    IF wanted = 'email_stop' THEN
        UPDATE console_links SET expires_at = now() WHERE user_id = person AND purpose = 'email' AND used_at IS NULL;
    ELSIF wanted = 'reset' THEN
        DELETE FROM console_sessions WHERE user_id = person;
        DELETE FROM console_links WHERE user_id = person AND used_at IS NULL;
    END IF;
    RETURN person;
EXCEPTION
    -- Somebody else has the address by now: the link is as good as gone.
    WHEN unique_violation OR check_violation THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION take_console_link IS
    'Uses a link up: whose it was, NULL where it is not good. Whoever has it reads the address, which is verified by that. A reset ends '
    'all sessions and other links; a change of address ends all other links and no session.';

REVOKE EXECUTE ON FUNCTION make_email_links(uuid, text, bytea, bytea, interval) FROM PUBLIC;

INSERT INTO owner_rows (table_name, seen)
VALUES ('newsletter_subscribers', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
CREATE INDEX newsletter_subscribers_confirmed ON newsletter_subscribers (website_id, confirmed_at DESC, id DESC)
    WHERE confirmed_at IS NOT NULL;

INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION make_email_links(uuid, text, bytea, bytea, interval) TO tapsite_console'),
    ('GRANT SELECT (id, website_id, email, page, confirmed_at), DELETE ON newsletter_subscribers TO tapsite_console');
