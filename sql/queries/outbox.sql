-- Jobs of all tenants: whoever is free does the next one.

-- scope: platform
-- name: due_kinds
SELECT k.kind FROM unnest(:kinds::text[]) AS k (kind)
WHERE EXISTS (SELECT FROM outbox o WHERE o.state = 'waiting' AND o.kind = k.kind AND o.next_at <= now());

-- A claim that was never settled is a worker's death, and no attempt of its own: nothing is known of what it did.
-- scope: platform
-- name: claim_jobs
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'waiting' AND kind = :kind AND next_at <= now()
    ORDER BY next_at
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
UPDATE outbox o
SET lease = :lease, attempts = o.attempts + (o.lease IS NULL)::integer, deaths = o.deaths + (o.lease IS NOT NULL)::integer,
    next_at = now() + make_interval(secs => :seconds)
FROM due WHERE o.id = due.id
RETURNING o.id, o.website_id, o.payload, o.attempts, o.deaths;

-- What another worker has claimed meanwhile stays that worker's.
-- scope: platform
-- name: settle_jobs!
UPDATE outbox
SET state = :state, next_at = now() + make_interval(secs => :seconds), lease = NULL, last_error = :error,
    settled_at = CASE WHEN :state <> 'waiting' THEN now() END
WHERE id = ANY(:ids) AND lease = :lease;

-- scope: platform
-- name: prune_outbox$
SELECT prune_outbox();
