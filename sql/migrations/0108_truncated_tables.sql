-- A table that is emptied at once is a change that visitors see, too: no row's trigger tells of it.
-- compatible_from: 0055

CREATE FUNCTION log_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Whose rows are gone cannot be asked any more, so everybody's answers are read anew.
    INSERT INTO change_log (tag) VALUES ('platform');
    IF TG_TABLE_NAME LIKE 'blog%' THEN
        -- Feeds and sitemaps take their Last-Modified from here; pruning keeps a row of each site that ever had posts.
        INSERT INTO change_log (website_id, tag)
        SELECT DISTINCT c.website_id, 'posts' FROM change_log c WHERE c.tag IN ('posts', 'labels') AND c.website_id IS NOT NULL;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_truncate IS
    'Logs that a table was truncated: as a change of everything, and for tables of blogs as one of each site that had posts.';
REVOKE EXECUTE ON FUNCTION log_truncate() FROM PUBLIC;

CREATE TRIGGER log_truncate AFTER TRUNCATE ON websites FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON website_domains FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON blog_posts FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON blog_categories FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON blog_tags FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON blog_post_categories FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON blog_post_tags FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON form_templates FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON system_config FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
CREATE TRIGGER log_truncate AFTER TRUNCATE ON change_log FOR EACH STATEMENT EXECUTE FUNCTION log_truncate();
