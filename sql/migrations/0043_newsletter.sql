-- Subscribers of sites' newsletters: asked twice, the second time by mail.
-- compatible_from: 0042

CREATE TABLE newsletter_subscribers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    email text NOT NULL,
    page text,
    submission_id uuid REFERENCES form_submissions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    nonce uuid NOT NULL DEFAULT gen_random_uuid(),
    requested_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz
);
CREATE UNIQUE INDEX newsletter_subscribers_email ON newsletter_subscribers (website_id, email);
CREATE INDEX newsletter_subscribers_submission_id ON newsletter_subscribers (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX newsletter_subscribers_requested_at ON newsletter_subscribers (requested_at) WHERE confirmed_at IS NULL;

COMMENT ON TABLE newsletter_subscribers IS
    'Who asked for a site''s newsletter. Written by the trigger deliver_lead as a form of type newsletter is sent, confirmed and left through '
    'functions by the edge. Only who confirmed gets anything; who leaves is deleted, who never confirms is forgotten after seven days.';
COMMENT ON COLUMN newsletter_subscribers.email IS 'In lower case.';
COMMENT ON COLUMN newsletter_subscribers.page IS 'Where the form stood: in that page''s language they are written to.';
COMMENT ON COLUMN newsletter_subscribers.submission_id IS 'What they sent; who has not confirmed goes with it. NULL once confirmed: from then on the link in their mail ends it.';
COMMENT ON COLUMN newsletter_subscribers.nonce IS 'In the link that confirms; nobody else knows it.';
COMMENT ON COLUMN newsletter_subscribers.requested_at IS 'When they asked last.';
COMMENT ON COLUMN newsletter_subscribers.confirmed_at IS 'When they confirmed. NULL: nothing but one question is sent to them.';
COMMENT ON COLUMN outbox.kind IS
    'What is to be done, and by which part of the program. indexnow: tell search engines what changed. lead_email, lead_webhook, '
    'lead_whatsapp: deliver a lead. lead_alert: tell an owner that a channel fails. newsletter_confirm: ask a subscriber to confirm.';

CREATE TABLE newsletter_mails (
    recipient bytea NOT NULL,
    job uuid NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (recipient, job)
);
CREATE INDEX newsletter_mails_sent_at ON newsletter_mails (sent_at);
COMMENT ON TABLE newsletter_mails IS
    'How often somebody was asked to confirm, on all sites together, so that nobody''s mailbox is flooded. Kept by may_ask_subscriber() for two days.';
COMMENT ON COLUMN newsletter_mails.recipient IS 'HMAC of the address under a key that is in no dump.';
COMMENT ON COLUMN newsletter_mails.job IS 'Of the outbox: its attempts count once.';
COMMENT ON COLUMN newsletter_mails.sent_at IS 'When it was allowed.';

CREATE FUNCTION add_subscriber(lead form_submissions) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO newsletter_subscribers AS n (website_id, email, page, submission_id)
    SELECT lead.website_id, lower(lead.submitter_email), left(lead.data -> '_about' ->> 'page', 500), lead.id
    WHERE lead.submitter_email <> ''
    ON CONFLICT (website_id, email) DO UPDATE
    SET submission_id = excluded.submission_id, page = excluded.page, requested_at = now() WHERE n.confirmed_at IS NULL;
    IF FOUND THEN
        INSERT INTO outbox (website_id, kind, submission_id) VALUES (lead.website_id, 'newsletter_confirm', lead.id);
    END IF;
END
$$;
COMMENT ON FUNCTION add_subscriber IS
    'Somebody asks for a newsletter: they are asked to confirm, unless they have. Whoever sent the form sees no difference.';

CREATE FUNCTION write_lead_jobs(lead form_submissions, channels text[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO outbox (website_id, kind, submission_id)
    SELECT lead.website_id, 'lead_' || channel, lead.id
    FROM unnest(channels) AS channel
    WHERE NOT coalesce(
            CASE channel WHEN 'email' THEN lead.email_notified WHEN 'webhook' THEN lead.webhook_called ELSE lead.whatsapp_notified END,
            false)
        AND NOT EXISTS (
            SELECT FROM outbox o WHERE o.submission_id = lead.id AND o.kind = 'lead_' || channel AND o.state = 'waiting')
$$;
COMMENT ON FUNCTION write_lead_jobs IS 'Jobs that deliver a lead by these channels; none for one that confirmed it, or has a job that waits.';

CREATE OR REPLACE FUNCTION deliver_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.form_type = 'newsletter' THEN
        PERFORM add_subscriber(NEW);
    ELSE
        PERFORM write_lead_jobs(NEW, lead_channels(
            (SELECT settings FROM lead_form(NEW.website_id, coalesce(NEW.data -> '_about' ->> 'form', NEW.form_type)))));
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION deliver_lead IS
    'Writes the jobs that deliver a lead: when it is stored as new, and when it turns out to be no spam. A channel that confirmed it '
    'already, by its flag, gets none. Of who asks for a newsletter the owner hears once that is confirmed.';

CREATE FUNCTION claimed_subscriber(site uuid, job uuid) RETURNS TABLE (id uuid, email text, page text, nonce uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.id, n.email, n.page, n.nonce
    FROM outbox o
    JOIN form_submissions s ON s.id = o.submission_id AND s.status IS DISTINCT FROM 'spam'
    JOIN newsletter_subscribers n ON n.submission_id = s.id AND n.website_id = o.website_id
    WHERE o.id = job AND o.website_id = site AND o.kind = 'newsletter_confirm' AND o.state = 'waiting' AND o.lease IS NOT NULL
        AND n.confirmed_at IS NULL
$$;
COMMENT ON FUNCTION claimed_subscriber IS 'Who is to be asked to confirm, while a job to do so is claimed. No row: nobody (any more).';

CREATE FUNCTION may_ask_subscriber(site uuid, job uuid, who bytea) RETURNS boolean
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
    INSERT INTO newsletter_mails (recipient, job) VALUES (who, may_ask_subscriber.job);
    DELETE FROM newsletter_mails WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM newsletter_mails WHERE sent_at < now() - interval '2 days' LIMIT 100 FOR UPDATE SKIP LOCKED));
    DELETE FROM newsletter_subscribers WHERE id = ANY (ARRAY(
        SELECT id FROM newsletter_subscribers WHERE confirmed_at IS NULL AND requested_at < now() - interval '7 days'
        LIMIT 100 FOR UPDATE SKIP LOCKED));
    RETURN true;
END
$$;
COMMENT ON FUNCTION may_ask_subscriber IS
    'Whether one more question may be sent to an address, known by its digest: three a day, on all sites together. Counts it, and forgets '
    'what is old.';

CREATE FUNCTION confirm_subscriber(site uuid, subscriber uuid, proof uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent form_submissions;
    wishes jsonb;
BEGIN
    SELECT s.* INTO sent FROM form_submissions s JOIN newsletter_subscribers n ON n.submission_id = s.id WHERE n.id = subscriber;
    UPDATE newsletter_subscribers n SET confirmed_at = now(), submission_id = NULL
    WHERE n.id = subscriber AND n.website_id = site AND n.nonce = proof AND n.confirmed_at IS NULL;
    IF NOT FOUND THEN
        RETURN (SELECT 'already' FROM newsletter_subscribers n WHERE n.id = subscriber AND n.website_id = site AND n.nonce = proof);
    END IF;
    IF sent.id IS NOT NULL THEN
        wishes = (SELECT settings FROM lead_form(site, coalesce(sent.data -> '_about' ->> 'form', sent.form_type)));
        PERFORM write_lead_jobs(sent, CASE WHEN wishes ->> 'email_notifications' = 'true' THEN lead_channels(wishes)
            ELSE array_remove(lead_channels(wishes), 'email') END);
    END IF;
    RETURN 'confirmed';
END
$$;
COMMENT ON FUNCTION confirm_subscriber IS
    'Somebody followed the link that was mailed: confirmed, or already; NULL: there is nobody (any more) with this proof. The owner is '
    'told by webhook and WhatsApp as of a lead, by e-mail only where the form asks for it.';

CREATE FUNCTION leave_newsletter(site uuid, subscriber uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (DELETE FROM newsletter_subscribers WHERE id = subscriber AND website_id = site RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)
$$;
COMMENT ON FUNCTION leave_newsletter IS 'Somebody unsubscribed, whether they had confirmed or not: nothing is kept of them here.';

REVOKE EXECUTE ON FUNCTION
    add_subscriber(form_submissions), write_lead_jobs(form_submissions, text[]), claimed_subscriber(uuid, uuid),
    may_ask_subscriber(uuid, uuid, bytea), confirm_subscriber(uuid, uuid, uuid), leave_newsletter(uuid, uuid)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION claimed_subscriber(uuid, uuid), may_ask_subscriber(uuid, uuid, bytea), '
        'confirm_subscriber(uuid, uuid, uuid), leave_newsletter(uuid, uuid) TO tapsite_edge');
