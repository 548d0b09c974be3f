-- Drafts of sites and posts, their revisions, and publishing. Each pair is asked through renderer/drafts/kinds.py.

-- What is oversized is left out, as it is where it is drawn. The lock makes a second editor, and whoever publishes, wait for the first.
-- scope: owner
-- name: site_live^
SELECT w.content_revision AS revision, w.status, w.title, w.description, w.favicon_url, w.template_id, w.template_variant,
       CASE WHEN NOT 'config' = ANY(w.oversized) THEN w.config END AS config,
       CASE WHEN NOT 'design_tokens' = ANY(w.oversized) THEN w.design_tokens END AS design_tokens,
       CASE WHEN NOT 'generated_content' = ANY(w.oversized) THEN w.generated_content END AS generated_content,
       CASE WHEN NOT 'components_config' = ANY(w.oversized) THEN w.components_config END AS components_config,
       w.seo_title, w.seo_description, w.seo_keywords, w.og_image_url
FROM websites w
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
FOR NO KEY UPDATE;

-- scope: owner
-- name: site_draft^
SELECT d.base_revision, d.version, d.edited_by, d.edited_at, d.title, d.description, d.favicon_url, d.template_id,
       d.template_variant, d.config, d.design_tokens, d.generated_content, d.components_config, d.seo_title, d.seo_description,
       d.seo_keywords, d.og_image_url
FROM website_drafts d JOIN websites w ON w.id = d.website_id
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL;

-- scope: owner
-- name: site_revision^
SELECT r.title, r.description, r.favicon_url, r.template_id, r.template_variant,
       CASE WHEN NOT is_oversized(r.config) THEN r.config END AS config,
       CASE WHEN NOT is_oversized(r.design_tokens) THEN r.design_tokens END AS design_tokens,
       CASE WHEN NOT is_oversized(r.generated_content) THEN r.generated_content END AS generated_content,
       CASE WHEN NOT is_oversized(r.components_config) THEN r.components_config END AS components_config,
       r.seo_title, r.seo_description, r.seo_keywords, r.og_image_url
FROM website_revisions r JOIN websites w ON w.id = r.website_id
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND r.revision = :revision;

-- scope: owner
-- name: site_revisions
SELECT r.revision, r.taken_at, r.written_by, r.revision = w.content_revision AS is_live
FROM website_revisions r JOIN websites w ON w.id = r.website_id
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
ORDER BY r.revision DESC
LIMIT 100;

-- scope: owner
-- name: site_keep$
INSERT INTO website_drafts (website_id, base_revision, title, description, favicon_url, template_id, template_variant, config,
    design_tokens, generated_content, components_config, seo_title, seo_description, seo_keywords, og_image_url, edited_by)
SELECT w.id, :base_revision, :title, :description, :favicon_url, :template_id, :template_variant, :config, :design_tokens,
    :generated_content, :components_config, :seo_title, :seo_description, :seo_keywords, :og_image_url, :edited_by::uuid
FROM websites w WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
ON CONFLICT (website_id) DO UPDATE SET version = website_drafts.version + 1, title = excluded.title,
    description = excluded.description, favicon_url = excluded.favicon_url, template_id = excluded.template_id,
    template_variant = excluded.template_variant, config = excluded.config, design_tokens = excluded.design_tokens,
    generated_content = excluded.generated_content, components_config = excluded.components_config, seo_title = excluded.seo_title,
    seo_description = excluded.seo_description, seo_keywords = excluded.seo_keywords, og_image_url = excluded.og_image_url,
    edited_by = excluded.edited_by, edited_at = now()
RETURNING version;

-- scope: owner
-- name: site_discard$
DELETE FROM website_drafts d USING websites w
WHERE w.id = :website_id AND w.user_id = :user_id AND d.website_id = w.id
RETURNING d.version;

