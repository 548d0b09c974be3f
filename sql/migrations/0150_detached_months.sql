-- What is left of a month whose partition was detached, and whose dropping was interrupted: a table that is no partition any more.
-- Only an empty one of the tables' own owner: others were detached by somebody who wants to keep them.
-- compatible_from: 0104

CREATE OR REPLACE FUNCTION old_page_view_partitions(older_than interval) RETURNS SETOF regclass
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found regclass;
    is_detached boolean;
    is_used boolean;
BEGIN
    FOR found, is_detached IN
        SELECT c.oid::regclass, i.inhrelid IS NULL
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE (i.inhparent = 'page_views'::regclass OR i.inhrelid IS NULL AND c.relkind = 'r'
                AND c.relnamespace = 'public'::regnamespace AND c.relname ~ '^page_views_y\d{4}m\d{2}$'
                AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'page_views'::regclass))
            AND (i.inhdetachpending
                -- The name tells the month, so that no bound has to be parsed.
                OR to_date(substring(c.relname FROM '^page_views_y\d{4}m\d{2}$'), '"page_views_y"YYYY"m"MM') + interval '1 month'
                    <= (now() - older_than) AT TIME ZONE 'UTC')
        ORDER BY c.relname
    LOOP
        IF is_detached THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', found) INTO is_used;
            CONTINUE WHEN is_used;
        END IF;
        RETURN NEXT found;
    END LOOP;
END
$$;
COMMENT ON FUNCTION old_page_view_partitions IS
    'Partitions of months that ended longer ago, those whose detaching was interrupted, and empty tables that were detached and not dropped. Called by maintenance, which drops them.';
