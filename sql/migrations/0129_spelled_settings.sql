-- What a form's settings wish for is read here as the program reads it: a generator may spell its keys in camelCase, and say
-- yes and no in other words than JSON's. And whose owner says that a lead is no spam is heard by whoever claims it meanwhile.
-- compatible_from: 0055

CREATE FUNCTION snake_keys(document jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN jsonb_typeof(document) = 'object' THEN coalesce((
        SELECT jsonb_object_agg(
            replace(lower(regexp_replace(e.key, '([a-z0-9])([A-Z])', '\1_\2', 'g')), '-', '_'), e.value ORDER BY e.ordinality)
        FROM jsonb_each(document) WITH ORDINALITY AS e(key, value, ordinality)
        WHERE jsonb_typeof(e.value) <> 'null'), '{}') END
$$;
COMMENT ON FUNCTION snake_keys IS
    'An object with its keys in snake_case, whatever they were spelled in; of two that read alike, the later one, as the program reads '
    'content. NULL for what is no object.';

CREATE FUNCTION wishes_for(settings jsonb, wish text, otherwise boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN lower(settings ->> wish) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
        WHEN lower(settings ->> wish) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false
        ELSE otherwise END
$$;
COMMENT ON FUNCTION wishes_for IS
    'Whether settings, their keys in snake_case, say yes to something; `otherwise` where they do not say, or nobody can tell what.';

CREATE OR REPLACE FUNCTION webhook_url(settings jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT nullif(btrim(coalesce(said ->> 'webhook_url', said ->> 'webhook')), '') FROM snake_keys(settings) AS said
$$;

CREATE OR REPLACE FUNCTION lead_channels(settings jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN wishes_for(settings, 'email_notifications', true) THEN 'email' END,
        CASE WHEN webhook_url(settings) IS NOT NULL THEN 'webhook' END,
        CASE WHEN wishes_for(settings, 'whatsapp_notifications', false) OR btrim(settings ->> 'whatsapp_to') <> '' THEN 'whatsapp' END
    ], NULL)
$$;

CREATE OR REPLACE FUNCTION lead_form(site uuid, form_key text) RETURNS TABLE (fields jsonb, settings jsonb)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    -- Where a form that is offered to all sends leads is nobody's wish: only a site's own row says that.
    SELECT f.fields, CASE WHEN f.website_id IS NOT NULL THEN snake_keys(f.settings) END
    FROM form_templates f
    WHERE (f.website_id = site OR f.website_id IS NULL) AND (f.form_type = form_key OR f.id::text = form_key)
    ORDER BY f.website_id IS NULL, f.is_active DESC, f.created_at DESC, f.id
    LIMIT 1
$$;
COMMENT ON FUNCTION lead_form IS
    'The form that a lead was sent with, chosen as for visitors; settings of the site''s own alone, their keys in snake_case.';

CREATE OR REPLACE FUNCTION deliver_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wishes jsonb;
BEGIN
    IF NEW.form_type = 'newsletter' THEN
        PERFORM add_subscriber(NEW);
    ELSE
        IF TG_OP = 'UPDATE' THEN
            -- Whoever is at one of its jobs may have read that it was spam, and would settle it so. Those that nobody claimed are locked,
            -- too, for as long as nobody else can see what is said here.
            UPDATE outbox SET lease = NULL, next_at = now()
            WHERE submission_id = NEW.id AND kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp') AND state = 'waiting';
        END IF;
        wishes = (SELECT settings FROM lead_form(NEW.website_id, coalesce(NEW.data -> '_about' ->> 'form', NEW.form_type)));
        PERFORM write_lead_jobs(NEW, lead_channels(wishes));
        IF wishes_for(wishes, 'reply', false) AND NEW.submitter_email IS NOT NULL AND TG_OP = 'INSERT' THEN
            INSERT INTO outbox (website_id, kind, submission_id, next_at)
            VALUES (NEW.website_id, 'lead_reply', NEW.id, now() + lead_wait(NEW.data));
        END IF;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION confirm_subscriber(site uuid, subscriber uuid, proof uuid) RETURNS text
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
        PERFORM write_lead_jobs(sent, CASE WHEN wishes_for(wishes, 'email_notifications', false) THEN lead_channels(wishes)
            ELSE array_remove(lead_channels(wishes), 'email') END);
    END IF;
    RETURN 'confirmed';
END
$$;
