-- What caches of answers ask: what changed since, what was forgotten, how long a site stays as it is.
-- compatible_from: 0027

-- A reader takes what its former snapshot did not see: little, and the newest.
CREATE INDEX change_log_xid ON change_log (xid);

CREATE TABLE change_log_horizon (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    xid xid8 NOT NULL
);
COMMENT ON TABLE change_log_horizon IS
    'How far change_log was pruned. Written by prune_change_log, read by every worker: whoever last read the log when this '
    'transaction, or an older one, was still to come trusts nothing it has.';
COMMENT ON COLUMN change_log_horizon.only_row IS 'There is one row, once something was forgotten.';
COMMENT ON COLUMN change_log_horizon.xid IS 'The newest transaction of which a change was forgotten.';

CREATE OR REPLACE FUNCTION prune_change_log(older_than interval DEFAULT '1 hour') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Rows from the future of this cluster came with a restored dump; nothing here would ever see them. Those as young as the
    -- oldest transaction under way stay, whatever their time says: it is that of the beginning, and readers meet them at the end.
    WITH pruned AS (
        DELETE FROM change_log c
        WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
            OR logged_at < now() - older_than AND xid < pg_snapshot_xmin(pg_current_snapshot()) AND NOT (
                tag IN ('site', 'posts', 'labels') AND website_id IS NOT NULL
                AND NOT EXISTS (
                    SELECT FROM change_log newer
                    WHERE newer.website_id = c.website_id AND newer.tag = c.tag
                        AND newer.tag IN ('site', 'posts', 'labels')
                        AND (newer.logged_at, newer.id) > (c.logged_at, c.id))
                AND EXISTS (SELECT FROM websites w WHERE w.id = c.website_id))
        RETURNING xid
    ), moved AS (
        INSERT INTO change_log_horizon AS h (xid)
        SELECT max(xid) FROM pruned WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) HAVING max(xid) IS NOT NULL
        ON CONFLICT (only_row) DO UPDATE SET xid = excluded.xid
        WHERE excluded.xid > h.xid OR h.xid >= pg_snapshot_xmax(pg_current_snapshot()) -- another server's
    )
    SELECT count(*) FROM pruned
$$;

CREATE FUNCTION site_lasts(site uuid) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT extract(epoch FROM least( -- which ignores NULL
        (SELECT readable_time(coalesce(p.scheduled_at, p.published_at)) FROM blog_posts p
         WHERE p.website_id = site AND p.status = 'published'
             AND readable_time(coalesce(p.scheduled_at, p.published_at)) > now()
         ORDER BY readable_time(coalesce(p.scheduled_at, p.published_at)) LIMIT 1),
        (SELECT readable_time(u.subscription_expires_at) FROM websites w JOIN users u ON u.id = w.user_id
         WHERE w.id = site AND u.subscription_expires_at > now())
    ) - now())
$$;
COMMENT ON FUNCTION site_lasts IS
    'Seconds until a site shows something else without anybody writing: its next post is due, or its owner''s subscription '
    'ends. NULL: never.';

REVOKE EXECUTE ON FUNCTION site_lasts(uuid) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION site_lasts(uuid) TO tapsite_edge'),
    ('GRANT SELECT ON change_log_horizon TO tapsite_edge');
