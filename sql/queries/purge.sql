-- What changed on whichever site, for caches in front of the renderer.

-- scope: platform
-- name: queue_purges$
SELECT queue_purges(
    (SELECT system_identifier FROM pg_control_system()) || '/' || (SELECT timeline_id FROM pg_control_checkpoint())
        || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()),
    :again);
