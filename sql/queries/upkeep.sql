-- What is nobody's in particular and has to end some time.

-- scope: platform
-- name: try_upkeep_lock$
SELECT pg_try_advisory_lock(:lock);

-- scope: platform
-- name: doubt_clock$
SELECT doubt_clock();

-- scope: platform
-- name: prune_revisions$
SELECT prune_revisions();

-- scope: platform
-- name: count_template_uses$
SELECT count_template_uses();

-- scope: platform
-- name: prune_change_log$
SELECT prune_change_log();

-- scope: platform
-- name: prune_preview_links$
SELECT prune_preview_links();

-- scope: platform
-- name: prune_deleted_posts$
SELECT prune_deleted_posts();

-- scope: platform
-- name: prune_unsaved$
SELECT prune_unsaved_posts() + prune_unsaved_forms();

-- scope: platform
-- name: prune_taken_forms$
SELECT prune_taken_forms();

-- scope: platform
-- name: relate_posts^
SELECT site, related FROM relate_posts(:following, :most);
