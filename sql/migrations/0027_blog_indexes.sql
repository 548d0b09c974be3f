-- What feeds and indexes of a blog ask: when it last changed.
-- compatible_from: 0026

-- The newest row of each site and tag outlives its hour: it tells feeds when they changed last.
CREATE INDEX change_log_last ON change_log (website_id, tag, logged_at DESC) WHERE tag IN ('site', 'posts', 'labels');

CREATE OR REPLACE FUNCTION prune_change_log(older_than interval DEFAULT '1 hour') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Rows from the future of this cluster came with a restored dump; nothing here would ever see them.
    WITH pruned AS (
        DELETE FROM change_log c
        WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
            OR logged_at < now() - older_than AND NOT (
                tag IN ('site', 'posts', 'labels') AND website_id IS NOT NULL
                AND NOT EXISTS (
                    SELECT FROM change_log newer
                    WHERE newer.website_id = c.website_id AND newer.tag = c.tag
                        AND newer.tag IN ('site', 'posts', 'labels')
                        AND (newer.logged_at, newer.id) > (c.logged_at, c.id))
                AND EXISTS (SELECT FROM websites w WHERE w.id = c.website_id))
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_change_log IS
    'Forgets old changes but the newest of each site; returns how many. Called by maintenance, and after restoring a dump. A reader '
    'away for longer trusts nothing it has.';

CREATE FUNCTION blog_changed(site uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT greatest( -- which ignores NULL
        (SELECT max(logged_at) FROM change_log WHERE website_id = site AND tag = 'site'),
        (SELECT max(logged_at) FROM change_log WHERE website_id = site AND tag = 'posts'),
        (SELECT max(logged_at) FROM change_log WHERE website_id = site AND tag = 'labels'),
        (SELECT visible_from FROM published_posts WHERE website_id = site ORDER BY visible_from DESC, id LIMIT 1),
        (SELECT readable_time(created_at) FROM websites WHERE id = site)
    )
$$;
COMMENT ON FUNCTION blog_changed IS
    'When what a site''s blog shows changed last: by a writer, or because a post became due. Never goes back, since a deletion is '
    'logged too.';

REVOKE EXECUTE ON FUNCTION blog_changed(uuid) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION blog_changed(uuid) TO tapsite_edge');
