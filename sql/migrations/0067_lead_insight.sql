-- Where a service may read leads: off, and nothing of the program's own reads them.
-- compatible_from: 0042

COMMENT ON COLUMN outbox.kind IS
    'What is to be done, and by which part of the program. indexnow: tell search engines what changed. lead_email, lead_webhook, '
    'lead_whatsapp: deliver a lead. lead_alert: tell an owner that a channel fails. newsletter_confirm: ask a subscriber to confirm. '
    'lead_insight: have a lead read by a service.';

INSERT INTO system_config (key, value, description) VALUES
('lead_insight', 'false', 'Whether new leads are read by the service that the program was given (ai_summary, ai_sentiment); without one they never are');

CREATE FUNCTION have_lead_read() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM system_config WHERE key = 'lead_insight' AND value = 'true') THEN
        INSERT INTO outbox (website_id, kind, submission_id) VALUES (NEW.website_id, 'lead_insight', NEW.id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION have_lead_read IS 'Writes the job that has a new lead read, where system_config.lead_insight is true.';
CREATE TRIGGER have_lead_read AFTER INSERT ON form_submissions
    FOR EACH ROW WHEN ((NEW.status IS NULL OR NEW.status = 'new') AND NEW.is_ai_processed IS NOT TRUE) EXECUTE FUNCTION have_lead_read();

CREATE FUNCTION note_insight(site uuid, job uuid, summary text, sentiment text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE form_submissions s
    SET is_ai_processed = true, ai_summary = left(summary, 2000), ai_sentiment = left(sentiment, 20)
    FROM outbox o
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_insight' AND o.state = 'waiting' AND o.lease IS NOT NULL
        AND s.id = o.submission_id AND s.website_id = site;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION note_insight IS 'What a service made of a lead, while a job to have it read is claimed.';

REVOKE EXECUTE ON FUNCTION note_insight(uuid, uuid, text, text) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION note_insight(uuid, uuid, text, text) TO tapsite_edge');
