-- What an owner asks of single visits: by what they have in common, by hour, by the page they ended with; and who got in touch.
-- compatible_from: 0104

CREATE TABLE website_contacts_daily (
    website_id uuid NOT NULL,
    date date NOT NULL,
    path varchar(500) NOT NULL,
    channel varchar(20) NOT NULL,
    name varchar(100) NOT NULL,
    device varchar(20) NOT NULL,
    country varchar(2) NOT NULL,
    contacts integer NOT NULL,
    PRIMARY KEY (website_id, date, path, channel, name, device, country)
);
COMMENT ON TABLE website_contacts_daily IS
    'A site''s day by where visitors came from who got in touch. Written by the roll-up, read by the console.';
COMMENT ON COLUMN website_contacts_daily.website_id IS
    'No foreign key: the roll-up locks the site, and deleting a site deletes its rows (delete_page_views).';
COMMENT ON COLUMN website_contacts_daily.date IS 'Day of the site''s own time zone.';
COMMENT ON COLUMN website_contacts_daily.path IS 'The page that the visitor''s first session of the day began with.';
COMMENT ON COLUMN website_contacts_daily.channel IS 'As in website_referrers_daily, of that session.';
COMMENT ON COLUMN website_contacts_daily.name IS 'As in website_referrers_daily, of that session.';
COMMENT ON COLUMN website_contacts_daily.device IS 'mobile, tablet, desktop; "" where it is unknown.';
COMMENT ON COLUMN website_contacts_daily.country IS 'ISO 3166-1 alpha-2; "" where it is unknown.';
COMMENT ON COLUMN website_contacts_daily.contacts IS 'Visitors who followed a link to the owner, by any way (website_click_labels).';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('website_contacts_daily', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');

CREATE OR REPLACE FUNCTION delete_page_views() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM page_views WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_pages_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_referrers_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_browsers_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_places_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_campaigns_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_contacts_daily WHERE website_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

-- Who got in touch is summed with the views of the day. One of these two hours is of that date in each zone.
CREATE FUNCTION note_clicks_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO views_due (website_id, hour)
    SELECT a.website_id, a.date::timestamp AT TIME ZONE 'UTC' + make_interval(hours => hour)
    FROM (SELECT DISTINCT website_id, date FROM added) AS a, unnest(ARRAY[9, 12]) AS hour;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_clicks_due IS 'Notes which days of which sites have visitors who got in touch and are not summed so yet.';
CREATE TRIGGER note_clicks_due AFTER INSERT ON website_click_labels REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_clicks_due();

-- As the roll-up finds sessions, of one site, and nothing that tells a visitor apart leaves it.
CREATE FUNCTION told_visits(
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
        SELECT o.*, f.channel, f.name
        FROM (
            SELECT DISTINCT referrer, utm_source, utm_source || utm_medium || utm_campaign <> '' AS tagged FROM visit
        ) AS o, referrer_origin(o.referrer, o.utm_source, o.tagged) AS f
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
COMMENT ON FUNCTION told_visits IS
    'Visits of some days that have something in common, in lists, for the site''s owner (app.user_id) alone; nothing for everybody else. Of '
    'each list the longest lines: pages that sessions began and ended with, where they came from, days, hours of the site''s clock.';
REVOKE EXECUTE ON FUNCTION told_visits(uuid, date[], timestamptz[], timestamptz[], timestamptz[], timestamptz[], integer[], integer[],
    text, text, text, text, text, integer, integer) FROM PUBLIC;

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON website_contacts_daily TO tapsite_maintain'),
    ('GRANT SELECT ON website_contacts_daily TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION told_visits(uuid, date[], timestamptz[], timestamptz[], timestamptz[], timestamptz[], integer[], integer[], '
     'text, text, text, text, text, integer, integer) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION told_visits(uuid, date[], timestamptz[], timestamptz[], timestamptz[], timestamptz[], integer[], integer[], '
     'text, text, text, text, text, integer, integer) TO tapsite_maintain');
