-- What changed, for caches.
-- compatible_from: 0019

CREATE TABLE change_log (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    website_id uuid,
    tag text NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    logged_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX change_log_logged_at ON change_log (logged_at);

COMMENT ON TABLE change_log IS
    'Changes of what visitors see. Written by statement triggers, read by every worker, pruned by maintenance. A reader takes the '
    'rows whose xid was not visible in its former snapshot: ids commit out of order. NOTIFY tapsite_changes only wakes it up.';
COMMENT ON COLUMN change_log.website_id IS 'NULL: concerns all sites that have the tag. No foreign key: a deletion is a change too.';
COMMENT ON COLUMN change_log.tag IS
    'site (the row, its owner, its domains), subdomain:<label>, host:<host>, posts (which posts there are, and their lists), post:<id>, '
    'labels (categories and tags), forms; without a site: template:<id>, platform (system_config).';
COMMENT ON COLUMN change_log.xid IS 'The writing transaction; a cached answer is stale when it is not visible in the snapshot that read it.';

CREATE FUNCTION wake_readers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added) THEN
        PERFORM pg_notify('tapsite_changes', ''); -- never a payload: beyond 8,000 bytes it would abort the writer
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION wake_readers IS 'Notifies the channel tapsite_changes at commit.';

CREATE TRIGGER wake_readers AFTER INSERT ON change_log REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wake_readers();

CREATE FUNCTION prune_change_log(older_than interval DEFAULT '1 hour') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Rows from the future of this cluster came with a restored dump; nothing here would ever see them.
    WITH pruned AS (
        DELETE FROM change_log
        WHERE logged_at < now() - older_than OR xid >= pg_snapshot_xmax(pg_current_snapshot())
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_change_log IS
    'Forgets old changes; returns how many. Called by maintenance, and after restoring a dump. A reader away for longer trusts nothing it has.';

CREATE FUNCTION log_website_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Counting leaves changed_in alone, and so never gets here.
        INSERT INTO change_log (website_id, tag)
        SELECT id, 'site' FROM new_rows WHERE changed_in = pg_current_xact_id()
        UNION
        SELECT id, 'subdomain:' || subdomain FROM new_rows WHERE changed_in = pg_current_xact_id()
        UNION
        SELECT o.id, 'subdomain:' || o.subdomain FROM old_rows o JOIN new_rows n USING (id) WHERE o.subdomain <> n.subdomain;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT id, tag FROM new_rows, LATERAL (VALUES ('site'), ('subdomain:' || subdomain)) AS tags (tag);
    ELSE
        INSERT INTO change_log (website_id, tag)
        SELECT id, tag FROM old_rows, LATERAL (VALUES ('site'), ('subdomain:' || subdomain)) AS tags (tag);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_website_changes IS 'Logs changes of websites that are more than counting.';

CREATE TRIGGER log_insert AFTER INSERT ON websites REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_website_changes();
CREATE TRIGGER log_update AFTER UPDATE ON websites REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_website_changes();
CREATE TRIGGER log_delete AFTER DELETE ON websites REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_website_changes();

CREATE FUNCTION log_blog_post_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT website_id, 'post:' || id FROM old_rows UNION SELECT website_id, 'posts' FROM old_rows;
    ELSE
        -- At an insert changed_in is the transaction's own by default.
        INSERT INTO change_log (website_id, tag)
        SELECT website_id, 'post:' || id FROM new_rows WHERE changed_in = pg_current_xact_id()
        UNION
        SELECT website_id, 'posts' FROM new_rows WHERE changed_in = pg_current_xact_id();
    END IF;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT DISTINCT o.website_id, 'posts' FROM old_rows o JOIN new_rows n USING (id) WHERE o.website_id <> n.website_id;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_blog_post_changes IS 'Logs changes of posts that are more than counting.';

CREATE TRIGGER log_insert AFTER INSERT ON blog_posts REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_blog_post_changes();
CREATE TRIGGER log_update AFTER UPDATE ON blog_posts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_blog_post_changes();
CREATE TRIGGER log_delete AFTER DELETE ON blog_posts REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION log_blog_post_changes();
