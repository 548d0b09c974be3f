-- Visitors who gave an e-mail address are told that their message has come, where a form asks for that.
-- compatible_from: 0055

COMMENT ON COLUMN outbox.kind IS
    'What is to be done, and by which part of the program. indexnow: tell search engines what changed. lead_email, lead_webhook, '
    'lead_whatsapp: deliver a lead. lead_alert: tell an owner that a channel fails. newsletter_confirm: ask a subscriber to confirm. '
    'lead_insight: have a lead read by a service. purge: tell caches in front what changed. lead_check: ask Akismet about a lead. '
    'lead_report: tell it what the owner says. lead_reply: tell who sent a lead that it has come.';

COMMENT ON TABLE newsletter_mails IS
    'How often an address was asked to confirm something, or told that a lead has come, on all sites together, so that nobody''s mailbox is '
    'flooded. Kept by the functions that allow it, for two days.';

CREATE FUNCTION lead_wait(data jsonb) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN lead_asked(data) = 'asked' THEN interval '15 seconds' ELSE interval '0' END
$$;
COMMENT ON FUNCTION lead_wait IS
    'How long a lead waits while a service is asked about it, but no longer: then it goes as if nobody had been asked.';

CREATE OR REPLACE FUNCTION write_lead_jobs(lead form_submissions, channels text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (website_id, kind, submission_id, next_at)
    SELECT lead.website_id, 'lead_' || channel, lead.id, now() + lead_wait(lead.data)
    FROM unnest(channels) AS channel
    WHERE NOT coalesce(
            CASE channel WHEN 'email' THEN lead.email_notified WHEN 'webhook' THEN lead.webhook_called ELSE lead.whatsapp_notified END,
            false)
        AND NOT EXISTS (
            SELECT FROM outbox o WHERE o.submission_id = lead.id AND o.kind = 'lead_' || channel AND o.state = 'waiting');
END
$$;

CREATE OR REPLACE FUNCTION deliver_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wishes jsonb;
BEGIN
    IF NEW.form_type = 'newsletter' THEN
        PERFORM add_subscriber(NEW);
    ELSE
        IF TG_OP = 'UPDATE' THEN
            -- Whoever is at one of its jobs may have read that it was spam, and would settle it so.
            UPDATE outbox SET lease = NULL, next_at = now()
            WHERE submission_id = NEW.id AND kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp')
                AND state = 'waiting' AND lease IS NOT NULL;
        END IF;
        wishes = (SELECT settings FROM lead_form(NEW.website_id, coalesce(NEW.data -> '_about' ->> 'form', NEW.form_type)));
        PERFORM write_lead_jobs(NEW, lead_channels(wishes));
        IF wishes ->> 'reply' = 'true' AND NEW.submitter_email IS NOT NULL AND TG_OP = 'INSERT' THEN
            INSERT INTO outbox (website_id, kind, submission_id, next_at)
            VALUES (NEW.website_id, 'lead_reply', NEW.id, now() + lead_wait(NEW.data));
        END IF;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION deliver_lead IS
    'Writes the jobs that deliver a lead: when it is stored as new, and when it turns out to be no spam. A channel that confirmed it '
    'already, by its flag, gets none. Of who asks for a newsletter the owner hears once that is confirmed. Its sender is told that it has '
    'come where the form asks for that, and not days later, when it turns out to be no spam. Then a claim of its jobs ends, too: what was '
    'claimed as spam is claimed again.';

CREATE FUNCTION claimed_reply(site uuid, job uuid) RETURNS TABLE (id uuid, email text, page text, received_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.submitter_email::text, left(s.data -> '_about' ->> 'page', 500), readable_time(s.created_at)
    FROM outbox o
    JOIN form_submissions s ON s.id = o.submission_id AND s.website_id = o.website_id
    JOIN edge_sites e ON e.id = o.website_id AND e.state = 'live'
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_reply' AND o.state = 'waiting' AND o.lease IS NOT NULL
        AND s.status IS DISTINCT FROM 'spam' AND s.submitter_email IS NOT NULL
$$;
COMMENT ON FUNCTION claimed_reply IS
    'Who is told that a lead has come, while a job to do so is claimed. No row: nobody, since it is spam or gone, or the site is not live.';

CREATE FUNCTION may_reply(site uuid, job uuid, who bytea) RETURNS boolean
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
    INSERT INTO newsletter_mails (recipient, job) VALUES (who, may_reply.job);
    DELETE FROM newsletter_mails WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM newsletter_mails WHERE sent_at < now() - interval '2 days' LIMIT 100 FOR UPDATE SKIP LOCKED));
    RETURN true;
END
$$;
COMMENT ON FUNCTION may_reply IS
    'Whether an address, known by its digest, may be told that a lead has come: where it got fewer than two letters of such kinds within a '
    'day, on all sites together. Counts it, and forgets what is old.';

REVOKE EXECUTE ON FUNCTION
    lead_wait(jsonb), claimed_reply(uuid, uuid), may_reply(uuid, uuid, bytea)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION claimed_reply(uuid, uuid), may_reply(uuid, uuid, bytea) TO tapsite_edge');
