-- What operators do with a whole site.

-- scope: site
-- name: lock_site^
SELECT id, user_id, subdomain, status, published_at FROM websites WHERE id = :website_id FOR UPDATE;

-- Who looked a site up by its subdomain: it may be one that no host answers for.
-- scope: platform
-- name: site_named^
SELECT id FROM websites WHERE subdomain = :label;

-- scope: site
-- name: set_status!
UPDATE websites SET status = :status WHERE id = :website_id;

-- The status before the suspension that lasts; NULL where nobody wrote it down, as another program suspended.
-- scope: site
-- name: status_before$
SELECT CASE WHEN action = 'site_suspended' THEN old_values ->> 'status' END FROM audit_logs
WHERE entity_type = 'website' AND entity_id = :website_id AND action IN ('site_suspended', 'site_restored')
ORDER BY created_at DESC
LIMIT 1;

-- scope: site
-- name: note!
INSERT INTO audit_logs (action, entity_type, entity_id, user_id, old_values, changes_summary)
SELECT :action, 'website', w.id, w.user_id, jsonb_build_object('status', w.status, 'subdomain', w.subdomain), :why::text
FROM websites w WHERE w.id = :website_id;

-- scope: site
-- name: export_site
SELECT source, content::text AS content FROM export_site(:website_id);

-- scope: site
-- name: erase_site!
DELETE FROM websites WHERE id = :website_id;
