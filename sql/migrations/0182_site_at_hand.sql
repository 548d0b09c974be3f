-- The second wall looked each row of a site up among all sites of its owner. Of the site that a screen is about (SET LOCAL app.site_id) it
-- asks once whether it is the owner's. This opens nothing: it spares looking.
-- compatible_from: 0104

-- Where there are thousands of rows of a site. The condition is no function: one that names its search path is planned at every call.
UPDATE owner_rows SET seen = 'website_id = (SELECT id FROM websites WHERE id = nullif(current_setting(''app.site_id'', true), '''')::uuid '
    'AND user_id = (SELECT app_user_id())) OR ' || seen
WHERE (table_name ~ '^website_.*_daily$' OR table_name = 'form_submissions') AND seen LIKE 'website\_id IN (SELECT id FROM websites WHERE%';

DO $$
DECLARE
    changed record;
BEGIN
    FOR changed IN SELECT o.table_name, o.seen FROM owner_rows o JOIN pg_policies p ON p.schemaname = 'public' AND p.tablename = o.table_name
        WHERE p.policyname = 'own_rows' AND strpos(o.seen, 'app.site_id') > 0 ORDER BY o.table_name
    LOOP
        EXECUTE format('ALTER POLICY own_rows ON %I USING (%s) WITH CHECK (%2$s)', changed.table_name, changed.seen);
    END LOOP;
END
$$;
