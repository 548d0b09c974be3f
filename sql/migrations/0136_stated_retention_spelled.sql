-- How long a site keeps its leads is read as its pages read it, however a generator spells the keys: what visitors are promised is done.
-- compatible_from: 0055

CREATE FUNCTION stated_retention(config jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN days BETWEEN 1 AND 36500 THEN days::integer END
    FROM (SELECT substring(snake_keys(snake_keys(config) -> 'privacy') ->> 'retention_days' FROM '^\s*\+?(\d{1,9})(?:\.0+)?\s*$')::numeric AS days) AS said
$$;
COMMENT ON FUNCTION stated_retention IS
    'Days that a site''s config says leads are kept (privacy.retention_days, a number or a text of one); NULL where it says nothing usable.';

CREATE OR REPLACE FUNCTION purge_leads(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    WITH kept AS (
        SELECT w.id,
            -- What was bought counts, also when it lapsed: a lapsed tier loses nothing.
            (SELECT (value -> u.subscription_tier::text ->> 'retention_days')::numeric FROM system_config
                WHERE key = 'tier_rights' AND jsonb_typeof(value -> u.subscription_tier::text -> 'retention_days') = 'number') AS bought,
            stated_retention(w.config) AS stated
        FROM websites w JOIN users u ON u.id = w.user_id
    ), limits AS (
        SELECT id, least(CASE WHEN bought > 0 THEN bought END, stated, 36500)::integer AS days
        FROM kept
        WHERE bought > 0 OR stated IS NOT NULL
    ), old AS (
        SELECT s.id FROM limits k JOIN form_submissions s ON s.website_id = k.id
        WHERE s.created_at < now() - make_interval(days => k.days)
        LIMIT most
    ), purged AS (
        DELETE FROM form_submissions s USING old WHERE s.id = old.id RETURNING s.website_id
    ), logged AS (
        INSERT INTO audit_logs (action, entity_type, entity_id, new_values, changes_summary)
        SELECT 'lead.purged', 'website', website_id, jsonb_build_object('leads', count(*)), 'kept for as long as the site and its tier say'
        FROM purged GROUP BY website_id
        RETURNING (new_values ->> 'leads')::integer AS leads
    )
    SELECT coalesce(sum(leads), 0) INTO gone FROM logged;
    DELETE FROM form_erasures WHERE erased_at < now() - interval '1 year';
    RETURN gone;
END
$$;
