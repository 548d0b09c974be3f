-- For the internal port: what a proxy may get certificates for, and how much waits.

-- scope: platform
-- name: verified_hosts
SELECT host, website_id FROM edge_domains;

-- scope: platform
-- name: verified_hosts_of
SELECT host, website_id FROM edge_domains WHERE website_id = ANY(:ids);

-- scope: platform
-- name: is_subdomain$
SELECT EXISTS (SELECT FROM edge_sites WHERE subdomain = :label);

-- scope: platform
-- name: has_preview$
SELECT has_preview(:site);

-- scope: platform
-- name: outbox_depths
SELECT kind, count(*) AS jobs FROM outbox WHERE state = 'waiting' GROUP BY kind;
