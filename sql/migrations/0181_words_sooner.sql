-- Words that few leads of all of an owner's sites have are found by their index alone; where many have them, the newest leads are read,
-- in steps that grow.
-- compatible_from: 0104

CREATE OR REPLACE FUNCTION owner_leads_with_words(
    said text, wanted text[], called text, before_at timestamptz, before_id uuid, most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    few CONSTANT integer := 2000;
    tokens CONSTANT text[] := (lead_tokens(left(said, 200)))[1:6];
    sites uuid[];
    queries tsquery[];
    having_them uuid[];
    found_ones uuid[] := '{}';
    step text;
    since timestamptz;
BEGIN
    SELECT array_agg(w.id), array_agg(( -- lead_query() of each
        SELECT string_agg(quote_literal(left(w.id::text, 13) || left(token, 40)) || ':*', ' & ')::tsquery FROM unnest(tokens) AS token
    )) INTO sites, queries
    FROM websites w
    WHERE w.user_id = app_user_id() AND w.deleted_at IS NULL
        AND (called = '' OR strpos(lower(concat_ws(' ', w.title, w.subdomain)), called) > 0
            OR EXISTS (SELECT FROM website_domains d WHERE d.website_id = w.id AND strpos(d.host, called) > 0));

    -- IS TRUE: by the index of words alone; that of sites would be read as well, a thousand times.
    having_them := ARRAY(
        SELECT f.id FROM unnest(sites, queries) AS s (id, query) JOIN form_submissions f ON f.words @@ s.query AND (f.website_id = s.id) IS TRUE
        LIMIT few + 1);
    IF cardinality(having_them) <= few THEN
        RETURN QUERY SELECT f.id FROM form_submissions f
            WHERE f.id = ANY(having_them) AND f.status = ANY(wanted) AND (f.created_at, f.id) < (before_at, before_id)
            ORDER BY f.created_at DESC, f.id DESC
            LIMIT most;
        RETURN;
    END IF;

    FOREACH step IN ARRAY '{1 day,8 days,64 days,ever}'::text[] LOOP
        EXIT WHEN cardinality(found_ones) >= most;
        since := CASE WHEN step = 'ever' THEN '-infinity' ELSE least(before_at, now()) - step::interval END;
        -- ts_match_vq() is "@@" that no index knows: it would be read for all times at each step.
        found_ones := found_ones || ARRAY(
            SELECT l.id FROM unnest(sites, queries) AS s (id, query) CROSS JOIN LATERAL (
                SELECT f.id, f.created_at FROM form_submissions f
                WHERE f.website_id = s.id AND f.created_at >= since AND (f.created_at, f.id) < (before_at, before_id)
                    AND f.status = ANY(wanted) AND ts_match_vq(f.words, s.query)
                ORDER BY f.created_at DESC, f.id DESC
                LIMIT most - cardinality(found_ones)) AS l
            ORDER BY l.created_at DESC, l.id DESC
            LIMIT most - cardinality(found_ones));
        before_at := since;
        before_id := '00000000-0000-0000-0000-000000000000';
    END LOOP;
    RETURN QUERY SELECT unnest(found_ones);
END
$$;

-- Each look reads all words that wait to be put in order, and this one looks a thousand times.
ALTER INDEX form_submissions_words SET (fastupdate = off);
DO $$ BEGIN PERFORM gin_clean_pending_list('form_submissions_words'); END $$;
