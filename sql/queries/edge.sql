-- Host to site. The host is what tells the tenants apart, so these are the only queries of a visitor's request that may
-- look across all of them.

-- scope: platform
-- name: site_by_subdomain^
SELECT id, subdomain, state, is_password_protected, password_version, primary_host, title, description, favicon_url,
       template_id, template_variant, config, design_tokens, generated_content, components_config, seo_title,
       seo_description, og_image_url, updated_at, default_sections, css_variables, available_color_schemes, user_id, tier,
       pg_current_snapshot()::text AS snapshot, site_lasts(id) AS lasts
FROM (SELECT) AS always
LEFT JOIN edge_sites ON subdomain = :label;

-- The proof of an apex covers its www name, whose DNS the same person holds; www never proves the apex.
-- scope: platform
-- name: site_by_domain^
SELECT s.id, s.subdomain, s.state, s.is_password_protected, s.password_version, s.primary_host, s.title, s.description,
       s.favicon_url, s.template_id, s.template_variant, s.config, s.design_tokens, s.generated_content,
       s.components_config, s.seo_title, s.seo_description, s.og_image_url, s.updated_at, s.default_sections,
       s.css_variables, s.available_color_schemes, s.user_id, s.tier,
       pg_current_snapshot()::text AS snapshot, site_lasts(s.id) AS lasts
FROM (SELECT) AS always
LEFT JOIN edge_domains d ON d.host IN (:host, :apex)
LEFT JOIN edge_sites s ON s.id = d.website_id
ORDER BY d.host = :host DESC NULLS LAST
LIMIT 1;

-- scope: site
-- name: site_by_id^
SELECT id, subdomain, state, is_password_protected, password_version, primary_host, title, description, favicon_url,
       template_id, template_variant, config, design_tokens, generated_content, components_config, seo_title,
       seo_description, og_image_url, updated_at, default_sections, css_variables, available_color_schemes, user_id, tier
FROM edge_sites
WHERE id = :website_id;

-- In a preview edge_sites is what that shows (migration 0052).
-- scope: site
-- name: live_site_by_id^
SELECT id, subdomain, state, is_password_protected, password_version, primary_host, title, description, favicon_url,
       template_id, template_variant, config, design_tokens, generated_content, components_config, seo_title,
       seo_description, og_image_url, updated_at, default_sections, css_variables, available_color_schemes, user_id, tier
FROM public.edge_sites
WHERE id = :website_id;
