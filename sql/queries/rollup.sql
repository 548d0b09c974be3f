-- Raw views → days in numbers. Looks across tenants: a run sums the days of many sites.

-- One at a time, and its sorts in memory. A plan for any days would take all of them for few: those at hand decide. Views
-- of a few sites are read by the index, not with all that lies between them.
-- scope: platform
-- name: lock_rollup
SELECT pg_advisory_xact_lock(:lock), set_config('work_mem', '128MB', true), set_config('plan_cache_mode', 'force_custom_plan', true),
    CASE WHEN :few_sites THEN set_config('random_page_cost', '1', true) END;

-- Of the sites that wait longest, all hours together: an import of many days is summed once, not with each hour of it.
-- scope: platform
-- name: hours_due
WITH waiting AS MATERIALIZED (
    SELECT website_id, min(id) AS first FROM (SELECT website_id, id FROM views_due ORDER BY id LIMIT 10 * :most) AS oldest GROUP BY website_id
)
SELECT d.website_id, d.hour, array_agg(d.id) AS ids FROM views_due d JOIN waiting w USING (website_id)
GROUP BY w.first, d.website_id, d.hour ORDER BY w.first, d.website_id, d.hour LIMIT :most;

-- scope: platform
-- name: settle_hours!
DELETE FROM views_due WHERE id = ANY(:ids::bigint[]);

-- Midnights that sessions cross, and until when the longest of them goes on.
-- scope: platform
-- name: nights_crossed
SELECT website_id, midnight, max(evening_at + make_interval(secs => seconds + 1)) AS goes_on_until
FROM midnight_crossings(:website_ids::uuid[], :midnights::timestamptz[], :ends::timestamptz[])
GROUP BY website_id, midnight;

-- scope: platform
-- name: zones_of_sites
SELECT id, left(config ->> 'timezone', 100) AS zone FROM websites WHERE id = ANY(:website_ids::uuid[]) ORDER BY id;

-- Sites that have raw views in a stretch of time, with roughly how many.
-- scope: platform
-- name: sites_viewed
SELECT website_id, count(*)::integer AS views FROM page_views
WHERE created_at >= :since AND created_at < :until AND (:website_id::uuid IS NULL OR website_id = :website_id)
GROUP BY website_id ORDER BY website_id;

