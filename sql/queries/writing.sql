-- Posts as their site's owner writes them. The console's role sees one owner's alone besides.

-- `words`: parts of words of its head, as they are typed while one remembers a title, or words of its text.
-- scope: site
-- name: posts
SELECT id, slug, title, status, readable_time(coalesce(scheduled_at, published_at)) AS visible_from,
       readable_time(updated_at) AS updated_at, view_count AS views,
       EXISTS (SELECT FROM blog_post_drafts d WHERE d.blog_post_id = blog_posts.id) AS waits
FROM blog_posts
WHERE website_id = :website_id
    AND (:shelf::text IS NULL OR :shelf = CASE
        WHEN status = 'published' AND coalesce(scheduled_at, published_at) > now() THEN 'scheduled'
        ELSE coalesce(status, 'draft') END)
    AND (:words::text IS NULL OR search @@ search_query(site_search_language(:website_id), :words) OR (
        SELECT bool_and(strpos(lower(concat_ws(' ', title, slug, excerpt)), word) > 0)
        FROM unnest(string_to_array(lower(:words), ' ')) AS word))
ORDER BY updated_at DESC, id
LIMIT :most OFFSET :skip;

-- `seen` is what an editor hears again when saving: the row's version, and that of the changes kept beside it.
-- scope: site
-- name: post^
SELECT p.id, p.slug, p.title, p.excerpt, CASE WHEN NOT 'content' = ANY(p.oversized) THEN p.content END AS content, p.status, p.featured_image,
       readable_time(coalesce(p.scheduled_at, p.published_at)) AS visible_from, p.updated_at::text || coalesce('#' || d.version, '') AS seen,
       ARRAY(SELECT c.name FROM blog_categories c JOIN blog_post_categories l ON l.category_id = c.id
             WHERE l.blog_post_id = p.id ORDER BY c.name LIMIT 50)::text[] AS categories,
       ARRAY(SELECT t.name FROM blog_tags t JOIN blog_post_tags l ON l.tag_id = t.id
             WHERE l.blog_post_id = p.id ORDER BY t.name LIMIT 50)::text[] AS tags,
       ARRAY(SELECT h.slug FROM slug_history h WHERE h.website_id = p.website_id AND h.kind = 'post' AND h.entity_id = p.id
             ORDER BY h.retired_at DESC LIMIT 20)::text[] AS old_slugs
FROM blog_posts p LEFT JOIN blog_post_drafts d ON d.blog_post_id = p.id
WHERE p.website_id = :website_id AND p.id = :post_id;

-- Until the transaction ends nobody else saves it, or keeps changes beside it.
-- scope: site
-- name: lock_post!
SELECT FROM blog_posts WHERE website_id = :website_id AND id = :post_id FOR NO KEY UPDATE;

-- scope: site
-- name: seen_of_post$
SELECT p.updated_at::text || coalesce('#' || d.version, '') AS seen
FROM blog_posts p LEFT JOIN blog_post_drafts d ON d.blog_post_id = p.id
WHERE p.website_id = :website_id AND p.id = :post_id;

-- scope: site
-- name: insert_post$
INSERT INTO blog_posts (website_id, slug, title, excerpt, content, status, scheduled_at, featured_image)
VALUES (:website_id, :slug, :title, :excerpt, :content, :status, :scheduled_at, :featured_image)
RETURNING id;

-- What was scheduled and has appeared keeps its day. A day to come that another program wrote as that of its publication is given up with
-- the time to appear.
-- scope: site
-- name: update_post!
UPDATE blog_posts
SET slug = :slug, title = :title, excerpt = :excerpt, status = :status::text, featured_image = :featured_image,
    -- What the document says beside its text stays: its author, its language, its translations.
    content = CASE WHEN jsonb_typeof(content) = 'object' AND :content::jsonb IS NOT NULL THEN content || :content ELSE coalesce(:content, content) END,
    scheduled_at = CASE WHEN :scheduled_at::timestamptz IS NULL AND scheduled_at <= now() THEN scheduled_at ELSE :scheduled_at END,
    published_at = CASE WHEN :status::text = 'published' AND :scheduled_at::timestamptz IS NULL AND (scheduled_at <= now()) IS NOT TRUE
        AND published_at > now() THEN now() ELSE published_at END
WHERE website_id = :website_id AND id = :post_id;

