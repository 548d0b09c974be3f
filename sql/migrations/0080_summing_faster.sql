-- Days are summed with fewer looks at what is there: no foreign key for each line of a list, and few views in an index.
-- compatible_from: 0065

-- A key is looked up for every row, a quarter of the time that writing lists takes. The roll-up locks each site once instead.
ALTER TABLE website_pages_daily DROP CONSTRAINT website_pages_daily_website_id_fkey;
ALTER TABLE website_referrers_daily DROP CONSTRAINT website_referrers_daily_website_id_fkey;
ALTER TABLE website_browsers_daily DROP CONSTRAINT website_browsers_daily_website_id_fkey;
ALTER TABLE website_places_daily DROP CONSTRAINT website_places_daily_website_id_fkey;
ALTER TABLE website_campaigns_daily DROP CONSTRAINT website_campaigns_daily_website_id_fkey;

CREATE OR REPLACE FUNCTION delete_page_views() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM page_views WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_pages_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_referrers_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_browsers_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_places_daily WHERE website_id IN (SELECT id FROM gone);
    DELETE FROM website_campaigns_daily WHERE website_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION delete_page_views IS 'In the place of foreign keys with ON DELETE CASCADE: views, and the lists of days.';

DO $$
DECLARE
    detail text;
BEGIN
    FOREACH detail IN ARRAY ARRAY['pages', 'referrers', 'browsers', 'places', 'campaigns'] LOOP
        EXECUTE format('COMMENT ON COLUMN website_%s_daily.website_id IS ''No foreign key: the roll-up locks the site, and deleting a '
            'site deletes its rows (delete_page_views).''', detail);
    END LOOP;
END
$$;

-- Views that say a session crossed midnight, and those without a visitor, are found without reading all others.
CREATE INDEX idx_page_views_crossed ON page_views (website_id, created_at) WHERE crossed_views IS NOT NULL;
CREATE INDEX idx_page_views_nobody ON page_views (website_id, created_at) WHERE visitor_hash IS NULL;
