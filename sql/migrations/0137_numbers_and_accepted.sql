-- A number that another program named gets leads once the site's owner has confirmed it; and whoever's mailbox was full is tried again
-- without mailing it to the others twice.
-- compatible_from: 0055

CREATE TABLE lead_numbers (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    number text NOT NULL CHECK (number ~ '^\+[0-9]{5,15}$'),
    owner_id uuid NOT NULL,
    confirmed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, number)
);
COMMENT ON TABLE lead_numbers IS
    'Telephone numbers beside the site''s own that its owner confirmed: leads may be told there (whatsapp_to). Written by the console.';
COMMENT ON COLUMN lead_numbers.website_id IS 'Whose leads.';
COMMENT ON COLUMN lead_numbers.confirmed_at IS 'When its owner said that leads may be told there.';
COMMENT ON COLUMN lead_numbers.number IS 'E.164, with its plus.';
COMMENT ON COLUMN lead_numbers.owner_id IS 'Who confirmed it: in other hands it has to be confirmed anew. No foreign key: it is told apart, not looked up.';

CREATE FUNCTION confirm_number(site uuid, phone text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO lead_numbers (website_id, number, owner_id)
    SELECT w.id, phone, w.user_id FROM websites w WHERE w.id = site AND w.user_id = (SELECT app_user_id())
    ON CONFLICT (website_id, number) DO UPDATE SET owner_id = excluded.owner_id, confirmed_at = now()
$$;
COMMENT ON FUNCTION confirm_number IS 'An owner says that leads may be told to a number. Of another owner''s site nothing happens.';

CREATE FUNCTION number_is_confirmed(site uuid, job uuid, phone text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM outbox o
        JOIN websites w ON w.id = o.website_id
        JOIN lead_numbers n ON n.website_id = w.id AND n.owner_id = w.user_id AND n.number = phone
        WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_whatsapp' AND o.state = 'waiting' AND o.lease IS NOT NULL)
$$;
COMMENT ON FUNCTION number_is_confirmed IS 'Whether a claimed job may tell its lead to a number: the present owner confirmed it.';

CREATE FUNCTION note_accepted(site uuid, job uuid, addresses text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lead uuid;
BEGIN
    SELECT o.submission_id INTO lead FROM outbox o
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_email' AND o.state = 'waiting' AND o.lease IS NOT NULL;
    -- The lead before its jobs, as everybody locks them.
    UPDATE form_submissions SET email_notified = true WHERE id = lead;
    UPDATE outbox o SET payload = jsonb_build_object('accepted', to_jsonb(addresses[1:5]))
    WHERE o.id = job AND o.submission_id = lead AND o.state = 'waiting' AND o.lease IS NOT NULL;
END
$$;
COMMENT ON FUNCTION note_accepted IS
    'The mail server took a claimed job''s lead for these recipients, and is to be asked again for others. It was confirmed, so the flag is set.';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('lead_numbers', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
REVOKE EXECUTE ON FUNCTION confirm_number(uuid, text), number_is_confirmed(uuid, uuid, text), note_accepted(uuid, uuid, text[]) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON lead_numbers TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION confirm_number(uuid, text) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION number_is_confirmed(uuid, uuid, text), note_accepted(uuid, uuid, text[]) TO tapsite_edge');
