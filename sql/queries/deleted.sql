-- Posts that their site's owner deleted, and brings back. The console's role sees one owner's alone besides.

-- NULL: somebody else saved meanwhile.
-- scope: site
-- name: delete_post$
WITH gone AS (
    DELETE FROM blog_posts WHERE website_id = :website_id AND id = :post_id RETURNING *
)
INSERT INTO deleted_posts (id, website_id, slug, title, excerpt, content, featured_image, gallery_images, seo_title, seo_description, seo_keywords,
    is_ai_generated, ai_prompt, ai_model_used, status, published_at, scheduled_at, view_count, like_count, created_at, categories, tags)
SELECT id, website_id, slug, title, excerpt, content, featured_image, gallery_images, seo_title, seo_description, seo_keywords,
    is_ai_generated, ai_prompt, ai_model_used, status, published_at, scheduled_at, view_count, like_count, created_at,
    ARRAY(SELECT l.category_id FROM blog_post_categories l WHERE l.blog_post_id = gone.id),
    ARRAY(SELECT l.tag_id FROM blog_post_tags l WHERE l.blog_post_id = gone.id)
FROM gone
RETURNING id;

-- Under another slug where its own is taken. NULL: it is not there.
-- scope: site
-- name: bring_back^
WITH back AS (
    DELETE FROM deleted_posts WHERE website_id = :website_id AND id = :post_id RETURNING *
), put AS (
    INSERT INTO blog_posts (id, website_id, slug, title, excerpt, content, featured_image, gallery_images, seo_title, seo_description, seo_keywords,
        is_ai_generated, ai_prompt, ai_model_used, status, published_at, scheduled_at, view_count, like_count, created_at)
    SELECT id, website_id, CASE WHEN EXISTS (SELECT FROM blog_posts p WHERE p.website_id = :website_id AND p.slug = back.slug)
            THEN left(slug, 190) || '-' || left(id::text, 8) ELSE slug END,
        title, excerpt, content, featured_image, gallery_images, seo_title, seo_description, seo_keywords,
        is_ai_generated, ai_prompt, ai_model_used, status, published_at, scheduled_at, view_count, like_count, created_at
    FROM back
    RETURNING id, slug, status
)
SELECT put.id, put.slug, put.status, back.categories, back.tags FROM put JOIN back USING (id);

-- scope: site
-- name: link_labels!
WITH filed AS (
    INSERT INTO blog_post_categories (blog_post_id, category_id)
    SELECT p.id, c.id FROM blog_posts p JOIN blog_categories c ON c.website_id = p.website_id AND c.id = ANY(:categories::uuid[])
    WHERE p.website_id = :website_id AND p.id = :post_id
    ON CONFLICT DO NOTHING
)
INSERT INTO blog_post_tags (blog_post_id, tag_id)
SELECT p.id, t.id FROM blog_posts p JOIN blog_tags t ON t.website_id = p.website_id AND t.id = ANY(:tags::uuid[])
WHERE p.website_id = :website_id AND p.id = :post_id
ON CONFLICT DO NOTHING;

-- scope: site
-- name: deleted_posts
SELECT id, slug, title, readable_time(deleted_at) AS deleted_at, readable_time(readable_time(deleted_at) + interval '30 days') AS kept_until
FROM deleted_posts
WHERE website_id = :website_id
ORDER BY deleted_at DESC, id
LIMIT :most;

-- A draft like it, as it is stored; its labels are linked besides. NULL: it is not there.
-- scope: site
-- name: duplicate_post^
INSERT INTO blog_posts (website_id, slug, title, excerpt, content, featured_image, gallery_images, seo_title, seo_description, seo_keywords,
    is_ai_generated, ai_prompt, ai_model_used, status)
SELECT p.website_id, left(p.slug, 180) || '-' || left(gen_random_uuid()::text, 8), left(:prefix || p.title, 200), p.excerpt, p.content, p.featured_image,
    p.gallery_images, p.seo_title, p.seo_description, p.seo_keywords, p.is_ai_generated, p.ai_prompt, p.ai_model_used, 'draft'
FROM blog_posts p
WHERE p.website_id = :website_id AND p.id = :post_id
RETURNING id, slug, ARRAY(SELECT l.category_id FROM blog_post_categories l WHERE l.blog_post_id = :post_id) AS categories,
    ARRAY(SELECT l.tag_id FROM blog_post_tags l WHERE l.blog_post_id = :post_id) AS tags;
