-- Page views in monthly partitions, their daily roll-up, and the roots of the visitors' keys.
-- compatible_from: 0015

CREATE TABLE website_analytics_daily (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,

    page_views integer DEFAULT 0,
    unique_visitors integer DEFAULT 0,
    sessions integer DEFAULT 0,

    avg_session_duration_seconds integer,
    bounce_rate numeric(5, 2),

    traffic_sources jsonb DEFAULT '{}'::jsonb,
    device_breakdown jsonb DEFAULT '{}'::jsonb,
    top_countries jsonb DEFAULT '[]'::jsonb,

    created_at timestamptz DEFAULT now(),

    UNIQUE (website_id, date)
);
COMMENT ON TABLE website_analytics_daily IS 'A site''s day in numbers. Written by the roll-up, read by the console.';
COMMENT ON COLUMN website_analytics_daily.date IS 'Day of the site''s own time zone (config.timezone, default Asia/Jakarta).';
COMMENT ON COLUMN website_analytics_daily.unique_visitors IS 'Of this day. Keys change daily: a sum over days is not a number of people.';

CREATE TABLE page_views (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL,

    page_path varchar(500),
    referrer varchar(500),

    visitor_hash varchar(64),
    session_id varchar(100),

    device_type varchar(20),
    browser varchar(50),
    os varchar(50),

    country varchar(2),
    city varchar(100),

    utm_source varchar(100),
    utm_medium varchar(100),
    utm_campaign varchar(100),

    created_at timestamptz NOT NULL DEFAULT now(),

    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_page_views_website_id ON page_views (website_id, created_at);
CREATE INDEX idx_page_views_visitor ON page_views (visitor_hash);
CREATE INDEX idx_page_views_session ON page_views (session_id);
CREATE INDEX idx_page_views_created_at ON page_views (created_at DESC);

COMMENT ON TABLE page_views IS
    'Raw views, kept 90 days, one partition a month. Inserted by the edge, read by the roll-up, dropped by maintenance. No DEFAULT '
    'partition: it would block DETACH CONCURRENTLY.';
COMMENT ON COLUMN page_views.website_id IS 'No foreign key (docs/schema.md has the measurement): the writer joins websites, and deleting a site deletes its views.';
COMMENT ON COLUMN page_views.visitor_hash IS
    'HMAC of address and user agent under the site''s key of the day, whose root is destroyed: nobody can reverse it by trying '
    'every address. NULL where the visitor objects or no key is at hand.';

CREATE FUNCTION make_page_view_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date := date_trunc('month', month)::date;
    name text := to_char(first_day, '"page_views_y"YYYY"m"MM');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- The bounds carry their zone: a bare date would be read in the zone of whoever calls.
    EXECUTE format('CREATE TABLE %I PARTITION OF page_views FOR VALUES FROM (%L) TO (%L)', name,
        to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    RETURN true;
EXCEPTION
    WHEN duplicate_table THEN
        RETURN false;
END
$$;
COMMENT ON FUNCTION make_page_view_partition IS 'The partition of a month (UTC); false when it stands already.';

CREATE FUNCTION make_page_view_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE make_page_view_partition(month::date))::integer
    -- Last month's too: a spool that was away, or a clock that is behind, still brings its views.
    FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month',
                         date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => months_ahead), '1 month') AS month
$$;
COMMENT ON FUNCTION make_page_view_partitions IS 'Partitions of last month, this one and the coming ones; returns how many were new. Called by maintenance.';

CREATE FUNCTION delete_page_views() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM page_views WHERE website_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION delete_page_views IS 'In the place of a foreign key with ON DELETE CASCADE.';

CREATE TRIGGER delete_page_views AFTER DELETE ON websites REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delete_page_views();

CREATE TABLE day_key_roots (
    day date PRIMARY KEY,
    wrapped_root bytea NOT NULL,
    key_id text NOT NULL,
    destroy_after timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE day_key_roots IS
    'One random root a calendar day, from which sites'' daily visitor keys derive. Written two days ahead and deleted within 72 '
    'hours by maintenance, read by the workers that count views.';
COMMENT ON COLUMN day_key_roots.wrapped_root IS 'Encrypted by the keyring: pg_dump copies every table, and deleted bytes stay in files.';
COMMENT ON COLUMN day_key_roots.key_id IS 'Which key of the keyring wrapped it.';