-- A label is meant by its name, whatever slug another program gave it; by its slug where none is called so; else it is a new one.
-- scope: site
-- name: set_categories!
WITH wanted AS (
    SELECT w.name, w.slug, known.id
    FROM unnest(:names::text[], :slugs::text[]) AS w (name, slug)
    LEFT JOIN LATERAL (
        SELECT k.id FROM blog_categories k LEFT JOIN blog_post_categories l ON l.category_id = k.id AND l.blog_post_id = :post_id
        WHERE k.website_id = :website_id AND (lower(k.name) = lower(w.name) OR k.slug = w.slug)
        ORDER BY lower(k.name) = lower(w.name) DESC, l.category_id IS NULL, k.id LIMIT 1) AS known ON true
), made AS (
    INSERT INTO blog_categories (website_id, name, slug) SELECT :website_id, name, slug FROM wanted WHERE id IS NULL AND slug <> ''
    ON CONFLICT (website_id, slug) DO NOTHING RETURNING id
), chosen AS (
    SELECT id FROM made UNION SELECT id FROM wanted WHERE id IS NOT NULL
), dropped AS (
    DELETE FROM blog_post_categories l USING blog_posts p
    WHERE l.blog_post_id = p.id AND p.id = :post_id AND p.website_id = :website_id AND l.category_id NOT IN (SELECT id FROM chosen)
)
INSERT INTO blog_post_categories (blog_post_id, category_id)
SELECT p.id, chosen.id FROM chosen, blog_posts p WHERE p.id = :post_id AND p.website_id = :website_id
ON CONFLICT DO NOTHING;

-- scope: site
-- name: set_tags!
WITH wanted AS (
    SELECT w.name, w.slug, known.id
    FROM unnest(:names::text[], :slugs::text[]) AS w (name, slug)
    LEFT JOIN LATERAL (
        SELECT k.id FROM blog_tags k LEFT JOIN blog_post_tags l ON l.tag_id = k.id AND l.blog_post_id = :post_id
        WHERE k.website_id = :website_id AND (lower(k.name) = lower(w.name) OR k.slug = w.slug)
        ORDER BY lower(k.name) = lower(w.name) DESC, l.tag_id IS NULL, k.id LIMIT 1) AS known ON true
), made AS (
    INSERT INTO blog_tags (website_id, name, slug) SELECT :website_id, left(name, 50), slug FROM wanted WHERE id IS NULL AND slug <> ''
    ON CONFLICT (website_id, slug) DO NOTHING RETURNING id
), chosen AS (
    SELECT id FROM made UNION SELECT id FROM wanted WHERE id IS NOT NULL
), dropped AS (
    DELETE FROM blog_post_tags l USING blog_posts p
    WHERE l.blog_post_id = p.id AND p.id = :post_id AND p.website_id = :website_id AND l.tag_id NOT IN (SELECT id FROM chosen)
)
INSERT INTO blog_post_tags (blog_post_id, tag_id)
SELECT p.id, chosen.id FROM chosen, blog_posts p WHERE p.id = :post_id AND p.website_id = :website_id
ON CONFLICT DO NOTHING;

-- Nothing where another open page of the same post keeps its own.
-- scope: owner
-- name: keep_unsaved$
INSERT INTO unsaved_posts (website_id, user_id, post_id, typed, seen, tab)
SELECT w.id, w.user_id, :post_id::uuid, :typed::jsonb, :seen, :tab
FROM websites w
WHERE w.id = :website_id AND w.user_id = :user_id
    AND (:post_id::uuid IS NULL OR EXISTS (SELECT FROM blog_posts p WHERE p.website_id = w.id AND p.id = :post_id))
ON CONFLICT (website_id, user_id, post_id) DO UPDATE
SET typed = excluded.typed, seen = excluded.seen, tab = excluded.tab, typed_at = now()
    WHERE unsaved_posts.tab = ANY(:tabs::text[])
RETURNING website_id;

-- scope: owner
-- name: unsaved^
SELECT CASE WHEN NOT is_oversized(typed) THEN typed END AS typed, seen, tab, typed_at
FROM unsaved_posts
WHERE website_id = :website_id AND user_id = :user_id AND post_id IS NOT DISTINCT FROM :post_id;

-- scope: owner
-- name: unsaved_of_site
SELECT post_id FROM unsaved_posts WHERE website_id = :website_id AND user_id = :user_id ORDER BY typed_at DESC LIMIT :most;

-- scope: owner
-- name: forget_unsaved!
DELETE FROM unsaved_posts
WHERE website_id = :website_id AND user_id = :user_id AND post_id IS NOT DISTINCT FROM :post_id
    AND (:tabs::text[] IS NULL OR tab = ANY(:tabs::text[]));

-- What is no column of the post itself waits as it was typed.
-- scope: site
-- name: keep_labels!
UPDATE blog_post_drafts d SET categories = :categories, tags = :tags, appears_at = :appears_at
FROM blog_posts p
WHERE p.website_id = :website_id AND p.id = :post_id AND d.blog_post_id = p.id;

-- scope: site
-- name: kept_labels^
SELECT d.categories, d.tags, d.appears_at AS at
FROM blog_post_drafts d JOIN blog_posts p ON p.id = d.blog_post_id
WHERE p.website_id = :website_id AND p.id = :post_id;
