-- A recipient whose mail server refuses for good is not asked again while another one of the same lead is put off.
-- compatible_from: 0104

CREATE FUNCTION note_recipients(site uuid, job uuid, accepted text[], refused text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lead uuid;
BEGIN
    SELECT o.submission_id INTO lead FROM outbox o
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_email' AND o.state = 'waiting' AND o.lease IS NOT NULL;
    -- The lead before its jobs, as everybody locks them.
    UPDATE form_submissions SET email_notified = true WHERE id = lead AND cardinality(accepted) > 0;
    UPDATE outbox o
    SET payload = jsonb_build_object('accepted', to_jsonb(accepted[1:5]), 'refused', to_jsonb(refused[1:5]))
    WHERE o.id = job AND o.submission_id = lead AND o.state = 'waiting' AND o.lease IS NOT NULL;
END
$$;
COMMENT ON FUNCTION note_recipients IS
    'Whom the mail server took a claimed job''s lead for, which sets the flag, and whom it refused for good: the next attempt is for others.';
COMMENT ON FUNCTION note_accepted IS 'As note_recipients, without refusals: asked by workers of former releases while they are replaced.';

REVOKE EXECUTE ON FUNCTION note_recipients(uuid, uuid, text[], text[]) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION note_recipients(uuid, uuid, text[], text[]) TO tapsite_edge');
