-- Of a site that is sent very much, only the first leads of an hour go by mail and WhatsApp one by one; the others are told of together.
-- compatible_from: 0104

INSERT INTO system_config (key, value, description) VALUES
('letters_an_hour', '{"lead": 30}',
    'Leads of a site within an hour of which its owner is told one by one, by e-mail and WhatsApp; beyond, all of ten minutes at once. More '
    'than 1000: always one by one')
ON CONFLICT (key) DO NOTHING;
COMMENT ON COLUMN system_config.key IS
    'Keys the database itself reads: signup_token_bonus, usd_idr_rate, platform_time_zone, base_domains, lapsed_sites, tier_rights, '
    'letters_a_day, letters_an_hour.';

COMMENT ON COLUMN outbox.payload IS
    'What it is about, by reference: no secrets, and nothing of a visitor''s. indexnow: {"slug"} of a post that may have changed, '
    '{"slug", "gone": true} of one that was seen and is not any more, {"pages": true} of the site itself. lead_alert: {"channel"}. '
    'lead_email, lead_whatsapp: {"gathered": true} of a lead that is told of with others.';
CREATE INDEX outbox_gathered ON outbox (website_id, kind) WHERE state = 'waiting' AND payload ? 'gathered';

CREATE FUNCTION is_sent_much(site uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    said jsonb = (SELECT value -> 'lead' FROM system_config WHERE key = 'letters_an_hour' AND jsonb_typeof(value) = 'object');
    most integer = CASE WHEN jsonb_typeof(said) = 'number' THEN greatest(least(said::numeric, 1001), 0) ELSE 30 END;
BEGIN
    -- Status by status, as their index has them: of a site that is flooded nearly all of the last hour is spam.
    RETURN most <= 1000 AND most < (
        SELECT count(*) FROM (
            SELECT FROM unnest(ARRAY['new', 'read', 'replied', 'archived']) AS wanted (status)
            CROSS JOIN LATERAL (
                SELECT FROM form_submissions s
                WHERE s.website_id = site AND s.status = wanted.status AND s.created_at > now() - interval '1 hour'
                LIMIT most + 1) AS found
            LIMIT most + 1) AS lately);
END
$$;
COMMENT ON FUNCTION is_sent_much IS
    'Whether a site was sent more leads that are no spam within an hour than its owner is to be told of one by one (system_config, '
    'letters_an_hour).';

CREATE OR REPLACE FUNCTION write_lead_jobs(lead form_submissions, channels text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    many boolean = channels && ARRAY['email', 'whatsapp'] AND is_sent_much(lead.website_id);
    gathering timestamptz = date_bin('10 minutes', now(), 'epoch') + interval '10 minutes';
BEGIN
    INSERT INTO outbox (website_id, kind, submission_id, payload, next_at)
    SELECT lead.website_id, 'lead_' || channel, lead.id,
        CASE WHEN is_gathered THEN '{"gathered": true}' ELSE '{}' END::jsonb,
        -- The first takes the others along; they come by themselves only where it is gone by then.
        CASE WHEN NOT is_gathered THEN now() + lead_wait(lead.data)
            WHEN EXISTS (
                SELECT FROM outbox o
                WHERE o.website_id = lead.website_id AND o.kind = 'lead_' || channel AND o.state = 'waiting' AND o.payload ? 'gathered')
            THEN gathering + interval '1 minute'
            ELSE gathering + lead_wait(lead.data)
        END
    FROM unnest(channels) AS channel CROSS JOIN LATERAL (SELECT many AND channel IN ('email', 'whatsapp') AS is_gathered) AS g
    WHERE NOT coalesce(
            CASE channel WHEN 'email' THEN lead.email_notified WHEN 'webhook' THEN lead.webhook_called ELSE lead.whatsapp_notified END,
            false)
        AND NOT EXISTS (
            SELECT FROM outbox o WHERE o.submission_id = lead.id AND o.kind = 'lead_' || channel AND o.state = 'waiting');
END
$$;
COMMENT ON FUNCTION write_lead_jobs IS
    'Jobs that deliver a lead by these channels; none for one that confirmed it, or has a job that waits. Of a site that is sent much '
    '(is_sent_much) those by e-mail and WhatsApp are gathered: due at the next ten minutes, and told of together.';

CREATE FUNCTION gather_jobs(site uuid, job uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH head AS (
        SELECT o.id, o.kind, o.lease, o.next_at, coalesce(s.data -> '_about' ->> 'form', s.form_type) AS form_key
        FROM outbox o JOIN form_submissions s ON s.id = o.submission_id
        WHERE o.id = job AND o.website_id = site AND o.state = 'waiting' AND o.lease IS NOT NULL AND o.payload ? 'gathered'
    ), others AS (
        SELECT o.id FROM head l
        JOIN outbox o ON o.website_id = site AND o.kind = l.kind AND o.state = 'waiting' AND o.payload ? 'gathered'
            AND o.lease IS NULL AND o.id <> l.id
        JOIN form_submissions s ON s.id = o.submission_id
        WHERE coalesce(s.data -> '_about' ->> 'form', s.form_type) = l.form_key AND s.status IS DISTINCT FROM 'spam'
        ORDER BY o.created_at, o.id
        LIMIT most
        FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE outbox o SET lease = l.lease, next_at = l.next_at, attempts = o.attempts + 1
    FROM others, head l
    WHERE o.id = others.id
    RETURNING o.id
$$;
COMMENT ON FUNCTION gather_jobs IS
    'Claims what is told of together with a claimed job: the gathered ones of the same site, channel and form. Settled by settle_gathered.';

CREATE FUNCTION settle_gathered(site uuid, job uuid, others uuid[], became text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held uuid[] = ARRAY(
        SELECT o.id FROM outbox o JOIN outbox l ON l.lease = o.lease
        WHERE l.id = job AND l.website_id = site AND l.state = 'waiting'
            AND o.id = ANY(others) AND o.id <> job AND o.website_id = site AND o.state = 'waiting' AND o.payload ? 'gathered'
        ORDER BY o.submission_id);
BEGIN
    IF became = 'waiting' THEN
        UPDATE outbox SET lease = NULL, attempts = greatest(attempts - 1, 0), next_at = now() + interval '10 minutes' WHERE id = ANY(held);
        RETURN;
    END IF;
    -- The leads before their jobs, as everybody locks them.
    PERFORM note_delivery(site, one, became, why) FROM unnest(held) AS one;
    UPDATE outbox
    SET state = CASE became WHEN 'failed' THEN 'failed' ELSE 'done' END, lease = NULL, last_error = left(why, 500), settled_at = now()
    WHERE id = ANY(held) AND state = 'waiting';
END
$$;
COMMENT ON FUNCTION settle_gathered IS
    'What became of the jobs that were told of together with a claimed one, as in note_delivery. waiting: given back, to be taken along by '
    'the next attempt.';

CREATE OR REPLACE FUNCTION note_verdict(site uuid, job uuid, verdict text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lead form_submissions;
    told boolean;
    becomes_spam boolean;
BEGIN
    SELECT s.* INTO lead FROM form_submissions s
    WHERE s.website_id = site AND s.id = (
        SELECT o.submission_id FROM outbox o
        WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_check' AND o.state = 'waiting' AND o.lease IS NOT NULL)
    FOR UPDATE;
    -- Gone, or noted before by a worker that ended over it.
    IF NOT FOUND OR lead_asked(lead.data) IS DISTINCT FROM 'asked' THEN
        RETURN false;
    END IF;
    -- Nobody claims one of them until this is committed.
    PERFORM FROM outbox o
    WHERE o.submission_id = lead.id AND o.kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp') AND o.state = 'waiting' FOR UPDATE;
    told = lead.email_notified IS TRUE OR lead.webhook_called IS TRUE OR lead.whatsapp_notified IS TRUE OR EXISTS (
        SELECT FROM outbox o
        WHERE o.submission_id = lead.id AND o.kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp') AND o.state = 'waiting'
            AND o.lease IS NOT NULL);
    becomes_spam = verdict IN ('spam', 'blatant') AND lead.status = 'new' AND NOT told;
    UPDATE form_submissions s SET
        status = CASE WHEN becomes_spam THEN 'spam' ELSE s.status END,
        data = jsonb_set(s.data, '{_about}',
            (s.data -> '_about') || jsonb_build_object('akismet', verdict) || CASE WHEN becomes_spam
                THEN jsonb_build_object('spam', jsonb_build_object('reasons', jsonb_build_array('akismet'))) ELSE '{}' END)
    WHERE s.id = lead.id AND s.website_id = site;
    -- What waited for the verdict alone waits no longer; of spam it is found out that nothing is to be done.
    UPDATE outbox o SET next_at = now()
    WHERE o.submission_id = lead.id AND o.kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp') AND o.state = 'waiting'
        AND o.lease IS NULL AND o.attempts = 0 AND NOT o.payload ? 'gathered';
    RETURN becomes_spam;
END
$$;

REVOKE EXECUTE ON FUNCTION is_sent_much(uuid), gather_jobs(uuid, uuid, integer), settle_gathered(uuid, uuid, uuid[], text, text)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION gather_jobs(uuid, uuid, integer), settle_gathered(uuid, uuid, uuid[], text, text) TO tapsite_edge');
