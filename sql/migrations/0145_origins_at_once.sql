-- Where sessions came from, for many at once: one by one, each was planned anew where a range of days is summed, and a site that is
-- linked to from thousands of addresses had no statistics.
-- compatible_from: 0104

CREATE FUNCTION referrer_origins(referrers text[], utm_sources text[], tags boolean[])
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
        SELECT i.host, regexp_replace(i.host, '^(www|m)\.', '') AS bare, string_to_array(trim(TRAILING '.' FROM i.host), '.') AS labels
    ) AS h
    LEFT JOIN LATERAL (
        SELECT s.channel, s.name FROM referrer_sources s
        WHERE s.host = ANY(ARRAY(
                SELECT array_to_string(h.labels[first:], '.') FROM generate_series(1, least(cardinality(h.labels), 8)) AS first
            )) AND (s.below OR s.host IN (h.host, h.bare))
        ORDER BY length(s.host) DESC LIMIT 1
    ) AS f ON true
    LEFT JOIN referrer_sources a ON g.tagged AND a.host = lower(g.utm_source) AND a.channel = 'ai'
$$;
COMMENT ON FUNCTION referrer_origins IS
    'Channel and name of where sessions came from, line by line: an assistant, else a campaign, else what referrer_sources says of the host or '
    'of one above it.';
REVOKE EXECUTE ON FUNCTION referrer_origins(text[], text[], boolean[]) FROM PUBLIC;
COMMENT ON FUNCTION referrer_origin IS 'As referrer_origins, of one session: for workers of releases before 0145.';
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION referrer_origins(text[], text[], boolean[]) TO tapsite_maintain');

