-- The demo sites: owners, sites and posts that came with the program, known by ids derived from their names. Rows are
-- written only where they differ, so that loading again touches nothing.

-- scope: platform
-- name: lock_demo^
SELECT pg_advisory_xact_lock(hashtext('renderer.demo'));

-- scope: platform
-- name: demo_sites_present
SELECT id, subdomain, title FROM websites WHERE id = ANY(:ids);

-- A site that has a label the demo wants keeps it.
-- scope: platform
-- name: holders_of_labels
SELECT subdomain, id FROM websites WHERE subdomain = ANY(:labels);

-- The password hash is no hash of anything, and a later load leaves it alone.
-- scope: platform
-- name: upsert_owner$
INSERT INTO users AS u (id, email, email_verified_at, password_hash, full_name, phone, bio, subscription_tier,
                        subscription_started_at, onboarding_completed, created_at)
VALUES (:id, :email, :since, :password_hash, :full_name, :phone, :bio, :subscription_tier, :since, true, :since)
ON CONFLICT (id) DO UPDATE SET
    email = excluded.email, full_name = excluded.full_name, phone = excluded.phone, bio = excluded.bio,
    subscription_tier = excluded.subscription_tier, subscription_expires_at = NULL, is_active = true, deleted_at = NULL
WHERE (u.email, u.full_name, u.phone, u.bio, u.subscription_tier, u.subscription_expires_at, u.is_active, u.deleted_at)
   IS DISTINCT FROM
      (excluded.email, excluded.full_name, excluded.phone, excluded.bio, excluded.subscription_tier, NULL, true, NULL)
RETURNING id;

-- Counters, a claimed domain and the day of the first publication are not content and stay.
-- scope: platform
-- name: upsert_site$
INSERT INTO websites AS w (id, user_id, subdomain, title, description, template_id, template_variant, config,
                           design_tokens, generated_content, components_config, status, seo_title, seo_description,
                           seo_keywords, created_at, published_at)
VALUES (:id, :user_id, :subdomain, :title, :description, :template_id, :template_variant, :config, :design_tokens,
        :generated_content, :components_config, 'published', :seo_title, :seo_description, :seo_keywords, :since, :since)
ON CONFLICT (id) DO UPDATE SET
    user_id = excluded.user_id, subdomain = excluded.subdomain, title = excluded.title,
    description = excluded.description, template_id = excluded.template_id,
    template_variant = excluded.template_variant, config = excluded.config, design_tokens = excluded.design_tokens,
    generated_content = excluded.generated_content, components_config = excluded.components_config,
    status = excluded.status, seo_title = excluded.seo_title, seo_description = excluded.seo_description,
    seo_keywords = excluded.seo_keywords, is_password_protected = false, password_hash = NULL, deleted_at = NULL
WHERE (w.user_id, w.subdomain, w.title, w.description, w.template_id, w.template_variant, w.config, w.design_tokens,
       w.generated_content, w.components_config, w.status, w.seo_title, w.seo_description, w.seo_keywords,
       w.is_password_protected, w.password_hash, w.deleted_at)
   IS DISTINCT FROM
      (excluded.user_id, excluded.subdomain, excluded.title, excluded.description, excluded.template_id,
       excluded.template_variant, excluded.config, excluded.design_tokens, excluded.generated_content,
       excluded.components_config, excluded.status, excluded.seo_title, excluded.seo_description, excluded.seo_keywords,
       false, NULL, NULL)
RETURNING id;

-- What was written since under an address of a demo post gives way; everything else that was added stays.
-- scope: site
-- name: displace_posts!
DELETE FROM blog_posts WHERE website_id = :website_id AND slug = ANY(:slugs) AND id <> ALL(:ids);

-- scope: site
-- name: displace_categories!
DELETE FROM blog_categories WHERE website_id = :website_id AND slug = ANY(:slugs) AND id <> ALL(:ids);

-- scope: site
-- name: displace_tags!
DELETE FROM blog_tags WHERE website_id = :website_id AND slug = ANY(:slugs) AND id <> ALL(:ids);

-- scope: site
-- name: upsert_category$
INSERT INTO blog_categories AS c (id, website_id, name, slug, description)
VALUES (:id, :website_id, :name, :slug, :description)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, slug = excluded.slug, description = excluded.description
WHERE c.website_id = excluded.website_id
  AND (c.name, c.slug, c.description) IS DISTINCT FROM (excluded.name, excluded.slug, excluded.description)
RETURNING id;

-- scope: site
-- name: upsert_tag$
INSERT INTO blog_tags AS t (id, website_id, name, slug)
VALUES (:id, :website_id, :name, :slug)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, slug = excluded.slug
WHERE t.website_id = excluded.website_id AND (t.name, t.slug) IS DISTINCT FROM (excluded.name, excluded.slug)
RETURNING id;

-- scope: site
-- name: upsert_post$
INSERT INTO blog_posts AS p (id, website_id, slug, title, excerpt, content, status, published_at, scheduled_at, created_at, updated_at)
VALUES (:id, :website_id, :slug, :title, :excerpt, :content, :status, :published_at, :scheduled_at, :created_at, :created_at)
ON CONFLICT (id) DO UPDATE SET
    slug = excluded.slug, title = excluded.title, excerpt = excluded.excerpt, content = excluded.content,
    status = excluded.status, published_at = excluded.published_at, scheduled_at = excluded.scheduled_at
WHERE p.website_id = excluded.website_id
  AND (p.slug, p.title, p.excerpt, p.content, p.status, p.published_at, p.scheduled_at)
   IS DISTINCT FROM
      (excluded.slug, excluded.title, excluded.excerpt, excluded.content, excluded.status, excluded.published_at,
       excluded.scheduled_at)
RETURNING id;

-- Categories and tags of a post are exactly the given ones; only those of the same site count.
-- scope: site
-- name: set_categories!
WITH gone AS (
    DELETE FROM blog_post_categories WHERE blog_post_id = :post_id AND category_id <> ALL(:ids)
)
INSERT INTO blog_post_categories (blog_post_id, category_id)
SELECT :post_id, id FROM blog_categories WHERE website_id = :website_id AND id = ANY(:ids)
ON CONFLICT DO NOTHING;

-- scope: site
-- name: set_tags!
WITH gone AS (
    DELETE FROM blog_post_tags WHERE blog_post_id = :post_id AND tag_id <> ALL(:ids)
)
INSERT INTO blog_post_tags (blog_post_id, tag_id)
SELECT :post_id, id FROM blog_tags WHERE website_id = :website_id AND id = ANY(:ids)
ON CONFLICT DO NOTHING;

-- What the index page shows: the public view alone, and of it what is live and open to everybody.
-- scope: platform
-- name: sites_for_index
SELECT * FROM edge_sites
WHERE id = ANY(:ids) AND state = 'live' AND NOT is_password_protected
ORDER BY array_position(:ids, id);
