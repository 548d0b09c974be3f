-- Leads of all sites of an owner are looked up at once: site by site each lookup was planned anew, and a word that one site has often was
-- looked for in every lead of the others.
-- compatible_from: 0104

CREATE FUNCTION owner_leads_with_words(
    said text, wanted text[], called text, before_at timestamptz, before_id uuid, most integer
) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
    WITH said AS MATERIALIZED (
        SELECT (lead_tokens(left(said, 200)))[1:6] AS tokens
    ), site AS MATERIALIZED (
        SELECT w.id, ( -- lead_query() of each
            SELECT string_agg(quote_literal(left(w.id::text, 13) || left(token, 40)) || ':*', ' & ')::tsquery FROM unnest(s.tokens) AS token
        ) AS query
        FROM websites w CROSS JOIN said s
        WHERE w.user_id = app_user_id() AND w.deleted_at IS NULL
            AND (called = '' OR strpos(lower(concat_ws(' ', w.title, w.subdomain)), called) > 0
                OR EXISTS (SELECT FROM website_domains d WHERE d.website_id = w.id AND strpos(d.host, called) > 0))
    )
    SELECT f.id FROM site s JOIN form_submissions f ON f.words @@ s.query AND f.website_id = s.id
    WHERE f.status = ANY(wanted) AND (f.created_at, f.id) < (before_at, before_id)
    ORDER BY f.created_at DESC, f.id DESC
    LIMIT most
$$;
COMMENT ON FUNCTION owner_leads_with_words IS
    'The newest leads before a place, of all sites of the owner for whom the console works, or of those called so, that have a status and these '
    'words. As leads_with_words(), behind row-level security.';
REVOKE EXECUTE ON FUNCTION owner_leads_with_words(text, text[], text, timestamptz, uuid, integer) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION owner_leads_with_words(text, text[], text, timestamptz, uuid, integer) TO tapsite_console');
