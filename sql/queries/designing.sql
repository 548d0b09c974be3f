-- What a site's look is chosen from, for its owner.

-- scope: owner
-- name: standing_of_site^
SELECT w.subdomain, w.status, w.updated_at, coalesce(w.is_password_protected, false) AS is_protected, w.oversized,
       CASE WHEN u.subscription_tier <> 'free' AND u.subscription_expires_at <= now() THEN 'free'
            ELSE coalesce(u.subscription_tier, 'free') END AS tier
FROM websites w JOIN users u ON u.id = w.user_id
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL;

-- Those that are offered, and the one that the site has.
-- scope: owner
-- name: templates_of_site
SELECT t.id, t.default_sections,
       CASE WHEN NOT 'css_variables' = ANY(t.oversized) THEN t.css_variables END AS css_variables,
       CASE WHEN NOT 'available_color_schemes' = ANY(t.oversized) THEN t.available_color_schemes END AS available_color_schemes
FROM websites w JOIN templates t ON coalesce(t.is_active, true) OR t.id = w.template_id
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
ORDER BY t.id;