-- Whole days anew. A day that has fewer views than were counted is left alone: its raw rows are gone, or going. Not so a day
-- that was summed in a zone which the site has left since, where older raw rows, or no older days, say that its own are there.
-- scope: platform
-- name: roll_up_days
WITH day AS MATERIALIZED (
    -- In place of foreign keys of what is written: one lock a site, and whoever deletes the site waits.
    SELECT w.id AS website_id, d.date, d.zone, d.starts, d.ends, d.nexts, d.day::integer AS day
    FROM unnest(:website_ids::uuid[], :dates::date[], :zones::text[], :starts::timestamptz[], :ends::timestamptz[], :nexts::timestamptz[])
        WITH ORDINALITY AS d (website_id, date, zone, starts, ends, nexts, day)
    JOIN websites w ON w.id = d.website_id
    FOR KEY SHARE OF w
), seen AS NOT MATERIALIZED (
    -- A visitor of a day is a number here, which sorts and hashes at a third of what the text costs. How much all the days
    -- hold is known of the first two limits; the planner takes the others for a two-hundredth of it, unless they are hidden.
    SELECT d.day, hashtextextended(v.visitor_hash, d.day) AS visitor, v.*
    FROM day d JOIN page_views v ON v.website_id = d.website_id AND v.created_at >= :first_start AND v.created_at < :last_end
        AND (v.created_at < d.starts) IS NOT TRUE AND (v.created_at >= d.ends) IS NOT TRUE
), followed AS (
    SELECT *, row_number() OVER visits AS place, lag(created_at) OVER visits AS former_at, lead(created_at) OVER visits AS next_at
    FROM seen WHERE visitor_hash IS NOT NULL
    WINDOW visits AS (PARTITION BY visitor ORDER BY created_at, id)
), marked AS (
    -- The views that begin a session, and each visitor's last.
    SELECT *, former_at IS NULL OR created_at - former_at >= interval '30 minutes' AS begins
    FROM followed WHERE former_at IS NULL OR created_at - former_at >= interval '30 minutes' OR next_at IS NULL
), ended AS (
    SELECT *, lead(place) OVER visits AS next_place, lead(former_at) OVER visits AS ends_before, lead(created_at) OVER visits AS ends_at
    FROM marked WINDOW visits AS (PARTITION BY visitor ORDER BY created_at, id)
), run AS (
    -- What is told of a session is told of its first view.
    SELECT e.*, former_at IS NULL AS is_first, another IS NOT TRUE AS is_last,
        coalesce(next_place - place + (NOT another)::integer, 1)::integer AS views,
        floor(extract(epoch FROM CASE WHEN another THEN ends_before ELSE coalesce(ends_at, created_at) END - created_at))::integer AS seconds
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
), contacted AS MATERIALIZED (
    SELECT DISTINCT hashtextextended(c.label, d.day) AS visitor
    FROM website_click_labels c JOIN day d ON d.website_id = c.website_id AND d.date = c.date
), visit AS MATERIALIZED (
    SELECT day, coalesce(page_path, '') COLLATE "C" AS path,
        coalesce(referrer, '') COLLATE "C" AS referrer, coalesce(utm_source, '') COLLATE "C" AS utm_source,
        coalesce(utm_medium, '') COLLATE "C" AS utm_medium, coalesce(utm_campaign, '') COLLATE "C" AS utm_campaign,
        coalesce(device_type, '') COLLATE "C" AS device, coalesce(browser, '') COLLATE "C" AS browser,
        coalesce(os, '') COLLATE "C" AS os, coalesce(country, '') COLLATE "C" AS country, coalesce(city, '') COLLATE "C" AS city,
        views, sessions, visitors, seconds, bounces, contacts
    FROM (
        SELECT r.day, page_path, referrer, utm_source, utm_medium, utm_campaign, device_type, browser, os, country, city, r.views,
            told.sessions, is_first::integer AS visitors, told.sessions * (r.seconds + told.later_seconds) AS seconds,
            told.sessions * (r.views + told.later_views = 1)::integer AS bounces,
            c.visitor IS NOT NULL AS contacts
        FROM run r LEFT JOIN beyond b ON b.visitor = r.visitor AND (r.is_first OR r.is_last)
        LEFT JOIN contacted c ON c.visitor = r.visitor AND r.is_first
        CROSS JOIN LATERAL (
            SELECT 1 - (r.is_first AND b.arrives IS TRUE)::integer AS sessions,
                CASE WHEN r.is_last THEN coalesce(b.views, 0) ELSE 0 END AS later_views,
                CASE WHEN r.is_last THEN coalesce(b.seconds, 0) ELSE 0 END AS later_seconds
        ) AS told
        UNION ALL
        -- Without a hash a view belongs to no session.
        SELECT day, page_path, referrer, utm_source, utm_medium, utm_campaign, device_type, browser, os, country, city, 1, 0, 0, 0, 0, false
        FROM seen WHERE visitor_hash IS NULL
    ) AS told
), sent AS MATERIALIZED (
    SELECT day, referrer, utm_source, utm_source || utm_medium || utm_campaign <> '' AS tagged,
        sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors
    FROM visit GROUP BY 1, 2, 3, 4
), origin AS MATERIALIZED (
    SELECT o.* FROM (
        SELECT array_agg(referrer) AS referrers, array_agg(utm_source) AS utm_sources, array_agg(tagged) AS tagged
        FROM (SELECT DISTINCT referrer, utm_source, tagged FROM sent) AS one
    ) AS asked, referrer_origins(asked.referrers, asked.utm_sources, asked.tagged) AS o
), total AS MATERIALIZED (
    SELECT day, sum(views)::integer AS page_views, sum(visitors)::integer AS unique_visitors, sum(sessions)::integer AS sessions,
        sum(seconds) AS session_seconds, sum(bounces)::integer AS bounces
    FROM visit GROUP BY day
), kept AS MATERIALIZED (
    SELECT d.day, d.website_id, d.date, d.zone, coalesce(t.page_views, 0) AS page_views, coalesce(t.unique_visitors, 0) AS unique_visitors,
        coalesce(t.sessions, 0) AS sessions, coalesce(t.session_seconds, 0) AS session_seconds, coalesce(t.bounces, 0) AS bounces,
        coalesce(was.unique_visitors, 0) AS former_visitors, coalesce(was.zone <> d.zone, EXISTS (
            -- A day that had no views where the site was has some where it is now.
            SELECT FROM website_analytics_daily e
            WHERE e.website_id = d.website_id AND e.date BETWEEN d.date - 1 AND d.date + 1 AND e.zone <> d.zone
        )) AS moved
    FROM day d LEFT JOIN total t USING (day)
    LEFT JOIN website_analytics_daily was ON was.website_id = d.website_id AND was.date = d.date
    WHERE t.page_views >= coalesce(was.page_views, 0) OR (was.zone <> d.zone AND (
        EXISTS (SELECT FROM page_views v WHERE v.website_id = d.website_id AND v.created_at < d.starts)
        OR NOT EXISTS (SELECT FROM website_analytics_daily e WHERE e.website_id = d.website_id AND e.date < d.date - 1)
    ))
), came AS MATERIALIZED (
    SELECT day, channel, CASE WHEN few THEN name ELSE '' END AS name, CASE WHEN few THEN referrer ELSE '' END AS referrer,
        sum(views)::integer AS views, sum(sessions)::integer AS sessions, sum(visitors)::integer AS visitors
    FROM (
        SELECT s.day, o.channel, o.name, s.referrer, sum(s.views) AS views, sum(s.sessions) AS sessions, sum(s.visitors) AS visitors,
            row_number() OVER (PARTITION BY s.day ORDER BY sum(s.views) DESC, o.channel, o.name, s.referrer) <= 500 AS few
        FROM sent s JOIN origin o USING (referrer, utm_source, tagged)
        GROUP BY s.day, o.channel, o.name, s.referrer
    ) AS ranked GROUP BY 1, 2, 3, 4
), used AS MATERIALIZED (
    SELECT day, CASE WHEN few THEN device ELSE '' END AS device, CASE WHEN few THEN browser ELSE '' END AS browser,
        CASE WHEN few THEN os ELSE '' END AS os,
        sum(views)::integer AS views, sum(sessions)::integer AS sessions, sum(visitors)::integer AS visitors
    FROM (
        SELECT day, device, browser, os, sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors,
            row_number() OVER (PARTITION BY day ORDER BY sum(views) DESC, device, browser, os) <= 200 AS few
        FROM visit GROUP BY day, device, browser, os
    ) AS ranked GROUP BY 1, 2, 3, 4
), lived AS MATERIALIZED (
    SELECT day, country, CASE WHEN few THEN city ELSE '' END AS city,
        sum(views)::integer AS views, sum(sessions)::integer AS sessions, sum(visitors)::integer AS visitors
    FROM (
        SELECT day, country, city, sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors,
            row_number() OVER (PARTITION BY day ORDER BY sum(views) DESC, country, city) <= 500 AS few
        FROM visit GROUP BY day, country, city
    ) AS ranked GROUP BY 1, 2, 3
), tagged AS MATERIALIZED (
    SELECT day, CASE WHEN few THEN utm_source ELSE '' END AS utm_source, CASE WHEN few THEN utm_medium ELSE '' END AS utm_medium,
        CASE WHEN few THEN utm_campaign ELSE '' END AS utm_campaign,
        sum(views)::integer AS views, sum(sessions)::integer AS sessions, sum(visitors)::integer AS visitors
    FROM (
        SELECT day, utm_source, utm_medium, utm_campaign, sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors,
            row_number() OVER (PARTITION BY day ORDER BY sum(views) DESC, utm_source, utm_medium, utm_campaign) <= 200 AS few
        FROM visit WHERE utm_source || utm_medium || utm_campaign <> '' GROUP BY day, utm_source, utm_medium, utm_campaign
    ) AS ranked GROUP BY 1, 2, 3, 4
), touch AS MATERIALIZED (
    SELECT v.day, v.path, o.channel, o.name, v.device, v.country, count(*)::integer AS contacts
    FROM visit v JOIN origin o ON o.referrer = v.referrer AND o.utm_source = v.utm_source
        AND o.tagged = (v.utm_source || v.utm_medium || v.utm_campaign <> '')
    WHERE v.contacts GROUP BY 1, 2, 3, 4, 5, 6
), page AS MATERIALIZED (
    SELECT day, path, viewed.views, viewed.visitors, coalesce(entered.entries, 0) AS entries
    FROM (
        SELECT day, path, sum(views)::integer AS views, count(visitor)::integer AS visitors
        FROM (
            SELECT day, coalesce(page_path, '') COLLATE "C" AS path, visitor, count(*) AS views FROM seen GROUP BY 1, 2, 3
        ) AS each_visitor
        GROUP BY day, path
    ) AS viewed
    LEFT JOIN (SELECT day, path, sum(sessions)::integer AS entries FROM visit GROUP BY day, path) AS entered USING (day, path)
), by_channel AS (
    SELECT day, jsonb_object_agg(channel, views) AS views
    FROM (SELECT day, channel, sum(views) AS views FROM came GROUP BY day, channel) AS summed GROUP BY day
), by_device AS (
    SELECT day, jsonb_object_agg(device, views) AS views
    FROM (SELECT day, coalesce(nullif(device, ''), 'unknown') AS device, sum(views) AS views FROM used GROUP BY 1, 2) AS summed
    GROUP BY day
), by_country AS (
    SELECT day, jsonb_agg(jsonb_build_object('country', country, 'views', views) ORDER BY place) AS views
    FROM (
        SELECT day, country, sum(views) AS views, row_number() OVER (PARTITION BY day ORDER BY sum(views) DESC, country) AS place
        FROM lived GROUP BY day, country
    ) AS summed WHERE place <= 10 GROUP BY day
), daily AS (
    INSERT INTO website_analytics_daily AS known (website_id, date, page_views, unique_visitors, sessions, avg_session_duration_seconds,
        bounce_rate, traffic_sources, device_breakdown, top_countries, session_seconds, bounces, zone, rolled_at)
    SELECT k.website_id, k.date, k.page_views, k.unique_visitors, k.sessions,
        round(k.session_seconds::numeric / nullif(k.sessions, 0)), round(100.0 * k.bounces / nullif(k.sessions, 0), 2),
        c.views, u.views, l.views, k.session_seconds, k.bounces, k.zone, now()
    FROM kept k LEFT JOIN by_channel c USING (day) LEFT JOIN by_device u USING (day) LEFT JOIN by_country l USING (day)
    ON CONFLICT (website_id, date) DO UPDATE
    SET page_views = excluded.page_views, unique_visitors = excluded.unique_visitors, sessions = excluded.sessions,
        avg_session_duration_seconds = excluded.avg_session_duration_seconds, bounce_rate = excluded.bounce_rate,
        traffic_sources = excluded.traffic_sources, device_breakdown = excluded.device_breakdown, top_countries = excluded.top_countries,
        session_seconds = excluded.session_seconds, bounces = excluded.bounces, zone = excluded.zone, rolled_at = excluded.rolled_at
    WHERE (known.page_views, known.unique_visitors, known.sessions, known.session_seconds, known.bounces,
           known.traffic_sources, known.device_breakdown, known.top_countries)
        IS DISTINCT FROM (excluded.page_views, excluded.unique_visitors, excluded.sessions, excluded.session_seconds, excluded.bounces,
           excluded.traffic_sources, excluded.device_breakdown, excluded.top_countries)
        OR known.zone <> excluded.zone
), pages_gone AS (
    DELETE FROM website_pages_daily o USING kept k
    WHERE o.website_id = k.website_id AND o.date = k.date
        AND (k.day, o.path) NOT IN (SELECT day, path FROM page)
), pages_daily AS (
    INSERT INTO website_pages_daily (website_id, date, path, views, visitors, entries)
    SELECT k.website_id, k.date, n.path, n.views, n.visitors, n.entries
    FROM page n JOIN kept k USING (day)
    LEFT JOIN website_pages_daily o ON (o.website_id, o.date, o.path) = (k.website_id, k.date, n.path)
    WHERE (o.views, o.visitors, o.entries) IS DISTINCT FROM (n.views, n.visitors, n.entries)
    ON CONFLICT (website_id, date, path) DO UPDATE
    SET views = excluded.views, visitors = excluded.visitors, entries = excluded.entries
), referrers_gone AS (
    DELETE FROM website_referrers_daily o USING kept k
    WHERE o.website_id = k.website_id AND o.date = k.date
        AND (k.day, o.channel, o.name, o.referrer) NOT IN (SELECT day, channel, name, referrer FROM came)
), referrers_daily AS (
    INSERT INTO website_referrers_daily (website_id, date, channel, name, referrer, views, sessions, visitors)
    SELECT k.website_id, k.date, n.channel, n.name, n.referrer, n.views, n.sessions, n.visitors
    FROM came n JOIN kept k USING (day)
    LEFT JOIN website_referrers_daily o ON (o.website_id, o.date, o.channel, o.name, o.referrer) = (k.website_id, k.date, n.channel, n.name, n.referrer)
    WHERE (o.views, o.sessions, o.visitors) IS DISTINCT FROM (n.views, n.sessions, n.visitors)
    ON CONFLICT (website_id, date, channel, name, referrer) DO UPDATE
    SET views = excluded.views, sessions = excluded.sessions, visitors = excluded.visitors
), browsers_gone AS (
    DELETE FROM website_browsers_daily o USING kept k
    WHERE o.website_id = k.website_id AND o.date = k.date
        AND (k.day, o.device, o.browser, o.os) NOT IN (SELECT day, device, browser, os FROM used)
), browsers_daily AS (
    INSERT INTO website_browsers_daily (website_id, date, device, browser, os, views, sessions, visitors)
    SELECT k.website_id, k.date, n.device, n.browser, n.os, n.views, n.sessions, n.visitors
    FROM used n JOIN kept k USING (day)
    LEFT JOIN website_browsers_daily o ON (o.website_id, o.date, o.device, o.browser, o.os) = (k.website_id, k.date, n.device, n.browser, n.os)
    WHERE (o.views, o.sessions, o.visitors) IS DISTINCT FROM (n.views, n.sessions, n.visitors)
    ON CONFLICT (website_id, date, device, browser, os) DO UPDATE
    SET views = excluded.views, sessions = excluded.sessions, visitors = excluded.visitors
), places_gone AS (
    DELETE FROM website_places_daily o USING kept k
    WHERE o.website_id = k.website_id AND o.date = k.date
        AND (k.day, o.country, o.city) NOT IN (SELECT day, country, city FROM lived)
), places_daily AS (
    INSERT INTO website_places_daily (website_id, date, country, city, views, sessions, visitors)
    SELECT k.website_id, k.date, n.country, n.city, n.views, n.sessions, n.visitors
    FROM lived n JOIN kept k USING (day)
    LEFT JOIN website_places_daily o ON (o.website_id, o.date, o.country, o.city) = (k.website_id, k.date, n.country, n.city)
    WHERE (o.views, o.sessions, o.visitors) IS DISTINCT FROM (n.views, n.sessions, n.visitors)
    ON CONFLICT (website_id, date, country, city) DO UPDATE
    SET views = excluded.views, sessions = excluded.sessions, visitors = excluded.visitors
), campaigns_gone AS (
    DELETE FROM website_campaigns_daily o USING kept k
    WHERE o.website_id = k.website_id AND o.date = k.date
        AND (k.day, o.utm_source, o.utm_medium, o.utm_campaign) NOT IN (SELECT day, utm_source, utm_medium, utm_campaign FROM tagged)
), campaigns_daily AS (
    INSERT INTO website_campaigns_daily (website_id, date, utm_source, utm_medium, utm_campaign, views, sessions, visitors)
    SELECT k.website_id, k.date, n.utm_source, n.utm_medium, n.utm_campaign, n.views, n.sessions, n.visitors
    FROM tagged n JOIN kept k USING (day)
    LEFT JOIN website_campaigns_daily o ON (o.website_id, o.date, o.utm_source, o.utm_medium, o.utm_campaign) = (k.website_id, k.date, n.utm_source, n.utm_medium, n.utm_campaign)
    WHERE (o.views, o.sessions, o.visitors) IS DISTINCT FROM (n.views, n.sessions, n.visitors)
    ON CONFLICT (website_id, date, utm_source, utm_medium, utm_campaign) DO UPDATE
    SET views = excluded.views, sessions = excluded.sessions, visitors = excluded.visitors
), contacts_gone AS (
    -- Who got in touch is forgotten with the day's keys: what was summed of it by then stays.
    DELETE FROM website_contacts_daily o USING kept k
    WHERE o.website_id = k.website_id AND o.date = k.date AND k.date >= current_date - 2
        AND (k.day, o.path, o.channel, o.name, o.device, o.country) NOT IN (SELECT day, path, channel, name, device, country FROM touch)
), contacts_daily AS (
    INSERT INTO website_contacts_daily AS known (website_id, date, path, channel, name, device, country, contacts)
    SELECT k.website_id, k.date, n.path, n.channel, n.name, n.device, n.country, n.contacts FROM touch n JOIN kept k USING (day)
    ON CONFLICT (website_id, date, path, channel, name, device, country) DO UPDATE SET contacts = excluded.contacts
    WHERE known.contacts <> excluded.contacts AND known.date >= current_date - 2
), read AS (
    -- Posts by the slug they have, or had; only what is new, so that a post keeps its count under another slug. What came
    -- to another day as its site moved is not new.
    SELECT coalesce(p.id, h.entity_id) AS id, sum(n.views - coalesce(o.views, 0))::integer AS views
    FROM page n
    JOIN kept k USING (day)
    LEFT JOIN website_pages_daily o ON o.website_id = k.website_id AND o.date = k.date AND o.path = n.path
    CROSS JOIN LATERAL (SELECT substring(n.path FROM '^(?:/[a-z]{2,3}(?:-[A-Za-z0-9]+)*)?/blog/([^/]+)$') AS part) AS spelled
    -- As addresses are written (themes/text/segments.py).
    CROSS JOIN LATERAL (SELECT replace(replace(replace(replace(part, '~2F', '/'), '~5C', '\'), '~2E', '.'), '~7E', '~') AS slug) AS named
    LEFT JOIN blog_posts p ON p.website_id = k.website_id AND p.slug = named.slug
    LEFT JOIN slug_history h ON h.website_id = k.website_id AND h.kind = 'post' AND h.slug = named.slug
    WHERE named.slug IS NOT NULL AND NOT k.moved AND n.views > coalesce(o.views, 0) AND coalesce(p.id, h.entity_id) IS NOT NULL
    GROUP BY 1
), locked_posts AS MATERIALIZED (
    SELECT id FROM blog_posts WHERE id IN (SELECT id FROM read) ORDER BY id FOR NO KEY UPDATE
), posts_read AS (
    UPDATE blog_posts p SET view_count = least(coalesce(p.view_count, 0) + r.views::bigint, 2147483647)
    FROM read r JOIN locked_posts USING (id) WHERE p.id = r.id
), visited AS (
    SELECT website_id AS id, sum(unique_visitors - former_visitors)::integer AS visitors FROM kept
    GROUP BY website_id HAVING sum(unique_visitors - former_visitors) <> 0
), locked_sites AS MATERIALIZED (
    SELECT id FROM websites WHERE id IN (SELECT id FROM visited) ORDER BY id FOR NO KEY UPDATE
), sites_visited AS (
    UPDATE websites w SET unique_visitor_count =
        least(greatest(coalesce(w.unique_visitor_count, 0) + v.visitors::bigint, -2147483648), 2147483647)
    FROM visited v JOIN locked_sites USING (id) WHERE w.id = v.id
)
SELECT count(*)::integer AS days, coalesce(sum(page_views), 0)::bigint AS views FROM kept;

-- Whose earlier hashes are older than the days' roots: the sites and the hours.
-- scope: platform
-- name: nights_to_forget
SELECT website_id, date_trunc('hour', created_at, 'UTC') AS hour FROM page_views
WHERE earlier_hash IS NOT NULL AND created_at < :until
GROUP BY 1, 2 ORDER BY 2, 1 LIMIT :most;

-- What is kept of sessions across midnight is that they crossed it, and how they went on; no longer who it was.
-- scope: platform
-- name: forget_nights!
WITH crossing AS MATERIALIZED (
    SELECT * FROM midnight_crossings(:website_ids::uuid[], :midnights::timestamptz[], :ends::timestamptz[])
), evening AS (
    UPDATE page_views v SET crossed_views = c.views, crossed_seconds = c.seconds
    FROM (
        SELECT DISTINCT ON (c.website_id, c.evening_hash, c.midnight) l.id, l.created_at, c.views, c.seconds
        FROM crossing c JOIN page_views l ON l.website_id = c.website_id AND l.visitor_hash = c.evening_hash AND l.created_at = c.evening_at
        ORDER BY c.website_id, c.evening_hash, c.midnight, l.id DESC
    ) AS c WHERE v.id = c.id AND v.created_at = c.created_at AND v.crossed_views IS DISTINCT FROM 0
)
UPDATE page_views v
SET earlier_hash = NULL,
    crossed_views = CASE WHEN EXISTS (
        SELECT FROM crossing c WHERE c.website_id = v.website_id AND c.midnight = n.midnight AND c.morning_hash = v.visitor_hash
    ) THEN 0 ELSE v.crossed_views END
FROM unnest(:website_ids::uuid[], :midnights::timestamptz[]) AS n (website_id, midnight)
WHERE v.website_id = n.website_id AND v.created_at >= n.midnight AND v.created_at < n.midnight + interval '30 minutes'
    AND v.earlier_hash IS NOT NULL;

-- What the zones of today do not explain: a site has moved to another one.
-- scope: platform
-- name: forget_earlier!
UPDATE page_views SET earlier_hash = NULL WHERE earlier_hash IS NOT NULL AND created_at < :until;

-- scope: platform
-- name: store_referrer_sources$
WITH listed AS (
    SELECT * FROM unnest(:hosts::text[], :channels::text[], :names::text[], :belows::boolean[]) AS l (host, channel, name, below)
), gone AS (
    DELETE FROM referrer_sources s WHERE NOT EXISTS (SELECT FROM listed l WHERE l.host = s.host) RETURNING 1
), stored AS (
    INSERT INTO referrer_sources AS s (host, channel, name, below) SELECT * FROM listed
    ON CONFLICT (host) DO UPDATE SET channel = excluded.channel, name = excluded.name, below = excluded.below
    WHERE (s.channel, s.name, s.below) IS DISTINCT FROM (excluded.channel, excluded.name, excluded.below) RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM stored);
