-- Custom domains. Hosts are what tells the tenants apart, so the checks look across all of them.

-- scope: platform
-- name: claims_of_host
SELECT * FROM domain_claims WHERE host = :host ORDER BY id;

-- scope: site
-- name: claims_of_site
SELECT * FROM domain_claims WHERE website_id = :website_id ORDER BY is_primary DESC, host;

-- scope: platform
-- name: all_claims
SELECT * FROM domain_claims ORDER BY host, subdomain LIMIT :most;

-- A proven host once a day; a claim soon after it was made, then ever more rarely, for a month. A failing one is asked
-- again as often as a new one: its holder is at work on it. At once where an owner's own look found the record.
-- scope: platform
-- name: due_claims
SELECT d.* FROM domain_claims d
CROSS JOIN LATERAL (SELECT now() - coalesce(d.failing_since, d.created_at) AS age) AS claim
WHERE d.state NOT IN ('gone', 'expired')
    AND CASE
        -- While the clock was ahead.
        WHEN d.last_checked_at > now() THEN true
        WHEN (d.verified_at IS NULL OR d.failing_since IS NOT NULL) AND EXISTS (
            SELECT FROM domain_looks l
            WHERE l.domain_id = d.id AND l.is_proven AND l.looked_at > coalesce(d.last_checked_at, '-infinity')) THEN true
        WHEN d.verified_at IS NOT NULL AND d.failing_since IS NULL THEN
            d.last_checked_at IS NULL OR d.last_checked_at < now() - interval '1 day'
        ELSE claim.age < interval '30 days' AND (d.last_checked_at IS NULL
            OR d.last_checked_at < now() - least(interval '1 day', greatest(interval '10 minutes', claim.age / 10)))
    END
ORDER BY d.last_checked_at NULLS FIRST, d.id
LIMIT :most;

-- All claims to the host at once, in one order, so that two checks of it follow one another.
-- scope: platform
-- name: lock_host
SELECT id, claim_token AS token, verified_at, failing_since
FROM website_domains
WHERE host = :host
ORDER BY id
FOR UPDATE;

-- scope: site
-- name: record_proof!
UPDATE website_domains
SET verified_at = coalesce(verified_at, now()), failing_since = NULL, last_error = NULL, last_checked_at = now()
WHERE id = :id AND website_id = :website_id;

-- scope: site
-- name: record_absence^
UPDATE website_domains
SET failing_since = CASE WHEN verified_at IS NULL THEN failing_since ELSE coalesce(failing_since, now()) END,
    verified_at = CASE WHEN failing_since < now() - make_interval(secs => :grace_seconds) THEN NULL ELSE verified_at END,
    last_error = :error, last_checked_at = now()
WHERE id = :id AND website_id = :website_id
RETURNING verified_at, failing_since;

-- scope: site
-- name: record_doubt!
UPDATE website_domains SET last_error = :error, last_checked_at = now()
WHERE id = :id AND website_id = :website_id;

-- Whoever lost the host to a new proof: as if its own grace were over.
-- scope: platform
-- name: displace!
UPDATE website_domains
SET verified_at = NULL, failing_since = coalesce(failing_since, now()), last_error = :error, last_checked_at = now()
WHERE id = :id AND host = :host;

-- scope: site
-- name: add_claim!
INSERT INTO website_domains (website_id, host) VALUES (:website_id, :host)
ON CONFLICT (website_id, host) DO NOTHING;

-- A claim made by the column is taken back there, or it would come again.
-- scope: site
-- name: remove_claim$
WITH gone AS (
    DELETE FROM website_domains WHERE website_id = :website_id AND host = :host RETURNING id
), column_too AS (
    UPDATE websites SET custom_domain = NULL
    WHERE id = :website_id AND lower(rtrim(custom_domain, '.')) = :host
)
SELECT count(*) FROM gone;

-- One primary a site: the other gives way in the same statement's transaction.
-- scope: site
-- name: unset_primary!
UPDATE website_domains SET is_primary = false WHERE website_id = :website_id AND is_primary AND host <> :host;

-- scope: site
-- name: set_primary$
UPDATE website_domains SET is_primary = true
WHERE website_id = :website_id AND host = :host AND verified_at IS NOT NULL
RETURNING true;
