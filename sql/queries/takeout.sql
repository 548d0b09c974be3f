-- What an owner takes along of a site. The console's role sees one owner's alone besides.

-- scope: site
-- name: site_text$
SELECT jsonb_pretty(jsonb_build_object(
    'site', (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(w)) WHERE key <> ALL (w.oversized) AND key IN (
        'id', 'subdomain', 'title', 'description', 'favicon_url', 'template_id', 'template_variant', 'config', 'design_tokens',
        'generated_content', 'components_config', 'status', 'seo_title', 'seo_description', 'seo_keywords', 'og_image_url', 'created_at',
        'updated_at', 'published_at')),
    'too_large', w.oversized,
    'domains', ARRAY(SELECT d.host FROM website_domains d WHERE d.website_id = w.id ORDER BY d.host LIMIT 1000),
    'forms', (SELECT coalesce(jsonb_agg(jsonb_build_object('form_type', f.form_type, 'fields', f.fields, 'settings', f.settings)), '[]')
        FROM form_templates f WHERE f.website_id = w.id AND NOT is_oversized(f.fields) AND NOT is_oversized(f.settings)),
    'categories', (SELECT coalesce(jsonb_agg(jsonb_build_object('slug', c.slug, 'name', c.name)), '[]')
        FROM blog_categories c WHERE c.website_id = w.id),
    'tags', (SELECT coalesce(jsonb_agg(jsonb_build_object('slug', t.slug, 'name', t.name)), '[]')
        FROM blog_tags t WHERE t.website_id = w.id)))
FROM websites w
WHERE w.id = :website_id;

-- scope: site
-- name: post_ids
SELECT id FROM blog_posts WHERE website_id = :website_id ORDER BY created_at, id;