-- As the roll-up finds sessions, of one site, and nothing that tells a visitor apart leaves it.
CREATE OR REPLACE FUNCTION told_visits(
    site uuid, dates date[], begins timestamptz[], finishes timestamptz[], afters timestamptz[], turnings timestamptz[],
    clocks integer[], later_clocks integer[], only_page text, only_channel text, only_source text, only_device text,
    only_country text, most integer, most_countries integer
) RETURNS TABLE (
    list text, name text, detail text, views bigint, sessions bigint, visitors bigint, session_seconds bigint, bounces bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '64MB' SET plan_cache_mode = 'force_custom_plan'
    SET enable_seqscan = off AS $$ -- else a month of all sites is read for some days of one
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH day AS MATERIALIZED (
        SELECT w.id AS website_id, d.*
        FROM unnest(dates, begins, finishes, afters, turnings, clocks, later_clocks)
            WITH ORDINALITY AS d (date, starts, ends, nexts, turns, clock, later_clock, day)
        JOIN websites w ON w.id = site AND w.user_id = app_user_id()
    ), seen AS NOT MATERIALIZED (
        SELECT d.day, hashtextextended(v.visitor_hash, d.day) AS visitor, v.*
        FROM day d JOIN page_views v ON v.website_id = d.website_id AND v.created_at >= d.starts AND v.created_at < d.ends
    ), followed AS (
        SELECT *, row_number() OVER visits AS place, lag(created_at) OVER visits AS former_at, lead(created_at) OVER visits AS next_at,
                lag(page_path) OVER visits AS former_path
        FROM seen WHERE visitor_hash IS NOT NULL
        WINDOW visits AS (PARTITION BY visitor ORDER BY created_at, id)
    ), marked AS (
        -- The views that begin a session, and each visitor's last.
        SELECT *, former_at IS NULL OR created_at - former_at >= interval '30 minutes' AS begins
        FROM followed WHERE former_at IS NULL OR created_at - former_at >= interval '30 minutes' OR next_at IS NULL
    ), ended AS (
        SELECT *, lead(place) OVER visits AS next_place, lead(former_at) OVER visits AS ends_before, lead(created_at) OVER visits AS ends_at,
                lead(former_path) OVER visits AS path_before, lead(page_path) OVER visits AS path_at
        FROM marked WINDOW visits AS (PARTITION BY visitor ORDER BY created_at, id)
    ), run AS (
        -- What is told of a session is told of its first view.
        SELECT e.*, former_at IS NULL AS is_first, another IS NOT TRUE AS is_last,
            coalesce(next_place - place + (NOT another)::integer, 1)::integer AS views,
            floor(extract(epoch FROM CASE WHEN another THEN ends_before ELSE coalesce(ends_at, created_at) END - created_at))::integer AS seconds,
                CASE WHEN another THEN path_before WHEN ends_at IS NULL THEN page_path ELSE path_at END AS exit_path
        FROM ended e, LATERAL (SELECT ends_at - ends_before >= interval '30 minutes' AS another) AS next WHERE begins
    ), nights AS MATERIALIZED (
        SELECT array_agg(website_id) AS website_ids, array_agg(midnight) AS midnights, array_agg(ends) AS ends
        FROM (SELECT website_id, starts, ends FROM day UNION SELECT website_id, ends, nexts FROM day) AS night (website_id, midnight, ends)
    ), crossing AS MATERIALIZED (
        SELECT c.* FROM nights n, midnight_crossings(n.website_ids, n.midnights, n.ends) AS c
    ), beyond AS MATERIALIZED (
        -- Visitors whose first session began the day before, or whose last went on after midnight, and how long.
        SELECT visitor, bool_or(arrives) AS arrives, max(views) AS views, max(seconds) AS seconds
        FROM (
            SELECT hashtextextended(c.morning_hash, d.day) AS visitor, true AS arrives, 0 AS views, 0 AS seconds
            FROM crossing c JOIN day d ON d.website_id = c.website_id AND d.starts = c.midnight
            UNION ALL
            SELECT hashtextextended(c.evening_hash, d.day), false, c.views, c.seconds
            FROM crossing c JOIN day d ON d.website_id = c.website_id AND d.ends = c.midnight
            UNION ALL
            SELECT visitor, crossed_views = 0, crossed_views, coalesce(crossed_seconds, 0) FROM seen
            WHERE crossed_views IS NOT NULL AND visitor_hash IS NOT NULL
        ) AS crossed GROUP BY visitor
    ), visit AS MATERIALIZED (
        SELECT day, created_at, coalesce(page_path, '') COLLATE "C" AS path,
            coalesce(referrer, '') COLLATE "C" AS referrer, coalesce(utm_source, '') COLLATE "C" AS utm_source,
            coalesce(utm_medium, '') COLLATE "C" AS utm_medium, coalesce(utm_campaign, '') COLLATE "C" AS utm_campaign,
            coalesce(device_type, '') COLLATE "C" AS device, coalesce(browser, '') COLLATE "C" AS browser,
            coalesce(os, '') COLLATE "C" AS os, coalesce(country, '') COLLATE "C" AS country, coalesce(city, '') COLLATE "C" AS city,
            coalesce(exit_path, '') COLLATE "C" AS exit_path, views, sessions, visitors, seconds, bounces, exits
        FROM (
            SELECT r.day, r.created_at, page_path, referrer, utm_source, utm_medium, utm_campaign, device_type, browser, os, country, city, r.views,
                told.sessions, is_first::integer AS visitors, told.sessions * (r.seconds + told.later_seconds) AS seconds,
                told.sessions * (r.views + told.later_views = 1)::integer AS bounces,
                r.exit_path, (told.later_views = 0)::integer AS exits
            FROM run r LEFT JOIN beyond b ON b.visitor = r.visitor AND (r.is_first OR r.is_last)
            CROSS JOIN LATERAL (
                SELECT 1 - (r.is_first AND b.arrives IS TRUE)::integer AS sessions,
                    CASE WHEN r.is_last THEN coalesce(b.views, 0) ELSE 0 END AS later_views,
                    CASE WHEN r.is_last THEN coalesce(b.seconds, 0) ELSE 0 END AS later_seconds
            ) AS told
            UNION ALL
            -- Without a hash a view belongs to no session.
            SELECT day, created_at, page_path, referrer, utm_source, utm_medium, utm_campaign, device_type, browser, os, country, city, 1, 0, 0, 0, 0, NULL, 0
            FROM seen WHERE visitor_hash IS NULL
        ) AS told
    ), origin AS MATERIALIZED (
        SELECT o.* FROM (
            SELECT array_agg(referrer) AS referrers, array_agg(utm_source) AS utm_sources, array_agg(tagged) AS tagged
            FROM (SELECT DISTINCT referrer, utm_source, utm_source || utm_medium || utm_campaign <> '' AS tagged FROM visit) AS sent
        ) AS asked, referrer_origins(asked.referrers, asked.utm_sources, asked.tagged) AS o
    ), chosen AS MATERIALIZED (
        SELECT v.*, o.channel, o.name
        FROM visit v JOIN origin o ON o.referrer = v.referrer AND o.utm_source = v.utm_source
            AND o.tagged = (v.utm_source || v.utm_medium || v.utm_campaign <> '')
        WHERE (only_page IS NULL OR v.path = only_page) AND (only_channel IS NULL OR o.channel = only_channel)
            AND (only_source IS NULL OR o.name = only_source) AND (only_device IS NULL OR v.device = only_device)
            AND (only_country IS NULL OR v.country = only_country)
    )
    (SELECT 'entries', path::text, ''::text, sum(sessions)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE sessions > 0 GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'exits', exit_path::text, ''::text, sum(exits)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE exits > 0 GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'channels', channel::text, ''::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE true GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'sources', name::text, channel::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE channel NOT IN ('direct', 'campaign') GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'countries', country::text, ''::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE true GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most_countries)
    UNION ALL
    (SELECT 'cities', city::text, country::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE city <> '' GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'devices', device::text, ''::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE true GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'browsers', browser::text, ''::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE true GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'campaigns', utm_campaign::text, utm_source || CASE WHEN utm_medium <> '' THEN ' / ' || utm_medium ELSE '' END::text, sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, 0::bigint, 0::bigint
    FROM chosen WHERE utm_source || utm_medium || utm_campaign <> '' GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT most)
    UNION ALL
    (SELECT 'days', d.date::text, '', sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint, sum(seconds)::bigint,
        sum(bounces)::bigint
    FROM chosen JOIN day d USING (day) GROUP BY 2)
    UNION ALL
    (SELECT 'hours', ((floor(date_part('epoch', created_at))::bigint + CASE WHEN created_at < turns THEN clock ELSE later_clock END)
        % 86400 / 3600)::text, '', sum(sessions)::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint
    FROM chosen JOIN day d USING (day) WHERE sessions > 0 GROUP BY 2);
END
$$;
