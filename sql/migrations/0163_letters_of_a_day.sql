-- Strangers who ask for links to an account from many addresses fill its mailbox with a dozen letters a day, no longer with hundreds,
-- and keep its owner out all the same in no way: what is refused is a letter beside one whose link still opens the account.
-- compatible_from: 0104

ALTER TABLE console_links ADD COLUMN lost_at timestamptz;
COMMENT ON COLUMN console_links.lost_at IS
    'When its letter was given up. It may have arrived all the same, so the link is good; but no other letter is refused for it.';

-- Beside the function of four arguments, which workers of former releases call while they are replaced.
CREATE FUNCTION make_console_link(address text, wanted text, link_digest bytea, lasts interval, is_known boolean)
RETURNS TABLE (user_id uuid, email text, full_name text, good_for interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    person users%ROWTYPE;
    asked integer;
    latest integer;
    good integer;
    span interval := lasts;
BEGIN
    -- The row's lock makes those who ask at the same time count each other.
    SELECT * INTO person FROM users u
    WHERE lower(u.email) = lower(address) AND u.is_active IS TRUE AND u.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT count(*), count(*) FILTER (WHERE l.expires_at > now() AND l.created_at > now() - interval '1 hour'),
        count(*) FILTER (WHERE l.expires_at > now() + interval '5 minutes')
    INTO asked, latest, good FROM console_links l
    WHERE l.user_id = person.id AND l.purpose = wanted AND l.created_at > now() - interval '1 day'
        AND l.used_at IS NULL AND l.lost_at IS NULL AND lower(l.email) = lower(person.email);
    IF latest >= 5 THEN
        RETURN;
    END IF;
    IF asked >= 5 AND NOT is_known THEN
        IF good > 0 THEN
            RETURN;
        END IF;
        -- Each is good for twice as long as the one before: so long nobody needs another.
        span := least(lasts * power(2, least(asked - 4, 10)), greatest(lasts, interval '4 hours'));
    END IF;
    INSERT INTO console_links (user_id, purpose, digest, email, expires_at)
    VALUES (person.id, wanted, link_digest, person.email, now() + span);
    RETURN QUERY SELECT person.id, person.email::text, person.full_name::text, span;
END
$$;
COMMENT ON FUNCTION make_console_link(text, text, bytea, interval, boolean) IS
    'Keeps a link for the account of an address: whose it is, and how long it is good. No row where nobody has the address or may enter, '
    'where five of the last hour are still good, or, beyond five of a day that nobody used, where one is; those last up to four hours. '
    'is_known: a browser of the owner''s asks, to which the last does not apply.';

CREATE FUNCTION note_lost_letter(link_digest bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE console_links SET lost_at = now() WHERE digest = link_digest
$$;
COMMENT ON FUNCTION note_lost_letter IS 'The letter with that link was given up.';

REVOKE EXECUTE ON FUNCTION make_console_link(text, text, bytea, interval, boolean), note_lost_letter(bytea) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION make_console_link(text, text, bytea, interval, boolean) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION note_lost_letter(bytea) TO tapsite_console');
