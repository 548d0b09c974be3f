-- How long leads are kept: addresses are blanked, leads end with their site's retention, and what was erased stays so.
-- compatible_from: 0036

CREATE TABLE form_erasures (
    website_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, submission_id)
);
CREATE INDEX form_erasures_erased_at ON form_erasures (erased_at);

COMMENT ON TABLE form_erasures IS
    'Leads that were deleted, whoever did it: workers delete what lies on disk of them, and what waited there is not stored again. '
    'Written by a trigger; kept for a year.';
COMMENT ON COLUMN form_erasures.submission_id IS 'What was a row of form_submissions.';
COMMENT ON COLUMN form_erasures.website_id IS 'Whose it was. No foreign key: a deleted site''s files are deleted too.';
COMMENT ON COLUMN form_erasures.erased_at IS 'When. What is sent later under the same id is another lead.';

CREATE FUNCTION note_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO form_erasures (submission_id, website_id) VALUES (OLD.id, OLD.website_id)
    ON CONFLICT (website_id, submission_id) DO UPDATE SET erased_at = now();
    -- Sent again, it is new.
    DELETE FROM form_receipts WHERE website_id = OLD.website_id AND submission_id = OLD.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_erasure IS 'Writes form_erasures.';
CREATE TRIGGER note_erasure AFTER DELETE ON form_submissions FOR EACH ROW EXECUTE FUNCTION note_erasure();

CREATE INDEX form_submissions_with_address ON form_submissions (created_at)
    WHERE ip_address IS NOT NULL OR user_agent IS NOT NULL;

CREATE FUNCTION blank_lead_addresses(days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    blanked integer;
BEGIN
    UPDATE form_submissions SET ip_address = NULL, user_agent = NULL
    WHERE id IN (
        SELECT id FROM form_submissions
        WHERE (ip_address IS NOT NULL OR user_agent IS NOT NULL) AND created_at < now() - make_interval(days => greatest(days, 0))
        ORDER BY created_at LIMIT most FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS blanked = ROW_COUNT;
    RETURN blanked;
END
$$;
COMMENT ON FUNCTION blank_lead_addresses IS 'Takes address and user agent out of leads that are so many days old; returns of how many.';

CREATE FUNCTION purge_leads(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    WITH kept AS (
        -- What was bought counts, also when it lapsed: a lapsed tier loses nothing.
        SELECT w.id, (SELECT (value -> u.subscription_tier::text ->> 'retention_days')::integer FROM system_config
            WHERE key = 'tier_rights' AND jsonb_typeof(value -> u.subscription_tier::text -> 'retention_days') = 'number') AS days
        FROM websites w JOIN users u ON u.id = w.user_id
    ), old AS (
        SELECT s.id FROM kept k JOIN form_submissions s ON s.website_id = k.id
        WHERE k.days > 0 AND s.created_at < now() - make_interval(days => least(k.days, 36500))
        LIMIT most
    ), purged AS (
        DELETE FROM form_submissions s USING old WHERE s.id = old.id RETURNING s.website_id
    ), logged AS (
        INSERT INTO audit_logs (action, entity_type, entity_id, new_values, changes_summary)
        SELECT 'lead.purged', 'website', website_id, jsonb_build_object('leads', count(*)), 'kept for as long as the tier says'
        FROM purged GROUP BY website_id
        RETURNING (new_values ->> 'leads')::integer AS leads
    )
    SELECT coalesce(sum(leads), 0) INTO gone FROM logged;
    DELETE FROM form_erasures WHERE erased_at < now() - interval '1 year';
    RETURN gone;
END
$$;
COMMENT ON FUNCTION purge_leads IS
    'Deletes leads beyond the retention of their site''s tier (system_config, tier_rights), at most so many; returns how many. A line of '
    'the log for each site says so.';

CREATE FUNCTION withdraw_consent(site uuid, lead uuid, actor uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about form_submissions;
BEGIN
    DELETE FROM form_submissions WHERE id = lead AND website_id = site RETURNING * INTO about;
    -- What still waits on disk somewhere must not come later.
    INSERT INTO form_erasures (submission_id, website_id) VALUES (lead, site)
    ON CONFLICT (website_id, submission_id) DO UPDATE SET erased_at = now();
    INSERT INTO audit_logs (action, entity_type, entity_id, user_id, old_values, changes_summary)
    VALUES ('lead.withdrawn', 'form_submission', lead, actor,
        jsonb_build_object('website_id', site, 'form_type', about.form_type, 'received_at', about.created_at, 'stored', about.id IS NOT NULL),
        'consent withdrawn');
    RETURN about.id IS NOT NULL;
END
$$;
COMMENT ON FUNCTION withdraw_consent IS
    'Erases a lead of a site with its deliveries, those that wait among them; its files and what waits on disk follow within a minute. '
    'False where it was not stored. The log names the lead and nothing that was in it.';

REVOKE EXECUTE ON FUNCTION blank_lead_addresses(integer, integer), purge_leads(integer), withdraw_consent(uuid, uuid, uuid) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON form_erasures TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION blank_lead_addresses(integer, integer), purge_leads(integer) TO tapsite_maintain');
