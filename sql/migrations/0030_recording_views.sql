-- What the recording of page views needs beside its tables: pieces written once, visits that are no views, labels across midnight.
-- compatible_from: 0015

ALTER TABLE page_views ADD COLUMN earlier_hash varchar(64);
COMMENT ON COLUMN page_views.earlier_hash IS
    'In the first half hour of a site''s day, the visitor''s hash of the day before: sessions cross midnight. The roll-up joins on it and blanks it.';

CREATE TABLE view_pieces (
    id uuid PRIMARY KEY,
    stored_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE view_pieces IS
    'Pieces of spools that are stored, so that one whose file outlived its transaction adds nothing. Written by the edge in the '
    'transaction that stores the piece, deleted after seven days by maintenance.';
COMMENT ON COLUMN view_pieces.stored_at IS 'When it was stored.';

CREATE TABLE website_uncounted_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    reason varchar(40) NOT NULL,
    visits integer NOT NULL,
    PRIMARY KEY (website_id, date, reason)
);
COMMENT ON TABLE website_uncounted_daily IS
    'Visits that are no views, by reason, so that an owner sees what was left out. Written by the edge, read by the console.';
COMMENT ON COLUMN website_uncounted_daily.date IS 'Day of the site''s own time zone.';
COMMENT ON COLUMN website_uncounted_daily.visits IS 'So many, each counted once.';
COMMENT ON COLUMN website_uncounted_daily.reason IS
    'A program, by kind (search-engine, seo, monitoring, social-preview, ai-crawler, crawler, http-library, unnamed, …); prefetch: fetched '
    'ahead; embedded: not shown as a page; own: the owner''s own.';

CREATE FUNCTION old_page_view_partitions(older_than interval) RETURNS SETOF regclass
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT inhrelid::regclass FROM pg_inherits
    WHERE inhparent = 'page_views'::regclass
        AND (inhdetachpending
            -- The name tells the month, so that no bound has to be parsed.
            OR to_date(substring(inhrelid::regclass::text FROM '^page_views_y\d{4}m\d{2}$'), '"page_views_y"YYYY"m"MM')
                + interval '1 month' <= (now() - older_than) AT TIME ZONE 'UTC')
    ORDER BY 1
$$;
COMMENT ON FUNCTION old_page_view_partitions IS
    'Partitions of months that ended longer ago, and those whose detaching was interrupted. Called by maintenance, which drops them.';
REVOKE EXECUTE ON FUNCTION old_page_view_partitions(interval) FROM PUBLIC;

INSERT INTO role_rights (statement) VALUES
    ('GRANT INSERT, SELECT ON view_pieces TO tapsite_edge'),
    ('GRANT SELECT, DELETE ON view_pieces TO tapsite_maintain'),
    ('GRANT INSERT, SELECT, UPDATE ON website_uncounted_daily TO tapsite_edge'),
    ('GRANT SELECT, DELETE ON website_uncounted_daily TO tapsite_maintain'),
    ('GRANT UPDATE (earlier_hash) ON page_views TO tapsite_maintain'),
    ('GRANT EXECUTE ON FUNCTION old_page_view_partitions(interval) TO tapsite_maintain');
