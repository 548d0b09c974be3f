-- What the edge reads: sites with their state, posts with the one visibility rule.
-- compatible_from: 0021

CREATE VIEW edge_sites AS
SELECT
    w.id, w.user_id, w.subdomain, w.title, left(w.description, 10000) AS description, w.favicon_url, w.template_id, w.template_variant,
    CASE WHEN NOT 'config' = ANY(w.oversized) THEN w.config END AS config,
    CASE WHEN NOT 'design_tokens' = ANY(w.oversized) THEN w.design_tokens END AS design_tokens,
    CASE WHEN NOT 'generated_content' = ANY(w.oversized) THEN w.generated_content END AS generated_content,
    CASE WHEN NOT 'components_config' = ANY(w.oversized) THEN w.components_config END AS components_config,
    coalesce(w.is_password_protected, false) AS is_password_protected, w.password_version,
    w.seo_title, w.seo_description, w.seo_keywords, w.og_image_url,
    readable_time(w.created_at) AS created_at, readable_time(w.updated_at) AS updated_at,
    readable_time(w.published_at) AS published_at,
    CASE
        WHEN w.deleted_at IS NOT NULL OR w.status = 'archived' THEN 'gone'
        WHEN w.status IS NULL OR w.status = 'draft' THEN 'draft'
        WHEN outage.since > now() - interval '7 days' THEN 'unavailable'
        WHEN outage.since IS NOT NULL THEN 'expired'
        ELSE 'live'
    END AS state,
    readable_time(CASE
        WHEN w.deleted_at IS NOT NULL THEN w.deleted_at
        WHEN w.status IN ('archived', 'draft') THEN w.updated_at
        ELSE coalesce(outage.since, w.published_at, w.created_at)
    END) AS state_since,
    owner.tier,
    domains.served AS serves_custom_domains,
    CASE WHEN domains.served THEN
        (SELECT d.host::text FROM website_domains d WHERE d.website_id = w.id AND d.is_primary AND d.verified_at IS NOT NULL)
    END AS primary_host,
    t.default_sections,
    CASE WHEN NOT 'css_variables' = ANY(t.oversized) THEN t.css_variables END AS css_variables,
    CASE WHEN NOT 'available_color_schemes' = ANY(t.oversized) THEN t.available_color_schemes END AS available_color_schemes,
    CASE WHEN NOT 'component_structure' = ANY(t.oversized) THEN t.component_structure END AS component_structure
