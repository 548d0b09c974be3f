-- Where a session came from, looked up in the index.
-- compatible_from: 0038

CREATE OR REPLACE FUNCTION referrer_origin(referrer text, utm_source text, tagged boolean, OUT channel text, OUT name text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    given text := lower(substring(referrer FROM '^https?://([^/:?#]+)'));
    bare text;
    labels text[];
    found referrer_sources%ROWTYPE;
BEGIN
    IF given IS NOT NULL THEN
        labels := string_to_array(trim(TRAILING '.' FROM given), '.');
        bare := regexp_replace(given, '^(www|m)\.', '');
        SELECT s.* INTO found FROM referrer_sources s
        WHERE s.host = ANY(ARRAY(SELECT array_to_string(labels[first:], '.') FROM generate_series(1, least(cardinality(labels), 8)) AS first))
            AND (s.below OR s.host IN (given, bare))
        ORDER BY length(s.host) DESC LIMIT 1;
    END IF;
    -- Assistants tag their links with their own name, and often send no referrer.
    IF found.channel IS DISTINCT FROM 'ai' AND tagged THEN
        SELECT s.* INTO found FROM referrer_sources s WHERE s.host = lower(utm_source) AND s.channel = 'ai';
        IF found.channel IS NULL THEN
            channel := 'campaign';
            name := left(utm_source, 100);
            RETURN;
        END IF;
    END IF;
    channel := coalesce(found.channel, CASE WHEN given IS NULL THEN 'direct' ELSE 'referral' END);
    name := coalesce(found.name, left(bare, 100), '');
END
$$;
