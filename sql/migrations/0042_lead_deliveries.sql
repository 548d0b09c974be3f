-- Leads are delivered: jobs in the transaction that stores them, what became of each attempt, and who is told when a channel fails.
-- compatible_from: 0036

ALTER TABLE outbox ADD COLUMN submission_id uuid REFERENCES form_submissions (id) ON UPDATE CASCADE ON DELETE CASCADE;
CREATE INDEX outbox_submission_id ON outbox (submission_id) WHERE submission_id IS NOT NULL;
COMMENT ON COLUMN outbox.submission_id IS 'The lead that it delivers; goes with it.';
COMMENT ON COLUMN outbox.kind IS
    'What is to be done, and by which part of the program. indexnow: tell search engines what changed. lead_email, lead_webhook, '
    'lead_whatsapp: deliver a lead. lead_alert: tell an owner that a channel fails.';
COMMENT ON COLUMN outbox.payload IS
    'What it is about, by reference: no secrets, and nothing of a visitor''s. indexnow: {"slug"} of a post that may have changed, '
    '{"slug", "gone": true} of one that was seen and is not any more, {"pages": true} of the site itself. lead_alert: {"channel"}.';

CREATE TABLE lead_attempts (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    submission_id uuid NOT NULL REFERENCES form_submissions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook', 'whatsapp')),
    outcome text NOT NULL CHECK (outcome IN ('delivered', 'skipped', 'waiting', 'failed')),
    said text CHECK (length(said) <= 500),
    attempted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lead_attempts_submission_id ON lead_attempts (submission_id, id);
CREATE INDEX lead_attempts_website_id ON lead_attempts (website_id, attempted_at);

COMMENT ON TABLE lead_attempts IS
    'What became of each attempt to deliver a lead. Written by note_delivery() for the edge, read by the console; goes with the lead.';
COMMENT ON COLUMN lead_attempts.submission_id IS 'The lead.';
COMMENT ON COLUMN lead_attempts.channel IS 'The way it was to go.';
COMMENT ON COLUMN lead_attempts.outcome IS
    'delivered: the other side confirmed it. skipped: nothing was to be done, said tells why. waiting: tried again. failed: given up.';
COMMENT ON COLUMN lead_attempts.said IS 'Why, for the site''s owner: nothing that another server said.';
COMMENT ON COLUMN lead_attempts.attempted_at IS 'When it ended.';

CREATE TABLE lead_alerts (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    channel text NOT NULL,
    alerted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, channel)
);
COMMENT ON TABLE lead_alerts IS 'When an owner was last told that a channel fails: once a day at most. Kept by note_delivery().';
COMMENT ON COLUMN lead_alerts.channel IS 'As in lead_attempts.';
COMMENT ON COLUMN lead_alerts.alerted_at IS 'When a job to tell so was written.';

