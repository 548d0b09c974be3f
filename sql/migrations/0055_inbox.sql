-- The owner's inbox: leads by site and time, their words for looking one up, and who changed their status when.
-- compatible_from: 0038

CREATE FUNCTION lead_tokens(said text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (array_remove(string_to_array(translate(lower(left(said, 4000)),
        E'\t\n\r!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', repeat(' ', 36)), ' '), ''))[1:300];
END
$$;
COMMENT ON FUNCTION lead_tokens IS 'The words of a text as leads are found by them: split at blanks and ASCII''s punctuation, in lower case.';

CREATE FUNCTION lead_words(site uuid, name text, email text, phone text, data jsonb) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    known text := concat_ws(' ', name, email, phone, '0' || substring(phone FROM '^\+62(\d+)$'));
    answers text;
BEGIN
    -- Keys that begin with an underscore are the program's own.
    IF pg_column_size(data #> '{}') <= 400000 THEN
        SELECT string_agg(value #>> '{}', ' ') INTO answers
        FROM jsonb_each(data) AS answer (key, given), jsonb_path_query(given, 'strict $.** ? (@.type() == "string")') AS value
        WHERE answer.key NOT LIKE '\_%';
    END IF;
    RETURN array_to_tsvector(ARRAY(
        SELECT left(site::text, 13) || left(token, 40) FROM unnest(lead_tokens(concat_ws(' ', known, answers))) AS token));
EXCEPTION
    WHEN OTHERS THEN
        RETURN ''; -- no words are better than a lead that is not stored
END
$$;
COMMENT ON FUNCTION lead_words IS
    'The words that a lead is found by, each behind the beginning of its site''s id: an index of them reads no other tenant''s.';

ALTER TABLE form_submissions ADD COLUMN words tsvector
    GENERATED ALWAYS AS (lead_words(website_id, submitter_name, submitter_email, submitter_phone, data)) STORED;
COMMENT ON COLUMN form_submissions.words IS 'lead_words() of the row: read by the inbox''s search.';
CREATE INDEX form_submissions_words ON form_submissions USING gin (words);

CREATE FUNCTION lead_query(site uuid, said text) RETURNS tsquery
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg(quote_literal(left(site::text, 13) || left(token, 40)) || ':*', ' & ')::tsquery
    FROM unnest((lead_tokens(left(said, 200)))[1:6]) AS token
$$;
COMMENT ON FUNCTION lead_query IS 'Every word of a text must begin a word of the lead; NULL where it has none.';

CREATE FUNCTION leads_with_words(site uuid, said text, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
    SELECT s.id FROM form_submissions s
    WHERE s.words @@ lead_query(site, said) AND s.website_id = site
        AND EXISTS (SELECT FROM websites w WHERE w.id = site AND w.user_id = app_user_id())
    LIMIT most
$$;
COMMENT ON FUNCTION leads_with_words IS
    'Leads of a site of the owner for whom the console works that have these words, in no order. Row-level security lets no index of words '
    'be used before it has seen the rows, and a site may have 100,000 of them.';
REVOKE EXECUTE ON FUNCTION leads_with_words(uuid, text, integer) FROM PUBLIC;

CREATE INDEX form_submissions_by_time ON form_submissions (website_id, created_at DESC, id DESC);
CREATE INDEX form_submissions_by_status ON form_submissions (website_id, status, created_at DESC, id DESC);
-- Both begin with the site; and by status alone one would read all tenants' leads.
DROP INDEX idx_form_submissions_website_id, idx_form_submissions_status;

CREATE FUNCTION settle_lead() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.status = coalesce(NEW.status, 'new');
    NEW.created_at = coalesce(NEW.created_at, now());
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION settle_lead IS 'A lead without a status or a time would be in no list.';
CREATE TRIGGER settle_lead BEFORE INSERT OR UPDATE OF status, created_at ON form_submissions
    FOR EACH ROW WHEN (NEW.status IS NULL OR NEW.created_at IS NULL) EXECUTE FUNCTION settle_lead();
UPDATE form_submissions SET status = coalesce(status, 'new'), created_at = coalesce(created_at, now())
    WHERE status IS NULL OR created_at IS NULL;

CREATE TABLE lead_changes (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    submission_id uuid NOT NULL REFERENCES form_submissions (id) ON DELETE CASCADE,
    user_id uuid,
    was text,
    became text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lead_changes_submission_id ON lead_changes (submission_id, id);
CREATE INDEX lead_changes_website_id ON lead_changes (website_id);
COMMENT ON TABLE lead_changes IS
    'Which status a lead had when, and who changed it. Written by a trigger, whoever changes it; read by the console; goes with the lead.';
COMMENT ON COLUMN lead_changes.user_id IS
    'The owner for whom the console worked (app.user_id); NULL: another program. No foreign key: it is told apart, not looked up.';
COMMENT ON COLUMN lead_changes.submission_id IS 'The lead.';
COMMENT ON COLUMN lead_changes.changed_at IS 'When it was changed.';
COMMENT ON COLUMN lead_changes.was IS 'form_submissions.status before.';
COMMENT ON COLUMN lead_changes.became IS 'form_submissions.status since then.';

CREATE FUNCTION keep_lead_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO lead_changes (website_id, submission_id, user_id, was, became)
    VALUES (NEW.website_id, NEW.id, app_user_id(), OLD.status, NEW.status);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION keep_lead_change IS 'Writes lead_changes.';
CREATE TRIGGER keep_lead_change AFTER UPDATE OF status ON form_submissions
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION keep_lead_change();

INSERT INTO owner_rows (table_name, seen) VALUES
    ('lead_changes', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON lead_changes TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION leads_with_words(uuid, text, integer) TO tapsite_console');
