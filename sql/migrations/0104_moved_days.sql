-- A site that moves to another time zone has its days summed anew, where that has its midnights.
-- compatible_from: 0065

ALTER TABLE website_analytics_daily ADD COLUMN zone text;
COMMENT ON COLUMN website_analytics_daily.zone IS
    'IANA zone whose day this was when it was summed; null: of before that was written, and the site has not moved since.';

-- The hours in which a day of the old zone and one of the new differ would count twice, or not at all.
CREATE FUNCTION sum_moved_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since timestamptz := (SELECT min(created_at) FROM page_views WHERE website_id = new.id);
BEGIN
    UPDATE website_analytics_daily SET zone = coalesce(nullif(btrim(left(old.config ->> 'timezone', 100)), ''), 'Asia/Jakarta')
    WHERE website_id = new.id AND zone IS NULL;
    -- Noon in UTC falls on each date of each zone once.
    INSERT INTO views_due (website_id, hour)
    SELECT new.id, hour
    FROM generate_series(date_trunc('day', since, 'UTC') - interval '12 hours', now() + interval '1 day', interval '1 day') AS hour;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION sum_moved_days IS 'Has the days of a site that moved to another time zone summed anew, as far back as there are single views.';
CREATE TRIGGER sum_moved_days AFTER UPDATE OF config ON websites FOR EACH ROW
    WHEN (old.config ->> 'timezone' IS DISTINCT FROM new.config ->> 'timezone')
    EXECUTE FUNCTION sum_moved_days();