-- What each revision changed: names of columns that differ from the revision before, which may be forgotten.
-- scope: owner
-- name: site_changed_columns
WITH newest AS (
    SELECT r.* FROM website_revisions r JOIN websites w ON w.id = r.website_id
    WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
    ORDER BY r.revision DESC LIMIT :most
)
SELECT n.revision, array_remove(ARRAY[
    CASE WHEN n.title IS DISTINCT FROM b.title THEN 'title' END,
    CASE WHEN n.description IS DISTINCT FROM b.description THEN 'description' END,
    CASE WHEN n.favicon_url IS DISTINCT FROM b.favicon_url THEN 'favicon_url' END,
    CASE WHEN n.template_id IS DISTINCT FROM b.template_id THEN 'template_id' END,
    CASE WHEN n.template_variant IS DISTINCT FROM b.template_variant THEN 'template_variant' END,
    CASE WHEN n.config IS DISTINCT FROM b.config THEN 'config' END,
    CASE WHEN n.design_tokens IS DISTINCT FROM b.design_tokens THEN 'design_tokens' END,
    CASE WHEN n.generated_content IS DISTINCT FROM b.generated_content THEN 'generated_content' END,
    CASE WHEN n.components_config IS DISTINCT FROM b.components_config THEN 'components_config' END,
    CASE WHEN n.seo_title IS DISTINCT FROM b.seo_title THEN 'seo_title' END,
    CASE WHEN n.seo_description IS DISTINCT FROM b.seo_description THEN 'seo_description' END,
    CASE WHEN n.seo_keywords IS DISTINCT FROM b.seo_keywords THEN 'seo_keywords' END,
    CASE WHEN n.og_image_url IS DISTINCT FROM b.og_image_url THEN 'og_image_url' END
]::text[], NULL) AS columns
FROM newest n
JOIN LATERAL (
    SELECT o.* FROM website_revisions o
    WHERE o.website_id = n.website_id AND o.revision < n.revision ORDER BY o.revision DESC LIMIT 1
) b ON true
ORDER BY n.revision DESC;

-- scope: owner
-- name: site_step^
SELECT s.version, s.before, s.former
FROM website_draft_steps s JOIN websites w ON w.id = s.website_id
WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND s.version = :version;

-- scope: owner
-- name: site_keep_step!
INSERT INTO website_draft_steps (website_id, version, before, former)
SELECT w.id, :version, :before, :former
FROM websites w WHERE w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL;

-- scope: owner
-- name: site_prune_steps!
DELETE FROM website_draft_steps s USING websites w
WHERE w.id = :website_id AND w.user_id = :user_id AND s.website_id = w.id AND s.version <= (
    SELECT o.version FROM website_draft_steps o WHERE o.website_id = w.id ORDER BY o.version DESC OFFSET :most LIMIT 1);

-- scope: owner
-- name: site_drop_step!
DELETE FROM website_draft_steps s USING websites w
WHERE w.id = :website_id AND w.user_id = :user_id AND s.website_id = w.id AND s.version = :version;

-- The step that made `before` made what `version` is again.
-- scope: owner
-- name: site_carry_step!
UPDATE website_draft_steps s SET version = :version FROM websites w
WHERE w.id = :website_id AND w.user_id = :user_id AND s.website_id = w.id AND s.version = :before;

-- Nothing in place of what is oversized was never read (site_live): that stays as it is.
-- scope: owner
-- name: site_write$
UPDATE websites SET title = :title, description = :description, favicon_url = :favicon_url, template_id = :template_id,
    template_variant = :template_variant,
    config = CASE WHEN 'config' = ANY(oversized) THEN coalesce(:config::jsonb, config) ELSE :config::jsonb END,
    design_tokens = CASE WHEN 'design_tokens' = ANY(oversized) THEN coalesce(:design_tokens::jsonb, design_tokens) ELSE :design_tokens::jsonb END,
    generated_content = CASE WHEN 'generated_content' = ANY(oversized) THEN coalesce(:generated_content::jsonb, generated_content) ELSE :generated_content::jsonb END,
    components_config = CASE WHEN 'components_config' = ANY(oversized) THEN coalesce(:components_config::jsonb, components_config) ELSE :components_config::jsonb END,
    seo_title = :seo_title, seo_description = :seo_description, seo_keywords = :seo_keywords,
    og_image_url = :og_image_url, status = coalesce(:status::varchar, status)
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL
RETURNING content_revision;

