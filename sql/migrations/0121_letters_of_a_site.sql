-- What strangers make a site mail has an end a day; owners see in the console who agreed to get their leads.
-- compatible_from: 0055

INSERT INTO system_config (key, value, description) VALUES
('letters_a_day', '{"reply": 100, "newsletter": 500}',
    'Letters of a site a day that whoever sends a form has mailed to the address typed there: beyond "reply", nobody is told that a '
    'message has come; beyond "newsletter", who subscribes is asked later')
ON CONFLICT (key) DO NOTHING;
COMMENT ON COLUMN system_config.key IS
    'Keys the database itself reads: signup_token_bonus, usd_idr_rate, platform_time_zone, base_domains, lapsed_sites, tier_rights, '
    'letters_a_day.';

ALTER TABLE newsletter_mails ADD COLUMN website_id uuid;
CREATE INDEX newsletter_mails_website_id ON newsletter_mails (website_id, sent_at);
COMMENT ON COLUMN newsletter_mails.website_id IS
    'On whose behalf: a site''s letters of a day are counted, too. No foreign key: the count outlives the site for two days.';

CREATE FUNCTION has_letters_left(site uuid, kind text, usual integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    said jsonb = (SELECT value -> kind FROM system_config WHERE key = 'letters_a_day' AND jsonb_typeof(value) = 'object');
BEGIN
    -- After the lock on the address, and the last one that is taken: nobody waits for the other in a ring.
    PERFORM pg_advisory_xact_lock(hashtextextended('letters ' || site, 0));
    RETURN (SELECT count(*) FROM newsletter_mails m WHERE m.website_id = site AND m.sent_at > now() - interval '1 day')
        < CASE WHEN jsonb_typeof(said) = 'number' THEN said::numeric ELSE usual END;
END
$$;
COMMENT ON FUNCTION has_letters_left IS
    'Whether a site may have one more letter mailed today that a stranger caused (system_config, letters_a_day). Those that ask and tell '
    'count together, so that a flood of one kind does not come in the other''s name.';

CREATE OR REPLACE FUNCTION may_ask_subscriber(site uuid, job uuid, who bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One after the other for one address, whichever site it is.
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(who, 'hex'), 0));
    IF NOT EXISTS (SELECT FROM claimed_subscriber(site, job)) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM newsletter_mails WHERE recipient = who AND newsletter_mails.job = may_ask_subscriber.job) THEN
        RETURN true;
    END IF;
    IF (SELECT count(*) FROM newsletter_mails WHERE recipient = who AND sent_at > now() - interval '1 day') >= 3 THEN
        RETURN false;
    END IF;
    IF NOT has_letters_left(site, 'newsletter', 500) THEN
        RETURN NULL;
    END IF;
    INSERT INTO newsletter_mails (recipient, job, website_id) VALUES (who, may_ask_subscriber.job, site);
    DELETE FROM newsletter_mails WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM newsletter_mails WHERE sent_at < now() - interval '2 days' LIMIT 100 FOR UPDATE SKIP LOCKED));
    DELETE FROM newsletter_subscribers WHERE id = ANY (ARRAY(
        SELECT id FROM newsletter_subscribers WHERE confirmed_at IS NULL AND requested_at < now() - interval '7 days'
        LIMIT 100 FOR UPDATE SKIP LOCKED));
    RETURN true;
END
$$;
COMMENT ON FUNCTION may_ask_subscriber IS
    'Whether one more question may be sent to an address, known by its digest: three a day, on all sites together. NULL: not today, since '
    'this site had enough mailed. Counts it, and forgets what is old.';

CREATE OR REPLACE FUNCTION may_reply(site uuid, job uuid, who bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One after the other for one address, whichever site it is; counted together with what is asked by mail.
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(who, 'hex'), 0));
    IF NOT EXISTS (SELECT FROM claimed_reply(site, job)) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM newsletter_mails m WHERE m.recipient = who AND m.job = may_reply.job) THEN
        RETURN true;
    END IF;
    -- One fewer than questions: whoever subscribes after two orders can still be asked.
    IF (SELECT count(*) FROM newsletter_mails m WHERE m.recipient = who AND m.sent_at > now() - interval '1 day') >= 2 THEN
        RETURN false;
    END IF;
    IF NOT has_letters_left(site, 'reply', 100) THEN
        RETURN false;
    END IF;
    INSERT INTO newsletter_mails (recipient, job, website_id) VALUES (who, may_reply.job, site);
    DELETE FROM newsletter_mails WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM newsletter_mails WHERE sent_at < now() - interval '2 days' LIMIT 100 FOR UPDATE SKIP LOCKED));
    RETURN true;
