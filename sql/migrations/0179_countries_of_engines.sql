-- A search engine's hosts in every country are one line of referrer_sources, as its list writes them: google.{} is google.co.id too, and
-- {}.search.yahoo.com is id.search.yahoo.com.
-- compatible_from: 0104

CREATE OR REPLACE FUNCTION referrer_origins(referrers text[], utm_sources text[], tags boolean[])
RETURNS TABLE (referrer text, utm_source text, tagged boolean, channel text, name text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT g.referrer, g.utm_source, g.tagged,
        -- Assistants tag their links with their own name, and often send no referrer.
        CASE WHEN g.tagged AND f.channel IS DISTINCT FROM 'ai' THEN coalesce(a.channel, 'campaign')
            ELSE coalesce(f.channel, CASE WHEN h.host IS NULL THEN 'direct' ELSE 'referral' END) END,
        CASE WHEN g.tagged AND f.channel IS DISTINCT FROM 'ai' AND a.host IS NULL THEN left(g.utm_source, 100)
            WHEN g.tagged AND f.channel IS DISTINCT FROM 'ai' THEN a.name
            ELSE coalesce(f.name, left(h.bare, 100), '') END
    FROM unnest(referrers, utm_sources, tags) AS g (referrer, utm_source, tagged)
    CROSS JOIN LATERAL (SELECT lower(substring(g.referrer FROM '^https?://([^/:?#]+)')) AS host) AS i
    CROSS JOIN LATERAL (
        SELECT i.host, regexp_replace(i.host, '^(www|m)\.', '') AS bare, trim(TRAILING '.' FROM i.host) AS ended
    ) AS h
    CROSS JOIN LATERAL (
        SELECT ARRAY[
            h.host, h.bare,
            regexp_replace(regexp_replace(h.ended, '^(www|m)\.', ''), '\.(com?\.)?[a-z]{2}$', '.{}'), regexp_replace(h.ended, '^[a-z]{2}\.', '{}.')
        ] AS itself, string_to_array(h.ended, '.') AS labels
        OFFSET 0 -- once a host, and not for each line that it is held against
    ) AS spelled
    LEFT JOIN LATERAL (
        SELECT s.channel, s.name
        FROM (
            SELECT unnest(spelled.itself)
            UNION
            SELECT array_to_string(spelled.labels[first:], '.') FROM generate_series(1, least(cardinality(spelled.labels), 8)) AS first
        ) AS candidate (host)
        JOIN referrer_sources s ON s.host = candidate.host
        WHERE s.below OR s.host = ANY(spelled.itself)
        ORDER BY length(s.host) DESC LIMIT 1
    ) AS f ON true
    LEFT JOIN referrer_sources a ON g.tagged AND a.host = lower(g.utm_source) AND a.channel = 'ai'
$$;
COMMENT ON COLUMN referrer_sources.host IS 'In small letters; {} at its begin or end stands for any country.';
