-- Jobs of all tenants: whoever is free does the next one.

-- scope: platform
-- name: due_kinds
SELECT k.kind FROM unnest(:kinds::text[]) AS k (kind)
WHERE EXISTS (SELECT FROM outbox o WHERE o.state = 'waiting' AND o.kind = k.kind AND o.next_at <= now());

-- A claim that was never settled is a worker's death, and no attempt of its own: nothing is known of what it did. A job that
-- several ended over is claimed alone, so that what kills them takes nothing else along.
-- Sites take turns, each for at most :share jobs of a claim: one with thousands waiting, to a receiver that never answers, would
-- keep everybody else's for hours. What it has under way already (:held) is part of that. Sites whose deliveries take their time
-- come in so many as there are places for slow ones. Of more than are looked at, the oldest and the newest are: what has just come
-- waits for no flood.
-- scope: platform
-- name: claim_jobs
WITH looked_at AS (
    (SELECT id, website_id, next_at FROM outbox WHERE state = 'waiting' AND kind = :kind AND next_at <= now()
     ORDER BY next_at LIMIT :looked)
    UNION
    (SELECT id, website_id, next_at FROM outbox WHERE state = 'waiting' AND kind = :kind AND next_at <= now()
     ORDER BY next_at DESC LIMIT :looked)
), turns AS (
    SELECT l.id, l.next_at, coalesce(l.website_id = ANY(:slow::uuid[]), false) AS is_slow,
        row_number() OVER (PARTITION BY l.website_id ORDER BY l.next_at, l.id) + coalesce(h.held, 0) AS turn
    FROM looked_at l LEFT JOIN unnest(:holders::uuid[], :held::integer[]) AS h (website_id, held) USING (website_id)
), places AS (
    SELECT id, is_slow, row_number() OVER (PARTITION BY is_slow ORDER BY turn, next_at) AS place FROM turns WHERE turn <= :share
), due AS MATERIALIZED (
    SELECT o.id, o.deaths >= :suspect AS is_suspect, o.next_at FROM outbox o
    WHERE o.id = ANY(ARRAY(SELECT p.id FROM places p WHERE p.place <= CASE WHEN p.is_slow THEN :most_slow::bigint ELSE :most::bigint END))
        AND o.state = 'waiting' AND o.next_at <= now()
    ORDER BY o.id
    FOR UPDATE SKIP LOCKED
), first AS (
    SELECT id, is_suspect FROM due ORDER BY next_at, id LIMIT 1
)
UPDATE outbox o
SET lease = :lease, attempts = o.attempts + (o.lease IS NULL)::integer, deaths = o.deaths + (o.lease IS NOT NULL)::integer,
    next_at = now() + make_interval(secs => :seconds)
FROM due, first
WHERE o.id = due.id AND CASE WHEN first.is_suspect THEN due.id = first.id ELSE NOT due.is_suspect END
RETURNING o.id, o.website_id, o.payload, o.attempts, o.deaths;

-- What another worker has claimed meanwhile stays that worker's.
-- scope: platform
-- name: settle_jobs!
UPDATE outbox
SET state = :state, next_at = now() + make_interval(secs => :seconds), lease = NULL, last_error = :error,
    settled_at = CASE WHEN :state <> 'waiting' THEN now() END
WHERE id = ANY(:ids) AND lease = :lease;

-- Who is told to stop gives back what it has not settled: no attempt, and no death either.
-- scope: platform
-- name: give_back_jobs!
UPDATE outbox SET lease = NULL, attempts = greatest(attempts - 1, 0), next_at = now()
WHERE id = ANY(:ids) AND lease = :lease AND state = 'waiting';

-- scope: platform
-- name: hurry_jobs$
SELECT hurry_jobs(:kind, :errors::text[], :most);

-- scope: platform
-- name: prune_outbox$
SELECT prune_outbox();