FROM websites w
JOIN users u ON u.id = w.user_id
LEFT JOIN templates t ON t.id = w.template_id
CROSS JOIN LATERAL (
    SELECT coalesce(u.subscription_tier <> 'free' AND u.subscription_expires_at <= now(), false) AS lapsed
) AS subscription
CROSS JOIN LATERAL (
    SELECT CASE WHEN subscription.lapsed THEN 'free' ELSE coalesce(u.subscription_tier, 'free')::text END AS tier
) AS owner
CROSS JOIN LATERAL (
    SELECT least( -- which ignores NULL
        CASE WHEN w.status = 'suspended' THEN coalesce(w.suspended_at, w.updated_at) END,
        u.deactivated_at,
        CASE WHEN subscription.lapsed AND coalesce(
            (SELECT value #>> '{}' FROM system_config WHERE key = 'lapsed_sites'), 'unavailable') <> 'free'
        THEN u.subscription_expires_at END
    ) AS since
) AS outage
CROSS JOIN LATERAL (
    -- A right that a tier never had is refused where it is claimed: a verified domain of somebody who never subscribed is
    -- an administrator's doing. What was subscribed to and is over is hidden here; either date tells that something was.
    SELECT u.subscription_tier IS NOT DISTINCT FROM 'free'
        AND u.subscription_started_at IS NULL AND u.subscription_expires_at IS NULL OR coalesce(
        (SELECT value -> owner.tier -> 'custom_domain' FROM system_config WHERE key = 'tier_rights') = 'true', false) AS served
) AS domains;

COMMENT ON VIEW edge_sites IS
    'A site as the edge may see it: no password, no money, no counters; NULL for a document that is oversized; times as a program '
    'can hold them. Read by the edge, for each request by subdomain or id. No security barrier, as it filters out no row.';
COMMENT ON COLUMN edge_sites.state IS
    'gone (archived or deleted) before draft, before unavailable (suspended, owner inactive, subscription lapsed: at most seven days) '
    'and expired (the same for longer), before live.';
COMMENT ON COLUMN edge_sites.tier IS 'What was bought, or free once it has lapsed.';
COMMENT ON COLUMN edge_sites.serves_custom_domains IS 'Whether the tier has that right, or nothing was ever subscribed to.';
COMMENT ON COLUMN edge_sites.primary_host IS 'Verified primary custom domain, if the tier has that right.';

-- Barriers: no function that a reader brings along sees a row before the view has decided on it.
CREATE VIEW edge_domains WITH (security_barrier) AS
SELECT d.host::text AS host, d.website_id, d.is_primary
FROM website_domains d
JOIN edge_sites s ON s.id = d.website_id
WHERE d.verified_at IS NOT NULL AND s.serves_custom_domains;
COMMENT ON VIEW edge_domains IS
    'Verified hosts of sites that may have one. Read by the edge and by the answer to "may I have a certificate for this host".';

CREATE VIEW visible_posts WITH (security_barrier) AS
SELECT
    p.id, p.website_id, p.slug, p.title, left(p.excerpt, 10000) AS excerpt,
    CASE WHEN NOT 'content' = ANY(p.oversized) THEN p.content END AS content,
    p.extract, p.word_count, p.featured_image, p.gallery_images,
    p.seo_title, p.seo_description, p.seo_keywords,
    readable_time(coalesce(p.scheduled_at, p.published_at)) AS visible_from, readable_time(p.updated_at) AS updated_at, p.search
FROM blog_posts p
JOIN edge_sites s ON s.id = p.website_id
WHERE p.status = 'published'
    AND readable_time(coalesce(p.scheduled_at, p.published_at)) <= now() -- the same, as the index knows it
    AND s.state = 'live'
-- As the index has them. A reader's ORDER BY … LIMIT stops at a barrier and sorts everything a site has; a LIMIT alone does not.
ORDER BY p.website_id, readable_time(coalesce(p.scheduled_at, p.published_at)) DESC, p.id;
COMMENT ON VIEW visible_posts IS
    'The one visibility rule: the site is live, the post published and its time has come. Read by every page that shows posts. '
    'Whether the site asks for a password is the gate''s matter. The posts of one site come newest first by themselves: take the '
    'newest with LIMIT alone, and sort what that leaves.';
COMMENT ON COLUMN visible_posts.excerpt IS 'The writer''s: its first 10,000 characters.';
COMMENT ON COLUMN visible_posts.content IS 'NULL where it is oversized.';
COMMENT ON COLUMN visible_posts.visible_from IS 'coalesce(scheduled_at, published_at), as a program can hold it.';

CREATE VIEW user_dashboard AS
SELECT
    u.id,
    u.email,
    u.full_name,
    u.subscription_tier,
    u.tokens_balance,
    count(DISTINCT w.id) AS website_count,
    count(DISTINCT CASE WHEN w.status = 'published' THEN w.id END) AS published_website_count,
    coalesce(sum(w.view_count), 0) AS total_views,
    (SELECT count(*) FROM form_submissions fs
     JOIN websites ws ON fs.website_id = ws.id
     WHERE ws.user_id = u.id AND ws.deleted_at IS NULL AND fs.status = 'new') AS new_leads
FROM users u
LEFT JOIN websites w ON u.id = w.user_id AND w.deleted_at IS NULL
WHERE u.is_active = true AND u.deleted_at IS NULL
GROUP BY u.id;
COMMENT ON VIEW user_dashboard IS 'An owner''s numbers at a glance. Read by the console.';

CREATE FUNCTION site_password_hash(website_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.password_hash FROM websites w
    WHERE w.id = site_password_hash.website_id AND w.is_password_protected AND w.deleted_at IS NULL
$$;
COMMENT ON FUNCTION site_password_hash IS 'The hash a visitor''s password is checked against. For the edge and the console alone.';

CREATE FUNCTION site_password_rehash(website_id uuid, old_hash text, new_hash text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    done boolean;
BEGIN
    PERFORM set_config('tapsite.rehash', website_id::text, true);
    UPDATE websites w SET password_hash = new_hash
        WHERE w.id = site_password_rehash.website_id AND w.password_hash = old_hash;
    done = FOUND;
    PERFORM set_config('tapsite.rehash', '', true);
    RETURN done;
END
$$;
COMMENT ON FUNCTION site_password_rehash IS
    'The same password in a stronger hash: leaves password_version and updated_at alone. False when the hash has changed meanwhile.';
