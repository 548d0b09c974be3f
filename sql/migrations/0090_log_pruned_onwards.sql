-- Old changes are looked at once each, not all of them every ten minutes.
-- compatible_from: 0055

ALTER TABLE change_log_horizon ADD COLUMN settled xid8 NOT NULL DEFAULT '0';
COMMENT ON COLUMN change_log_horizon.settled IS
    'What is left of this transaction and older ones is the newest change of its site and tag, or younger changes lead to it. '
    'Written and read by prune_change_log.';

CREATE OR REPLACE FUNCTION prune_change_log(older_than interval DEFAULT '1 hour') RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    -- Transactions below `running` are over: nothing will ever come between what was looked at.
    running CONSTANT xid8 := pg_snapshot_xmin(pg_current_snapshot());
    coming CONSTANT xid8 := pg_snapshot_xmax(pg_current_snapshot());
    old CONSTANT timestamptz := now() - older_than;
    -- NULL: another server's, that of a restored dump.
    since CONSTANT xid8 := coalesce((SELECT h.settled FROM change_log_horizon h WHERE h.settled < coming), '0');
    foreign_rows bigint;
    pruned_rows bigint;
BEGIN
    -- Rows from the future of this cluster came with a restored dump; nothing here would ever see them.
    DELETE FROM change_log WHERE xid >= coming;
    GET DIAGNOSTICS foreign_rows = ROW_COUNT;
    -- Those as young as the oldest transaction under way stay, whatever their time says: it is that of the beginning, and readers
    -- meet them at the end. Rows of one transaction are looked at together.
    WITH looked AS MATERIALIZED (
        SELECT c.id, c.website_id, c.tag, c.xid, c.logged_at,
               c.tag IN ('site', 'posts', 'labels') AND c.website_id IS NOT NULL AS lasts
        FROM change_log c WHERE c.xid > since AND c.xid < running
        ORDER BY c.xid FETCH FIRST 50000 ROWS WITH TIES
    ), sites AS MATERIALIZED (
        SELECT DISTINCT l.website_id, l.tag, EXISTS (SELECT FROM websites w WHERE w.id = l.website_id) AS is_there
        FROM looked l WHERE l.lasts
    ), pruned AS (
        DELETE FROM change_log c
        WHERE c.xid < running AND c.logged_at < old AND c.id IN (
            SELECT l.id FROM looked l WHERE NOT l.lasts
            UNION ALL
            SELECT followed.id
            FROM sites s CROSS JOIN LATERAL (
                SELECT o.id FROM change_log o
                WHERE o.website_id = s.website_id AND o.tag = s.tag AND o.tag IN ('site', 'posts', 'labels')
                ORDER BY o.logged_at DESC, o.id DESC
                OFFSET CASE WHEN s.is_there THEN 1 ELSE 0 END
            ) AS followed
            UNION ALL
            SELECT o.id FROM sites s JOIN change_log o ON o.website_id = s.website_id AND o.tag IN ('site', 'posts', 'labels')
            WHERE s.tag = 'site' AND NOT s.is_there
        )
        RETURNING c.xid
    ), passed AS (
        SELECT max(l.xid) AS xid FROM looked l
        WHERE l.xid < coalesce((SELECT min(young.xid) FROM looked young WHERE young.logged_at >= old), running)
    ), moved AS (
        INSERT INTO change_log_horizon AS h (xid, settled)
        SELECT coalesce(told.xid, '0'), coalesce(passed.xid, since)
        FROM passed, (SELECT max(p.xid) AS xid FROM pruned p) AS told
        WHERE passed.xid IS NOT NULL OR told.xid IS NOT NULL
        ON CONFLICT (only_row) DO UPDATE SET settled = excluded.settled, xid =
            CASE WHEN excluded.xid > h.xid OR h.xid >= coming -- another server's
            THEN excluded.xid ELSE h.xid END
    )
    SELECT count(*) INTO pruned_rows FROM pruned;
    RETURN foreign_rows + pruned_rows;
END
$$;
COMMENT ON FUNCTION prune_change_log IS
    'Forgets old changes but the newest of each site, of the next 50,000 that it has not settled yet; returns how many. Called by '
    'maintenance until it says 0, and after restoring a dump. A reader away for longer trusts nothing it has.';