-- A suspension is not the owner's to end.
-- scope: owner
-- name: site_status$
UPDATE websites SET status = :status
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL AND status IS DISTINCT FROM 'suspended'
RETURNING status;

-- scope: owner
-- name: site_password$
UPDATE websites SET is_password_protected = :hash::text IS NOT NULL, password_hash = :hash
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL
RETURNING id;

-- scope: owner
-- name: post_live^
SELECT p.content_revision AS revision, p.status, p.slug, p.title, p.excerpt,
       CASE WHEN NOT 'content' = ANY(p.oversized) THEN p.content END AS content, p.featured_image, p.gallery_images, p.seo_title,
       p.seo_description, p.seo_keywords
FROM blog_posts p JOIN websites w ON w.id = p.website_id
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
FOR NO KEY UPDATE OF p;

-- scope: owner
-- name: post_draft^
SELECT d.base_revision, d.version, d.edited_by, d.edited_at, d.slug, d.title, d.excerpt, d.content, d.featured_image,
       d.gallery_images, d.seo_title, d.seo_description, d.seo_keywords
FROM blog_post_drafts d JOIN blog_posts p ON p.id = d.blog_post_id JOIN websites w ON w.id = p.website_id
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL;

-- scope: owner
-- name: post_revision^
SELECT r.slug, r.title, r.excerpt, CASE WHEN NOT is_oversized(r.content) THEN r.content END AS content, r.featured_image, r.gallery_images, r.seo_title, r.seo_description, r.seo_keywords
FROM blog_post_revisions r JOIN blog_posts p ON p.id = r.blog_post_id JOIN websites w ON w.id = p.website_id
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND r.revision = :revision;

-- scope: owner
-- name: post_revisions
SELECT r.revision, r.taken_at, r.written_by, r.revision = p.content_revision AS is_live
FROM blog_post_revisions r JOIN blog_posts p ON p.id = r.blog_post_id JOIN websites w ON w.id = p.website_id
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
ORDER BY r.revision DESC
LIMIT 100;

-- scope: owner
-- name: post_keep$
INSERT INTO blog_post_drafts (blog_post_id, base_revision, slug, title, excerpt, content, featured_image, gallery_images, seo_title,
    seo_description, seo_keywords, edited_by)
SELECT p.id, :base_revision, :slug, :title, :excerpt, :content, :featured_image, :gallery_images, :seo_title, :seo_description,
    :seo_keywords, :edited_by::uuid
FROM blog_posts p JOIN websites w ON w.id = p.website_id
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL
ON CONFLICT (blog_post_id) DO UPDATE SET version = blog_post_drafts.version + 1, slug = excluded.slug, title = excluded.title,
    excerpt = excluded.excerpt, content = excluded.content, featured_image = excluded.featured_image,
    gallery_images = excluded.gallery_images, seo_title = excluded.seo_title, seo_description = excluded.seo_description,
    seo_keywords = excluded.seo_keywords, edited_by = excluded.edited_by, edited_at = now()
RETURNING version;

-- scope: owner
-- name: post_discard$
DELETE FROM blog_post_drafts d USING blog_posts p, websites w
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND p.website_id = w.id AND d.blog_post_id = p.id
RETURNING d.version;

-- scope: owner
-- name: post_write$
UPDATE blog_posts p SET slug = :slug, title = :title, excerpt = :excerpt, content = :content, featured_image = :featured_image,
    gallery_images = :gallery_images, seo_title = :seo_title, seo_description = :seo_description, seo_keywords = :seo_keywords,
    status = coalesce(:status::varchar, p.status)
FROM websites w
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND p.website_id = w.id
RETURNING p.content_revision;

-- scope: owner
-- name: post_status$
UPDATE blog_posts p SET status = :status
FROM websites w
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND p.website_id = w.id
RETURNING p.status;

-- scope: owner
-- name: post_schedule$
UPDATE blog_posts p SET status = 'published', scheduled_at = :moment
FROM websites w
WHERE p.id = :post_id AND w.id = :website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND p.website_id = w.id
RETURNING p.id;
