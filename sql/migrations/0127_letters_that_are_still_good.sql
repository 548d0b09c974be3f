-- Links that strangers ask for keep no owner out: another is refused only where five lie in the mailbox that still open the
-- account. They ended after half an hour, and counted for an hour.
-- compatible_from: 0055

CREATE OR REPLACE FUNCTION make_console_link(address text, wanted text, link_digest bytea, lasts interval)
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
        WHERE l.user_id = person.id AND l.purpose = wanted AND l.created_at > now() - interval '1 hour'
            AND l.used_at IS NULL AND l.expires_at > now() AND lower(l.email) = lower(person.email)) >= 5 THEN
        RETURN;
    END IF;
    INSERT INTO console_links (user_id, purpose, digest, email, expires_at)
    VALUES (person.id, wanted, link_digest, person.email, now() + lasts);
    RETURN QUERY SELECT person.id, person.email::text, person.full_name::text;
END
$$;
COMMENT ON FUNCTION make_console_link IS
    'Keeps a link for the account of an address: whose it is; no row where nobody has it, may enter, or five of the last hour are still good.';
