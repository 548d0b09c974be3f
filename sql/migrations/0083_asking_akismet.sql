-- Leads that a service is asked about before they are delivered, and what their owner thinks of its verdict.
-- compatible_from: 0055

COMMENT ON COLUMN outbox.kind IS
    'What is to be done, and by which part of the program. indexnow: tell search engines what changed. lead_email, lead_webhook, '
    'lead_whatsapp: deliver a lead. lead_alert: tell an owner that a channel fails. newsletter_confirm: ask a subscriber to confirm. '
    'lead_insight: have a lead read by a service. purge: tell caches in front what changed. lead_check: ask Akismet about a lead. lead_report: tell it what the owner says.';

CREATE FUNCTION lead_asked(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT data #>> '{_about,akismet}'
$$;
COMMENT ON FUNCTION lead_asked IS
    'What is known of a lead from Akismet. asked: it is to be asked. ham, spam, blatant: its verdict. silent: it gave none. NULL: nobody asks.';

CREATE OR REPLACE FUNCTION write_lead_jobs(lead form_submissions, channels text[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    -- While a service is asked about it a lead waits, but no longer than this: then it goes as if nobody had been asked.
    INSERT INTO outbox (website_id, kind, submission_id, next_at)
    SELECT lead.website_id, 'lead_' || channel, lead.id,
        now() + CASE WHEN lead_asked(lead.data) = 'asked' THEN interval '15 seconds' ELSE interval '0' END
    FROM unnest(channels) AS channel
    WHERE NOT coalesce(
            CASE channel WHEN 'email' THEN lead.email_notified WHEN 'webhook' THEN lead.webhook_called ELSE lead.whatsapp_notified END,
            false)
        AND NOT EXISTS (
            SELECT FROM outbox o WHERE o.submission_id = lead.id AND o.kind = 'lead_' || channel AND o.state = 'waiting')
$$;

CREATE FUNCTION have_lead_checked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (website_id, kind, submission_id) VALUES (NEW.website_id, 'lead_check', NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION have_lead_checked IS 'Writes the job that asks Akismet about a new lead, where whoever stored it noted so.';
CREATE TRIGGER have_lead_checked AFTER INSERT ON form_submissions
    FOR EACH ROW WHEN (NEW.status = 'new' AND NEW.form_type <> 'newsletter' AND lead_asked(NEW.data) = 'asked')
    EXECUTE FUNCTION have_lead_checked();

CREATE FUNCTION claimed_sender(site uuid, job uuid) RETURNS TABLE (address text, agent text, referrer text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT host(s.ip_address), s.user_agent, s.referrer_url
    FROM outbox o
    JOIN form_submissions s ON s.id = o.submission_id AND s.website_id = o.website_id
    WHERE o.id = job AND o.website_id = site AND o.kind IN ('lead_check', 'lead_report') AND o.state = 'waiting' AND o.lease IS NOT NULL
$$;
COMMENT ON FUNCTION claimed_sender IS
    'Where a lead came from, for whoever asks Akismet about it: while a job to do so is claimed. NULL: that was blanked meanwhile.';

CREATE FUNCTION note_verdict(site uuid, job uuid, verdict text) RETURNS boolean
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
    -- What waited for the verdict waits no longer; of spam it is found out that nothing is to be done.
    UPDATE outbox o SET next_at = now()
    WHERE o.submission_id = lead.id AND o.kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp') AND o.state = 'waiting'
        AND o.lease IS NULL AND o.attempts = 0;
    RETURN becomes_spam;
END
$$;
COMMENT ON FUNCTION note_verdict IS
    'What Akismet said of a lead, while a job to ask is claimed: ham, spam, blatant, or silent for nothing. Spam becomes one that is new '
    'and was told to nobody; whether it did. Its deliveries are due then.';

CREATE FUNCTION have_verdict_corrected() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- An owner's word alone; and not what was said and taken back within the minute.
    IF app_user_id() IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM outbox o WHERE o.submission_id = NEW.id AND o.kind = 'lead_report' AND o.state = 'waiting' AND o.lease IS NULL;
    IF (lead_asked(NEW.data) <> 'ham') <> (NEW.status = 'spam')
        OR EXISTS (SELECT FROM outbox o WHERE o.submission_id = NEW.id AND o.kind = 'lead_report') THEN
        INSERT INTO outbox (website_id, kind, submission_id, payload, next_at)
        VALUES (NEW.website_id, 'lead_report', NEW.id,
            jsonb_build_object('as', CASE WHEN NEW.status = 'spam' THEN 'spam' ELSE 'ham' END), now() + interval '1 minute');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION have_verdict_corrected IS
    'Writes the job that tells Akismet what an owner thinks of a lead that it judged: where that is not what it said, or not what it was told.';
CREATE TRIGGER have_verdict_corrected AFTER UPDATE OF status ON form_submissions
    FOR EACH ROW WHEN ((OLD.status = 'spam') IS DISTINCT FROM (NEW.status = 'spam')
        AND lead_asked(NEW.data) IN ('ham', 'spam', 'blatant'))
    EXECUTE FUNCTION have_verdict_corrected();

COMMENT ON COLUMN outbox.payload IS
    'What it is about, by reference: no secrets, and nothing of a visitor''s. indexnow: {"slug"} of a post that may have changed, '
    '{"slug", "gone": true} of one that was seen and is not any more, {"pages": true} of the site itself. lead_alert: {"channel"}. '
    'lead_report: {"as"}, spam or ham.';

REVOKE EXECUTE ON FUNCTION claimed_sender(uuid, uuid), note_verdict(uuid, uuid, text) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION claimed_sender(uuid, uuid), note_verdict(uuid, uuid, text) TO tapsite_edge');