END
$$;
COMMENT ON FUNCTION may_reply IS
    'Whether an address, known by its digest, may be told that a lead has come: where it got fewer than two letters of such kinds within a '
    'day, on all sites together, and the site had few enough mailed. Counts it, and forgets what is old.';

CREATE FUNCTION ask_recipients(site uuid, holder uuid, addresses text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    address text;
    made uuid;
BEGIN
    FOREACH address IN ARRAY addresses LOOP
        -- However many addresses an owner thinks of: ten questions a day.
        CONTINUE WHEN (SELECT count(*) FROM lead_recipients r WHERE r.website_id = site AND r.asked_at > now() - interval '1 day') >= 10;
        INSERT INTO lead_recipients AS r (website_id, email, owner_id) VALUES (site, lower(address), holder)
        ON CONFLICT (website_id, email) DO UPDATE
        SET owner_id = excluded.owner_id, nonce = gen_random_uuid(), confirmed_at = NULL, asked_at = now(),
            asked = CASE WHEN r.owner_id = excluded.owner_id THEN r.asked + 1 ELSE 1 END
        WHERE r.owner_id <> excluded.owner_id
            OR r.confirmed_at IS NULL AND r.asked < 3 AND r.asked_at < now() - interval '7 days'
        RETURNING r.id INTO made;
        IF FOUND THEN
            INSERT INTO outbox (website_id, kind, payload) VALUES (site, 'lead_recipient', jsonb_build_object('recipient', made));
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION ask_recipients IS
    'Asks addresses that did not agree yet whether they want a site''s leads: three times in all, a week apart, ten of a site a day.';

CREATE OR REPLACE FUNCTION claimed_recipients(site uuid, job uuid, addresses text[]) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder record;
    agreed text[];
BEGIN
    SELECT w.user_id, lower(u.email) AS email INTO holder
    FROM outbox o JOIN websites w ON w.id = o.website_id JOIN users u ON u.id = w.user_id
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_email' AND o.state = 'waiting' AND o.lease IS NOT NULL;
    IF NOT FOUND THEN
        RETURN '{}';
    END IF;
    agreed = ARRAY(
        SELECT one FROM unnest(addresses[1:5]) WITH ORDINALITY AS a (one, place)
        WHERE lower(one) = holder.email OR EXISTS (
            SELECT FROM lead_recipients r
            WHERE r.website_id = site AND r.email = lower(one) AND r.owner_id = holder.user_id AND r.confirmed_at IS NOT NULL)
        ORDER BY place);
    PERFORM ask_recipients(site, holder.user_id, ARRAY(SELECT one FROM unnest(addresses[1:5]) AS one WHERE one <> ALL (agreed)));
    RETURN agreed;
END
$$;

CREATE FUNCTION invite_recipients(site uuid, addresses text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ask_recipients(w.id, w.user_id, ARRAY(
        SELECT one FROM unnest(addresses[1:5]) AS one
        WHERE lower(one) <> lower(u.email) AND NOT EXISTS (
            SELECT FROM lead_recipients r
            WHERE r.website_id = w.id AND r.email = lower(one) AND r.owner_id = w.user_id AND r.confirmed_at IS NOT NULL)))
    FROM websites w JOIN users u ON u.id = w.user_id
    WHERE w.id = site AND w.user_id = (SELECT app_user_id())
$$;
COMMENT ON FUNCTION invite_recipients IS
    'An owner named addresses that are to get a site''s leads: they are asked at once, as often as claimed_recipients would. Of another '
    'owner''s site nothing happens.';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('lead_recipients', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
REVOKE EXECUTE ON FUNCTION
    has_letters_left(uuid, text, integer), ask_recipients(uuid, uuid, text[]), invite_recipients(uuid, text[])
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    -- Not the nonce: by it somebody agrees.
    ('GRANT SELECT (website_id, email, owner_id, asked, asked_at, confirmed_at) ON lead_recipients TO tapsite_console'),
    ('GRANT INSERT (website_id, url, owner_id, key_id) ON form_webhooks TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION invite_recipients(uuid, text[]) TO tapsite_console');
