-- The other tables whose changes visitors see.
-- compatible_from: 0020

CREATE FUNCTION log_domain_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT website_id, 'site' FROM new_rows UNION SELECT website_id, 'host:' || host FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT website_id, 'site' FROM old_rows UNION SELECT website_id, 'host:' || host FROM old_rows;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_domain_changes IS 'Logs changes of website_domains.';

CREATE TRIGGER log_insert AFTER INSERT ON website_domains REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_domain_changes();
-- Named columns would exclude transition tables; the checks write last_checked_at seldom enough.
CREATE TRIGGER log_update AFTER UPDATE ON website_domains REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_domain_changes();
CREATE TRIGGER log_delete AFTER DELETE ON website_domains REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_domain_changes();

CREATE FUNCTION log_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO change_log (website_id, tag) SELECT DISTINCT website_id, TG_ARGV[0] FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO change_log (website_id, tag) SELECT DISTINCT website_id, TG_ARGV[0] FROM old_rows;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_changes IS 'Logs changes of a table that has website_id, under the tag that is its argument.';

CREATE FUNCTION log_label_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- A link whose post is gone was logged with the post.
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT p.website_id, tag FROM new_rows l JOIN blog_posts p ON p.id = l.blog_post_id,
            LATERAL (VALUES ('labels'), ('post:' || p.id)) AS tags (tag) GROUP BY 1, 2;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT p.website_id, tag FROM old_rows l JOIN blog_posts p ON p.id = l.blog_post_id,
            LATERAL (VALUES ('labels'), ('post:' || p.id)) AS tags (tag) GROUP BY 1, 2;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_label_links IS 'Logs which posts stand under which category or tag.';

DO $$
DECLARE
    source record;
BEGIN
    FOR source IN
        SELECT * FROM (VALUES
            ('blog_categories', 'log_changes(''labels'')'),
            ('blog_tags', 'log_changes(''labels'')'),
            ('form_templates', 'log_changes(''forms'')'),
            ('blog_post_categories', 'log_label_links()'),
            ('blog_post_tags', 'log_label_links()')
        ) AS sources (table_name, call)
    LOOP
        EXECUTE format('CREATE TRIGGER log_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION %s', source.table_name, source.call);
        EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION %s', source.table_name, source.call);
        EXECUTE format('CREATE TRIGGER log_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION %s', source.table_name, source.call);
    END LOOP;
END
$$;

CREATE FUNCTION log_template_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO change_log (tag) VALUES ('template:' || OLD.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_template_change IS 'Logs a template that was changed, not one that was counted.';

CREATE TRIGGER log_update AFTER UPDATE ON templates
    FOR EACH ROW WHEN (OLD.updated_at IS DISTINCT FROM NEW.updated_at) EXECUTE FUNCTION log_template_change();

CREATE FUNCTION log_platform_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO change_log (tag) VALUES ('platform');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_platform_change IS 'Logs a change of system_config.';

CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE ON system_config
    FOR EACH STATEMENT EXECUTE FUNCTION log_platform_change();

CREATE FUNCTION log_owner_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO change_log (website_id, tag) SELECT id, 'site' FROM websites WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_owner_change IS 'Logs the sites of an owner whose state or tier changed.';

CREATE TRIGGER log_owner_change AFTER UPDATE ON users FOR EACH ROW
    WHEN ((OLD.deactivated_at, OLD.subscription_tier, OLD.subscription_started_at, OLD.subscription_expires_at)
          IS DISTINCT FROM (NEW.deactivated_at, NEW.subscription_tier, NEW.subscription_started_at, NEW.subscription_expires_at))
    EXECUTE FUNCTION log_owner_change();
