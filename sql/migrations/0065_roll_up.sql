-- Days in numbers: tables beside website_analytics_daily, what is due, sessions across midnight, and where visitors come from.
-- compatible_from: 0038

ALTER TABLE website_analytics_daily
    ADD COLUMN session_seconds bigint,
    ADD COLUMN bounces integer,
    ADD COLUMN rolled_at timestamptz;
COMMENT ON COLUMN website_analytics_daily.sessions IS
    'Begun on this day: views of one visitor with less than 30 minutes between them. One that crosses midnight belongs to the day it began on.';
COMMENT ON COLUMN website_analytics_daily.avg_session_duration_seconds IS 'From the first to the last view, whole seconds; session_seconds / sessions.';
COMMENT ON COLUMN website_analytics_daily.bounce_rate IS 'Percentage of sessions with a single view.';
COMMENT ON COLUMN website_analytics_daily.traffic_sources IS
    'Views by channel: direct, search, social, referral, campaign, ai. A session''s views go to where it came from. Adds up to page_views.';
COMMENT ON COLUMN website_analytics_daily.device_breakdown IS 'Views by device: mobile, tablet, desktop, unknown. Adds up to page_views.';
COMMENT ON COLUMN website_analytics_daily.top_countries IS 'The ten with the most views: [{"country": "ID", "views": 150}]; "" where it is unknown.';
COMMENT ON COLUMN website_analytics_daily.session_seconds IS 'Of all sessions together, so that ranges average rightly.';
COMMENT ON COLUMN website_analytics_daily.bounces IS 'Sessions with a single view.';
COMMENT ON COLUMN website_analytics_daily.rolled_at IS 'When the roll-up last changed the row.';

CREATE TABLE website_pages_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    path varchar(500) NOT NULL,
    views integer NOT NULL,
    visitors integer NOT NULL,
    entries integer NOT NULL,
    PRIMARY KEY (website_id, date, path)
);
COMMENT ON TABLE website_pages_daily IS 'A site''s day by page. Written by the roll-up, read by the console.';
COMMENT ON COLUMN website_pages_daily.visitors IS 'Different visitors of the day who saw it.';
COMMENT ON COLUMN website_pages_daily.entries IS 'Sessions that began with it.';

CREATE TABLE website_referrers_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    channel varchar(20) NOT NULL,
    name varchar(100) NOT NULL,
    referrer varchar(500) NOT NULL,
    views integer NOT NULL,
    sessions integer NOT NULL,
    visitors integer NOT NULL,
    PRIMARY KEY (website_id, date, channel, name, referrer)
);
COMMENT ON TABLE website_referrers_daily IS 'A site''s day by where its sessions came from. Written by the roll-up, read by the console.';
COMMENT ON COLUMN website_referrers_daily.channel IS 'direct, search, social, referral, campaign, ai.';
COMMENT ON COLUMN website_referrers_daily.name IS 'As referrer_sources has it, or the host; "" for direct ones, and beyond the first 500 of a day.';
COMMENT ON COLUMN website_referrers_daily.referrer IS 'Origin and path; "" where there is none, and beyond the first 500 of a day.';

CREATE TABLE website_browsers_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    device varchar(20) NOT NULL,
    browser varchar(50) NOT NULL,
    os varchar(50) NOT NULL,
    views integer NOT NULL,
    sessions integer NOT NULL,
    visitors integer NOT NULL,
    PRIMARY KEY (website_id, date, device, browser, os)
);
COMMENT ON TABLE website_browsers_daily IS
    'A site''s day by device, browser and system; "" for what is unknown, and beyond the first 200. Written by the roll-up, read by the console.';

CREATE TABLE website_places_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    country varchar(2) NOT NULL,
    city varchar(100) NOT NULL,
    views integer NOT NULL,
    sessions integer NOT NULL,
    visitors integer NOT NULL,
    PRIMARY KEY (website_id, date, country, city)
);
COMMENT ON TABLE website_places_daily IS
    'A site''s day by place; "" for what is unknown, and cities beyond the first 500. Written by the roll-up, read by the console.';

CREATE TABLE website_campaigns_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    utm_source varchar(100) NOT NULL,
    utm_medium varchar(100) NOT NULL,
    utm_campaign varchar(100) NOT NULL,
    views integer NOT NULL,
    sessions integer NOT NULL,
    visitors integer NOT NULL,
    PRIMARY KEY (website_id, date, utm_source, utm_medium, utm_campaign)
);
COMMENT ON TABLE website_campaigns_daily IS
    'A site''s day by campaign, of sessions that began with a tagged link; "" for what is not tagged, and beyond the first 200. Written by '
    'the roll-up, read by the console.';