CREATE TABLE form_webhooks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    url text NOT NULL CHECK (length(url) <= 2048),
    owner_id uuid NOT NULL,
    key_id text NOT NULL,
    generation integer NOT NULL DEFAULT 1,
    former_key_id text,
    rotated_at timestamptz,
    disabled_at timestamptz,
    disabled_why text CHECK (disabled_why IN ('gone', 'owner')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX form_webhooks_url ON form_webhooks (website_id, md5(url));

COMMENT ON TABLE form_webhooks IS
    'State of the addresses in form_templates.settings (webhook_url): made when one is first used. Secrets are not kept, they are '
    'derived from the keyring by what stands here. Written by the edge through functions, by the console and by operators.';
COMMENT ON COLUMN form_webhooks.url IS 'As the settings have it.';
COMMENT ON COLUMN form_webhooks.owner_id IS 'Whose secret it is. No foreign key: it is told apart, not looked up.';
COMMENT ON COLUMN form_webhooks.key_id IS 'Key of the keyring that the secret is derived from: it stays when the keyring gets another primary one.';
COMMENT ON COLUMN form_webhooks.generation IS 'Rises with each rotation of the secret; the one before is the former secret''s.';
COMMENT ON COLUMN form_webhooks.former_key_id IS 'Key of the former secret; NULL: there is none.';
COMMENT ON COLUMN form_webhooks.rotated_at IS 'For a day from then on messages are signed with both secrets.';
COMMENT ON COLUMN form_webhooks.disabled_at IS 'Nothing is sent since then, until somebody enables it again.';
COMMENT ON COLUMN form_webhooks.disabled_why IS 'gone: it answered 410. owner: the site changed hands.';

CREATE FUNCTION webhook_url(settings jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT nullif(btrim(coalesce(settings ->> 'webhook_url', settings ->> 'webhook')), '')
$$;
COMMENT ON FUNCTION webhook_url IS 'The address that a form''s settings name, NULL for none.';

CREATE FUNCTION lead_channels(settings jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN settings ->> 'email_notifications' = 'false' THEN NULL ELSE 'email' END,
        CASE WHEN webhook_url(settings) IS NOT NULL THEN 'webhook' END,
        CASE WHEN settings ->> 'whatsapp_notifications' = 'true' OR btrim(settings ->> 'whatsapp_to') <> '' THEN 'whatsapp' END
    ], NULL)
$$;
COMMENT ON FUNCTION lead_channels IS 'Ways that a form''s settings ask for; without settings it is e-mail.';

CREATE FUNCTION lead_form(site uuid, form_key text) RETURNS TABLE (fields jsonb, settings jsonb)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    -- Where a form that is offered to all sends leads is nobody's wish: only a site's own row says that.
    SELECT f.fields, CASE WHEN f.website_id IS NOT NULL THEN f.settings END
    FROM form_templates f
    WHERE (f.website_id = site OR f.website_id IS NULL) AND (f.form_type = form_key OR f.id::text = form_key)
    ORDER BY f.website_id IS NULL, f.is_active DESC, f.created_at DESC, f.id
    LIMIT 1
$$;
COMMENT ON FUNCTION lead_form IS 'The form that a lead was sent with, chosen as for visitors; settings of the site''s own alone.';

CREATE FUNCTION deliver_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (website_id, kind, submission_id)
    SELECT NEW.website_id, 'lead_' || channel, NEW.id
    FROM unnest(lead_channels(
        (SELECT settings FROM lead_form(NEW.website_id, coalesce(NEW.data -> '_about' ->> 'form', NEW.form_type))))) AS channel
    WHERE NOT coalesce(
            CASE channel WHEN 'email' THEN NEW.email_notified WHEN 'webhook' THEN NEW.webhook_called ELSE NEW.whatsapp_notified END,
            false)
        AND NOT EXISTS (
            SELECT FROM outbox o WHERE o.submission_id = NEW.id AND o.kind = 'lead_' || channel AND o.state = 'waiting');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION deliver_lead IS
    'Writes the jobs that deliver a lead: when it is stored as new, and when it turns out to be no spam. A channel that confirmed it '
    'already, by its flag, gets none.';

CREATE TRIGGER deliver_lead AFTER INSERT ON form_submissions
    FOR EACH ROW WHEN (NEW.status IS NULL OR NEW.status = 'new') EXECUTE FUNCTION deliver_lead();
CREATE TRIGGER deliver_lead_that_is_no_spam AFTER UPDATE OF status ON form_submissions
    FOR EACH ROW WHEN (OLD.status = 'spam' AND NEW.status IS DISTINCT FROM 'spam') EXECUTE FUNCTION deliver_lead();

CREATE FUNCTION claimed_lead(site uuid, job uuid) RETURNS TABLE (
    submission_id uuid, form_key text, form_type text, submitter_name text, submitter_email text, submitter_phone text, data jsonb,
    is_spam boolean, received_at timestamptz, may boolean, owner_email text, fields jsonb, settings jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, coalesce(s.data -> '_about' ->> 'form', s.form_type), s.form_type, s.submitter_name, s.submitter_email,
        s.submitter_phone, CASE WHEN NOT is_oversized(s.data) THEN s.data END, s.status IS NOT DISTINCT FROM 'spam',
        readable_time(s.created_at),
        coalesce((SELECT value -> e.tier -> 'form_channels' ? substr(o.kind, 6) FROM system_config WHERE key = 'tier_rights'), false),
        u.email, CASE WHEN NOT is_oversized(f.fields) THEN f.fields END,
        CASE WHEN NOT is_oversized(f.settings) THEN f.settings END
    FROM outbox o
    JOIN form_submissions s ON s.id = o.submission_id AND s.website_id = o.website_id
    JOIN edge_sites e ON e.id = o.website_id
    JOIN users u ON u.id = e.user_id
    LEFT JOIN LATERAL lead_form(o.website_id, coalesce(s.data -> '_about' ->> 'form', s.form_type)) f ON true
    WHERE o.id = job AND o.website_id = site AND o.state = 'waiting' AND o.lease IS NOT NULL
$$;
COMMENT ON FUNCTION claimed_lead IS
    'A lead for whoever delivers it: while a job of this site that is about it is claimed, and at no other time. may: the tier of the '
    'site''s owner has this channel.';

CREATE FUNCTION claimed_alert(site uuid, job uuid) RETURNS TABLE (owner_email text, said text, undelivered bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.email,
        (SELECT a.said FROM lead_attempts a
         WHERE a.website_id = site AND a.channel = o.payload ->> 'channel' AND a.outcome IN ('waiting', 'failed')
         ORDER BY a.attempted_at DESC LIMIT 1),
        (SELECT count(DISTINCT a.submission_id) FROM lead_attempts a JOIN form_submissions s ON s.id = a.submission_id
         WHERE a.website_id = site AND a.channel = o.payload ->> 'channel' AND a.outcome IN ('waiting', 'failed')
            AND a.attempted_at > now() - interval '7 days'
            AND NOT coalesce(CASE a.channel WHEN 'email' THEN s.email_notified WHEN 'webhook' THEN s.webhook_called
                ELSE s.whatsapp_notified END, false))
    FROM outbox o
    JOIN websites w ON w.id = o.website_id
    JOIN users u ON u.id = w.user_id
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_alert' AND o.state = 'waiting' AND o.lease IS NOT NULL
$$;
COMMENT ON FUNCTION claimed_alert IS
    'Who is to be told that a channel fails, what it said last, and how many leads of the last seven days it did not deliver; while '
    'that job is claimed.';

CREATE FUNCTION note_delivery(site uuid, job uuid, became text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about outbox;
    way text;
BEGIN
    SELECT * INTO about FROM outbox WHERE id = job AND website_id = site AND submission_id IS NOT NULL;
    -- Erased meanwhile, and its jobs with it.
    PERFORM FROM form_submissions WHERE id = about.submission_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    way = substr(about.kind, 6);
    INSERT INTO lead_attempts (website_id, submission_id, channel, outcome, said)
    VALUES (site, about.submission_id, way, became, left(why, 500));
    IF became = 'delivered' THEN
        UPDATE form_submissions SET
            email_notified = email_notified IS TRUE OR way = 'email', webhook_called = webhook_called IS TRUE OR way = 'webhook',
            whatsapp_notified = whatsapp_notified IS TRUE OR way = 'whatsapp'
        WHERE id = about.submission_id;
    ELSIF became = 'failed' OR became = 'waiting' AND about.attempts >= 4 THEN
        INSERT INTO lead_alerts AS l (website_id, channel) VALUES (site, way)
        ON CONFLICT (website_id, channel) DO UPDATE SET alerted_at = now() WHERE l.alerted_at < now() - interval '1 day';
        IF FOUND THEN
            INSERT INTO outbox (website_id, kind, payload) VALUES (site, 'lead_alert', jsonb_build_object('channel', way));
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION note_delivery IS
    'What became of an attempt to deliver a lead: a line of lead_attempts, the flag when it was confirmed, and after the fourth attempt '
    'in vain, or when it is given up, a job that tells the owner. Called by the edge as it settles the job.';

CREATE FUNCTION claimed_webhook(site uuid, job uuid, ring_key text) RETURNS TABLE (
    id uuid, url text, owner_id uuid, key_id text, generation integer, former_key_id text, rotated_at timestamptz, disabled_why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    wanted text;
BEGIN
    SELECT webhook_url(settings) INTO wanted FROM claimed_lead(site, job);
    IF wanted IS NULL OR length(wanted) > 2048 THEN
        RETURN;
    END IF;
    INSERT INTO form_webhooks (website_id, url, owner_id, key_id)
    SELECT w.id, wanted, w.user_id, ring_key FROM websites w
    WHERE w.id = site AND NOT EXISTS (SELECT FROM form_webhooks h WHERE h.website_id = site AND md5(h.url) = md5(wanted))
    ON CONFLICT DO NOTHING;
    RETURN QUERY
    SELECT h.id, h.url, h.owner_id, h.key_id, h.generation, h.former_key_id, h.rotated_at, h.disabled_why
    FROM form_webhooks h WHERE h.website_id = site AND md5(h.url) = md5(wanted);
END
$$;
COMMENT ON FUNCTION claimed_webhook IS
    'Where a claimed job sends its lead, and what its secret is derived from; made at the first use, with the key given. No row: the '
    'settings name no address any more, or one that is too long.';

CREATE FUNCTION disable_webhook(site uuid, webhook uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE form_webhooks SET disabled_at = now(), disabled_why = 'gone'
    WHERE id = webhook AND website_id = site AND disabled_at IS NULL
$$;
COMMENT ON FUNCTION disable_webhook IS 'Its receiver said 410: nothing more is sent there.';

CREATE FUNCTION revoke_webhooks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Also those that nothing was sent to yet: they are the former owner's as well.
    INSERT INTO form_webhooks (website_id, url, owner_id, key_id)
    SELECT DISTINCT NEW.id, webhook_url(f.settings), OLD.user_id, '' FROM form_templates f
    WHERE f.website_id = NEW.id AND length(webhook_url(f.settings)) <= 2048
    ON CONFLICT DO NOTHING;
    UPDATE form_webhooks SET disabled_at = now(), disabled_why = 'owner', former_key_id = NULL
    WHERE website_id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION revoke_webhooks IS 'A site that changes hands sends nothing to its former owner''s addresses, until the new one enables them.';
CREATE TRIGGER revoke_webhooks AFTER UPDATE OF user_id ON websites
    FOR EACH ROW WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id) EXECUTE FUNCTION revoke_webhooks();

REVOKE EXECUTE ON FUNCTION
    claimed_lead(uuid, uuid), claimed_alert(uuid, uuid), claimed_webhook(uuid, uuid, text), note_delivery(uuid, uuid, text, text),
    disable_webhook(uuid, uuid)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION claimed_lead(uuid, uuid), claimed_alert(uuid, uuid), claimed_webhook(uuid, uuid, text), '
        'note_delivery(uuid, uuid, text, text), disable_webhook(uuid, uuid) TO tapsite_edge');
