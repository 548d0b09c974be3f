-- What changed, for what a worker keeps of all its sites.

-- The place to start from, and whose transactions these are: numbers of another server, or of another timeline of the same,
-- mean something else.
-- scope: platform
-- name: log_now^
SELECT pg_current_snapshot()::text AS snapshot,
       (SELECT system_identifier FROM pg_control_system()) || '/' || CASE
           -- The control file says it at the next checkpoint only, minutes after a standby took over.
           WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())::text
           ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END
           || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS origin;

-- At least one row, of NULLs where nothing changed. `forgotten`: changes of that transaction or older ones are not told any more.
-- scope: platform
-- name: changes_since
SELECT pg_current_snapshot()::text AS snapshot, h.xid::text::bigint AS forgotten, c.website_id, c.tag, c.xid::text::bigint AS xid
FROM (SELECT) AS always
LEFT JOIN change_log_horizon h ON h.xid < pg_snapshot_xmax(pg_current_snapshot())
LEFT JOIN change_log c ON c.xid >= pg_snapshot_xmin(:since::text::pg_snapshot)
    AND NOT pg_visible_in_snapshot(c.xid, :since::text::pg_snapshot)
LIMIT :most;
