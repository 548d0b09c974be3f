-- What a signed-in owner sees and does. Asked as tapsite_console inside `Visit.db`, which names the owner to the database as well.

-- scope: owner
-- name: dashboard^
SELECT full_name, email, subscription_tier, tokens_balance, website_count, published_website_count, total_views, new_leads
FROM user_dashboard
WHERE id = :user_id;

-- `show`: those that need something alone; `sort`: by what.
-- scope: owner
-- name: sites
SELECT w.id, w.subdomain, w.title, w.status, w.is_password_protected, coalesce(w.view_count, 0) AS views, w.updated_at,
       left(w.config ->> 'timezone', 64) AS zone,
       (SELECT d.host FROM website_domains d WHERE d.website_id = w.id AND d.is_primary AND d.verified_at IS NOT NULL) AS host,
       (SELECT count(*) FROM form_submissions f WHERE f.website_id = w.id AND f.status = 'new') AS new_leads,
       EXISTS (SELECT FROM website_drafts d WHERE d.website_id = w.id) AS has_draft, n.domain_fails, n.channel_fails
FROM websites w JOIN site_needs n ON n.website_id = w.id
WHERE w.user_id = :user_id AND w.deleted_at IS NULL
    AND (:words::text = '' OR strpos(lower(concat_ws(' ', w.title, w.subdomain)), :words) > 0
        OR EXISTS (SELECT FROM website_domains d WHERE d.website_id = w.id AND strpos(d.host, :words) > 0))
    AND CASE :show::text WHEN 'new' THEN n.has_new_leads WHEN 'domains' THEN n.domain_fails WHEN 'channels' THEN n.channel_fails
        ELSE true END
ORDER BY CASE WHEN :sort::text = 'name' THEN lower(coalesce(nullif(btrim(w.title), ''), w.subdomain)) END,
    CASE WHEN :sort = 'views' THEN w.view_count END DESC NULLS LAST, w.updated_at DESC, w.id
LIMIT :most OFFSET :skip;

-- How many of an owner's sites need what.
-- scope: owner
-- name: needs^
SELECT count(*) FILTER (WHERE has_new_leads) AS new, count(*) FILTER (WHERE domain_fails) AS domains,
       count(*) FILTER (WHERE channel_fails) AS channels
FROM site_needs
WHERE user_id = :user_id;

-- Titles to choose among.
-- scope: owner
-- name: titles
SELECT DISTINCT left(coalesce(nullif(btrim(title), ''), subdomain), 100) AS title
FROM websites
WHERE user_id = :user_id AND deleted_at IS NULL
ORDER BY title
LIMIT :most;

-- scope: owner
-- name: domains
SELECT d.host, d.verified_at, d.last_checked_at, d.failing_since, d.is_primary, w.id AS website_id, w.subdomain, w.title,
       left(w.config ->> 'timezone', 64) AS zone
FROM website_domains d JOIN websites w ON w.id = d.website_id
WHERE w.user_id = :user_id AND w.deleted_at IS NULL
ORDER BY d.failing_since IS NULL, d.verified_at IS NOT NULL, d.host, w.id
LIMIT :most OFFSET :skip;

-- scope: owner
-- name: site_of_owner^
SELECT w.id, w.subdomain, w.title, w.status, w.is_password_protected, coalesce(w.view_count, 0) AS views, w.updated_at,
       left(w.config ->> 'timezone', 64) AS zone,
       (SELECT d.host FROM website_domains d WHERE d.website_id = w.id AND d.is_primary AND d.verified_at IS NOT NULL) AS host,
       (SELECT count(*) FROM form_submissions f WHERE f.website_id = w.id AND f.status = 'new') AS new_leads
FROM websites w
WHERE w.user_id = :user_id AND w.id = :website_id AND w.deleted_at IS NULL;

-- scope: owner
-- name: open_session!
INSERT INTO console_sessions (user_id, digest, device, idle_until, ends_at)
VALUES (:user_id, :digest, :device, now() + :idle, now() + :longest);

-- scope: owner
-- name: note_sign_in!
UPDATE users SET last_login_at = now() WHERE id = :user_id;

-- scope: owner
-- name: store_password!
UPDATE users SET password_hash = :new WHERE id = :user_id;

-- scope: owner
-- name: lock_account$
SELECT true FROM users WHERE id = :user_id FOR NO KEY UPDATE;

-- scope: owner
-- name: void_links!
SELECT void_console_links(:user_id);

-- scope: owner
-- name: claims
SELECT d.id, d.host, d.claim_token AS token, d.verified_at, d.last_checked_at, d.failing_since, d.is_primary, w.subdomain,
       l.looked_at, l.seen
FROM website_domains d JOIN websites w ON w.id = d.website_id
LEFT JOIN domain_looks l ON l.domain_id = d.id AND l.looked_at > now() - interval '1 hour'
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
ORDER BY d.is_primary DESC, (d.verified_at IS NULL), d.host
LIMIT :most;

-- Whether the owner's tier may prove new domains.
-- scope: owner
-- name: has_domains$
SELECT coalesce((
    SELECT c.value -> CASE WHEN u.subscription_tier <> 'free' AND u.subscription_expires_at <= now() THEN 'free'
                           ELSE coalesce(u.subscription_tier, 'free') END -> 'custom_domain'
    FROM system_config c WHERE c.key = 'tier_rights') = 'true', false)
FROM users u WHERE u.id = :user_id;

-- scope: owner
-- name: keep_look!
INSERT INTO domain_looks (domain_id, website_id, is_proven, seen)
SELECT d.id, d.website_id, :is_proven, :seen
FROM website_domains d JOIN websites w ON w.id = d.website_id
WHERE d.id = :domain_id AND w.id = :website_id AND w.user_id = :user_id
ON CONFLICT (domain_id) DO UPDATE SET is_proven = excluded.is_proven, seen = excluded.seen, looked_at = now();