COMMENT ON COLUMN website_pages_daily.path IS 'Without query.';
COMMENT ON COLUMN website_browsers_daily.device IS 'mobile, tablet, desktop.';
COMMENT ON COLUMN website_browsers_daily.browser IS 'Family.';
COMMENT ON COLUMN website_browsers_daily.os IS 'Family.';
COMMENT ON COLUMN website_places_daily.country IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN website_places_daily.city IS 'English name.';
COMMENT ON COLUMN website_campaigns_daily.utm_source IS 'As the link has it.';
COMMENT ON COLUMN website_campaigns_daily.utm_medium IS 'As the link has it.';
COMMENT ON COLUMN website_campaigns_daily.utm_campaign IS 'As the link has it.';

DO $$
DECLARE
    detail text;
BEGIN
    FOREACH detail IN ARRAY ARRAY['pages', 'referrers', 'browsers', 'places', 'campaigns'] LOOP
        EXECUTE format('COMMENT ON COLUMN website_%s_daily.date IS ''Day of the site''''s own time zone.''', detail);
        EXECUTE format('COMMENT ON COLUMN website_%s_daily.views IS ''Page views.''', detail);
        IF detail <> 'pages' THEN
            EXECUTE format('COMMENT ON COLUMN website_%s_daily.sessions IS ''Sessions that began that day and so.''', detail);
            EXECUTE format('COMMENT ON COLUMN website_%s_daily.visitors IS ''Visitors of the day, by their first session.''', detail);
        END IF;
        INSERT INTO role_rights (statement) VALUES
            (format('GRANT SELECT, INSERT, UPDATE, DELETE ON website_%s_daily TO tapsite_maintain', detail)),
            (format('GRANT SELECT ON website_%s_daily TO tapsite_console', detail));
        INSERT INTO owner_rows (table_name, seen)
        VALUES (format('website_%s_daily', detail), 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
    END LOOP;
END
$$;

CREATE TABLE referrer_sources (
    host varchar(253) PRIMARY KEY,
    channel varchar(20) NOT NULL CHECK (channel IN ('search', 'social', 'referral', 'ai')),
    name varchar(100) NOT NULL,
    below boolean NOT NULL
);
COMMENT ON TABLE referrer_sources IS 'Hosts that send visitors, as data/referrers lists them. Written by the roll-up when the list has changed, read by it.';
COMMENT ON COLUMN referrer_sources.host IS 'Lower case.';
COMMENT ON COLUMN referrer_sources.channel IS 'What sessions from there come by.';
COMMENT ON COLUMN referrer_sources.name IS 'As owners read it.';
COMMENT ON COLUMN referrer_sources.below IS 'Holds for all hosts below it too; else for itself and its www. and m. alone.';

CREATE FUNCTION referrer_origin(referrer text, utm_source text, tagged boolean, OUT channel text, OUT name text)
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
        JOIN (
            SELECT array_to_string(labels[first:], '.') AS host FROM generate_series(1, least(cardinality(labels), 8)) AS first
        ) AS candidate ON candidate.host = s.host
        WHERE s.below OR s.host IN (given, bare)
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
COMMENT ON FUNCTION referrer_origin IS
    'Channel and name of where a session came from: an assistant, else a campaign, else what referrer_sources says of the host or of one above it.';
REVOKE EXECUTE ON FUNCTION referrer_origin(text, text, boolean) FROM PUBLIC;

CREATE TABLE views_due (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    website_id uuid NOT NULL,
    hour timestamptz NOT NULL
);
COMMENT ON TABLE views_due IS
    'Hours of sites that got views since their days were summed; a site may have several rows, so that no writer waits for another. '
    'Written by a trigger of page_views, taken by the roll-up.';
COMMENT ON COLUMN views_due.website_id IS 'No foreign key: it may be gone by then.';
COMMENT ON COLUMN views_due.hour IS 'In UTC, of views'' created_at.';

CREATE FUNCTION note_views_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO views_due (website_id, hour)
    SELECT website_id, date_trunc('hour', created_at, 'UTC') FROM added GROUP BY 1, 2;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_views_due IS 'Notes which hours of which sites have views that are not summed yet.';
CREATE TRIGGER note_views_due AFTER INSERT ON page_views REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_views_due();

ALTER TABLE page_views ADD COLUMN crossed_views integer, ADD COLUMN crossed_seconds integer;
COMMENT ON COLUMN page_views.crossed_views IS
    'What is left of a session across midnight once earlier_hash is blanked, without telling who it was on the other day. On the last view '
    'before midnight: so many views came after it; 0 on views after midnight: the session began the day before.';
COMMENT ON COLUMN page_views.crossed_seconds IS 'From the last view before midnight to the session''s last.';
CREATE INDEX idx_page_views_earlier ON page_views (created_at) WHERE earlier_hash IS NOT NULL;

CREATE FUNCTION midnight_crossings(website_ids uuid[], midnights timestamptz[], ends timestamptz[])
RETURNS TABLE (website_id uuid, midnight timestamptz, evening_hash text, morning_hash text, evening_at timestamptz, views integer, seconds integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH night AS MATERIALIZED (
        SELECT * FROM unnest(website_ids, midnights, ends) AS n (website_id, midnight, ends)
    ), morning AS (
        -- Night by night, so that each looks at its half hours in the index and at nothing else.
        SELECT n.website_id, n.midnight, n.ends, m.* FROM night n CROSS JOIN LATERAL (
            SELECT v.visitor_hash, max(v.earlier_hash) AS earlier_hash, min(v.created_at) AS first_at
            FROM page_views v
            WHERE v.website_id = n.website_id AND v.visitor_hash IS NOT NULL
                AND v.created_at >= n.midnight AND v.created_at < n.midnight + interval '30 minutes'
            GROUP BY v.visitor_hash HAVING max(v.earlier_hash) IS NOT NULL
        ) AS m
    ), evening AS (
        SELECT n.website_id, n.midnight, e.* FROM night n CROSS JOIN LATERAL (
            SELECT v.visitor_hash, max(v.created_at) AS last_at
            FROM page_views v
            WHERE v.website_id = n.website_id AND v.visitor_hash IS NOT NULL
                AND v.created_at > n.midnight - interval '30 minutes' AND v.created_at < n.midnight
            GROUP BY v.visitor_hash
        ) AS e
    ), crossing AS MATERIALIZED (
        SELECT DISTINCT ON (m.website_id, m.midnight, e.visitor_hash)
            m.website_id, m.midnight, m.ends, e.visitor_hash AS evening_hash, m.visitor_hash AS morning_hash, e.last_at
        FROM morning m JOIN evening e ON e.website_id = m.website_id AND e.midnight = m.midnight AND e.visitor_hash = m.earlier_hash
        WHERE e.last_at > m.first_at - interval '30 minutes'
        ORDER BY m.website_id, m.midnight, e.visitor_hash, m.visitor_hash
    ), after AS (
        SELECT c.website_id, c.midnight, c.evening_hash, c.morning_hash, c.last_at, v.id, v.created_at,
            v.created_at - lag(v.created_at) OVER visits >= interval '30 minutes' AS begins
        FROM crossing c JOIN page_views v ON v.website_id = c.website_id AND v.visitor_hash = c.morning_hash
            AND v.created_at >= c.midnight AND v.created_at < c.ends
        WINDOW visits AS (PARTITION BY c.website_id, c.midnight, c.morning_hash ORDER BY v.created_at, v.id)
    ), counted AS (
        SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY a.website_id, a.midnight, a.morning_hash ORDER BY a.created_at, a.id) AS gaps
        FROM after a
    )
    SELECT c.website_id, c.midnight, c.evening_hash, c.morning_hash, c.last_at, count(*)::integer,
        floor(extract(epoch FROM max(c.created_at) - c.last_at))::integer
    FROM counted c WHERE c.gaps = 0
    GROUP BY c.website_id, c.midnight, c.evening_hash, c.morning_hash, c.last_at
$$;
COMMENT ON FUNCTION midnight_crossings IS
    'Sessions that go on after a site''s midnight, by the hash that views carry of the day before; with the views and seconds after the last '
    'one of the evening, up to the end of that next day.';
REVOKE EXECUTE ON FUNCTION midnight_crossings(uuid[], timestamptz[], timestamptz[]) FROM PUBLIC;

-- page_views has no row-level security, which COPY refuses.
CREATE FUNCTION live_views(site uuid, OUT views integer, OUT visitors integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer, count(DISTINCT v.visitor_hash)::integer
    FROM page_views v JOIN websites w ON w.id = v.website_id
    WHERE v.website_id = site AND v.created_at > now() - interval '5 minutes' AND w.user_id = app_user_id()
$$;
COMMENT ON FUNCTION live_views IS 'Views and visitors of the last five minutes, for the site''s owner (app.user_id) alone; zeros for everybody else.';
REVOKE EXECUTE ON FUNCTION live_views(uuid) FROM PUBLIC;

INSERT INTO owner_rows (table_name, seen)
SELECT name, 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))'
FROM unnest(ARRAY['website_uncounted_daily', 'website_clicks_daily']) AS name
ON CONFLICT DO NOTHING;

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON website_uncounted_daily TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION live_views(uuid) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION live_views(uuid) TO tapsite_maintain'),
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON referrer_sources TO tapsite_maintain'),
    ('GRANT SELECT, DELETE ON views_due TO tapsite_maintain'),
    ('GRANT UPDATE (crossed_views, crossed_seconds) ON page_views TO tapsite_maintain'),
    ('GRANT SELECT (id, unique_visitor_count), UPDATE (unique_visitor_count) ON websites TO tapsite_maintain'),
    ('GRANT SELECT (id, website_id, slug, view_count), UPDATE (view_count) ON blog_posts TO tapsite_maintain'),
    ('GRANT SELECT ON slug_history TO tapsite_maintain'),
    ('GRANT SELECT (website_id, status, created_at) ON form_submissions TO tapsite_maintain'),
    ('GRANT EXECUTE ON FUNCTION referrer_origin(text, text, boolean) TO tapsite_maintain'),
    ('GRANT EXECUTE ON FUNCTION midnight_crossings(uuid[], timestamptz[], timestamptz[]) TO tapsite_maintain');
