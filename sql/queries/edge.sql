-- Host to site. The host is what tells the tenants apart, so these are the only queries of a visitor's request that may
-- look across all of them.

-- scope: platform
-- name: site_by_subdomain^
SELECT * FROM edge_sites WHERE subdomain = :label;

-- The proof of an apex covers its www name, whose DNS the same person holds; www never proves the apex.
-- scope: platform
-- name: site_by_domain^
SELECT s.*
FROM edge_domains d
JOIN edge_sites s ON s.id = d.website_id
WHERE d.host IN (:host, :apex) AND s.serves_custom_domains
ORDER BY d.host = :host DESC
LIMIT 1;
