-- What each role may do, and the database's own time zone.
-- compatible_from: 0024

CREATE FUNCTION grant_rights() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    statement text;
    wanted text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        -- Reads what is public, inserts leads and views, counts.
        'GRANT USAGE ON SCHEMA public TO tapsite_edge',
        'GRANT SELECT ON edge_sites, edge_domains, visible_posts, templates, blog_categories, blog_tags, blog_post_categories, '
            'blog_post_tags, slug_history, form_templates, change_log, schema_versions TO tapsite_edge',
        'GRANT SELECT (website_id, host, verified_at, is_primary) ON website_domains TO tapsite_edge',
        -- Not status, delivery or dates: they are the database's and the console's.
        'GRANT INSERT (id, website_id, form_type, submitter_name, submitter_email, submitter_phone, data, ip_address, user_agent, '
            'referrer_url), SELECT (id) ON form_submissions TO tapsite_edge',
        'GRANT INSERT, SELECT (id, website_id, created_at) ON page_views TO tapsite_edge',
        'GRANT SELECT (id, view_count, unique_visitor_count, last_viewed_at), '
            'UPDATE (view_count, unique_visitor_count, last_viewed_at) ON websites TO tapsite_edge',
        'GRANT SELECT (id, website_id, view_count), UPDATE (view_count) ON blog_posts TO tapsite_edge',
        'GRANT SELECT ON day_key_roots TO tapsite_edge',
        'GRANT EXECUTE ON FUNCTION site_password_hash(uuid), site_password_rehash(uuid, text, text) TO tapsite_edge',
        -- The owners' pages.
        'GRANT USAGE ON SCHEMA public TO tapsite_console',
        'GRANT SELECT ON ALL TABLES IN SCHEMA public TO tapsite_console',
        'REVOKE SELECT ON day_key_roots, takeover_notes FROM tapsite_console',
        'GRANT INSERT, UPDATE ON users TO tapsite_console',
        'GRANT INSERT, UPDATE, DELETE ON websites, website_domains, blog_posts, blog_categories, blog_post_categories, blog_tags, '
            'blog_post_tags, form_templates, form_submissions TO tapsite_console',
        'GRANT INSERT ON audit_logs TO tapsite_console',
        'GRANT EXECUTE ON FUNCTION site_password_hash(uuid), site_password_rehash(uuid, text, text), anonymise_user(uuid) '
            'TO tapsite_console',
        -- Partitions, roll-ups, pruning, domain checks.
        'GRANT USAGE ON SCHEMA public TO tapsite_maintain',
        'GRANT SELECT ON edge_sites, edge_domains, visible_posts, change_log, schema_versions, system_config, page_views, '
            'website_analytics_daily, website_domains, day_key_roots TO tapsite_maintain',
        'GRANT SELECT (id, config) ON websites TO tapsite_maintain',
        'GRANT DELETE, UPDATE (visitor_hash, session_id) ON page_views TO tapsite_maintain',
        'GRANT INSERT, UPDATE, DELETE ON website_analytics_daily TO tapsite_maintain',
        'GRANT UPDATE (verified_at, last_checked_at, failing_since, last_error, is_primary) ON website_domains TO tapsite_maintain',
        'GRANT INSERT, DELETE ON day_key_roots TO tapsite_maintain',
        'GRANT EXECUTE ON FUNCTION make_page_view_partitions(integer), prune_revisions(integer, interval), '
            'prune_change_log(interval) TO tapsite_maintain'
    ] LOOP
        wanted = substring(statement FROM 'tapsite_[a-z]+$');
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE statement;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION grant_rights IS
    'Gives the roles that exist their rights. Called after every migration, and by an administrator who made a role by hand.';

-- Functions are everybody's unless said otherwise; these act with the owner's rights.
REVOKE EXECUTE ON FUNCTION
    site_password_hash(uuid), site_password_rehash(uuid, text, text), anonymise_user(uuid), check_refund(token_transactions),
    make_page_view_partition(date), make_page_view_partitions(integer), prune_revisions(integer, interval),
    prune_change_log(interval), grant_rights(), config_integer(text, integer)
FROM PUBLIC;

CREATE FUNCTION settle_database() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Other programs still write times without a zone; the database's own decides what they mean.
    BEGIN
        EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
    EXCEPTION
        WHEN insufficient_privilege THEN
            RAISE WARNING 'the owner of the database must run: ALTER DATABASE % SET timezone = ''UTC''',
                quote_ident(current_database());
    END;
    -- A temporary function is enough to look at rows that a view filters out, and temporary tables fill the disk.
    BEGIN
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXCEPTION
        WHEN insufficient_privilege THEN
            RAISE WARNING 'the owner of the database must run: REVOKE TEMPORARY ON DATABASE % FROM PUBLIC',
                quote_ident(current_database());
    END;
    -- Databases that were upgraded from before PostgreSQL 15 still let everybody create objects here.
    EXECUTE 'REVOKE CREATE ON SCHEMA public FROM PUBLIC';
    PERFORM grant_rights();
    PERFORM make_page_view_partitions();
END
$$;
COMMENT ON FUNCTION settle_database IS
    'What a dump does not carry over and time makes necessary: zone, rights, partitions. Called after every migration.';
REVOKE EXECUTE ON FUNCTION settle_database() FROM PUBLIC;

DO $$ BEGIN PERFORM make_page_view_partitions(); END $$;
