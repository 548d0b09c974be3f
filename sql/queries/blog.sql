-- The blog of a site: every query reads what visible_posts, and what is made of the same rule, lets be seen.

-- A visible post, then, where `beside`, what stands beside it: its neighbours in time, and posts like it. One round trip.
-- scope: site
-- name: post_by_slug
WITH post AS MATERIALIZED (
    SELECT p.id, p.slug, p.title, p.excerpt, p.extract, p.content, p.featured_image, p.gallery_images, p.seo_title,
           p.seo_description, p.visible_from, p.updated_at, p.word_count AS words,
           (SELECT jsonb_agg(jsonb_build_array(c.slug, c.name) ORDER BY c.name, c.slug)
            FROM blog_post_categories l JOIN blog_categories c ON c.id = l.category_id
            WHERE l.blog_post_id = p.id AND c.website_id = :website_id) AS categories,
           (SELECT jsonb_agg(jsonb_build_array(t.slug, t.name) ORDER BY t.name, t.slug)
            FROM blog_post_tags l JOIN blog_tags t ON t.id = l.tag_id
            WHERE l.blog_post_id = p.id AND t.website_id = :website_id) AS tags,
           (SELECT coalesce(b.like_count, 0) FROM blog_posts b WHERE b.id = p.id AND b.website_id = :website_id) AS likes,
           p.content ? 'translations' AS is_translated
    FROM visible_posts p
    WHERE p.website_id = :website_id AND p.slug = :slug)
SELECT 'post' AS side, -1::bigint AS place, * FROM post
UNION ALL
(SELECT 'older', 0, NULL, older.slug, older.title, NULL, NULL, NULL, NULL, NULL, NULL, NULL, older.visible_from, NULL, 0,
        NULL, NULL, NULL, NULL
 FROM post CROSS JOIN LATERAL (
     SELECT * FROM visible_posts v
     WHERE v.website_id = :website_id AND v.visible_from <= post.visible_from
         AND (v.visible_from < post.visible_from OR v.id > post.id)
     LIMIT 1) older
 WHERE :beside)
UNION ALL
(SELECT 'newer', 0, NULL, newer.slug, newer.title, NULL, NULL, NULL, NULL, NULL, NULL, NULL, newer.visible_from, NULL, 0,
        NULL, NULL, NULL, NULL
 FROM post CROSS JOIN LATERAL (
     SELECT * FROM visible_posts_upward v
     WHERE v.website_id = :website_id AND v.visible_from >= post.visible_from
         AND (v.visible_from > post.visible_from OR v.id < post.id)
     LIMIT 1) newer
 WHERE :beside)
UNION ALL
(SELECT 'related', alike.place, NULL, v.slug, v.title, left(coalesce(nullif(btrim(v.excerpt), ''), v.extract), 2000), NULL,
        NULL, v.featured_image, NULL, NULL, NULL, v.visible_from, NULL, v.word_count, NULL, NULL, NULL, NULL
 FROM post CROSS JOIN LATERAL unnest(coalesce(
     -- Found beforehand, where nothing has changed since.
     (SELECT r.alike FROM post_relations r
      WHERE r.blog_post_id = post.id AND r.website_id = :website_id
          AND NOT EXISTS (SELECT FROM posts_to_relate w WHERE w.website_id = :website_id)),
     ARRAY(SELECT related_posts(:website_id, post.id, 3)))) WITH ORDINALITY AS alike (id, place)
 CROSS JOIN LATERAL ( -- a JOIN reads all
     SELECT * FROM visible_posts o WHERE o.website_id = :website_id AND o.id = alike.id LIMIT 1) v
 WHERE :beside LIMIT 3) -- in the order of the likest, which sorting would read all for
ORDER BY place;

-- Few posts have any. The other must name this one, too: nobody's post becomes the translation of what does not know it.
-- scope: site
-- name: translations
SELECT wanted.key AS language, other.slug, other.title
FROM visible_posts p
CROSS JOIN LATERAL (
    SELECT key, value FROM jsonb_each_text(CASE WHEN jsonb_typeof(p.content -> 'translations') = 'object'
                                                THEN p.content -> 'translations' END) LIMIT 20) AS wanted
JOIN visible_posts other ON other.website_id = :website_id AND other.slug = wanted.value AND other.id <> p.id
WHERE p.website_id = :website_id AND p.slug = :slug AND EXISTS (
    SELECT FROM jsonb_each_text(CASE WHEN jsonb_typeof(other.content -> 'translations') = 'object'
                                     THEN other.content -> 'translations' END) AS back
    WHERE back.value = p.slug)
ORDER BY wanted.key;

-- scope: site
-- name: posts_of_span
SELECT slug, title, left(coalesce(nullif(btrim(excerpt), ''), extract), 2000) AS excerpt, featured_image, visible_from,
       word_count AS words
FROM (SELECT * FROM visible_posts
      WHERE website_id = :website_id AND visible_from >= :first AND visible_from < :end
      LIMIT :most OFFSET :skip) AS newest -- the view's own order
ORDER BY visible_from DESC, id;

-- Which of these spans have something to show: each is looked for by itself, so that no blog is read for it.
-- scope: site
-- name: spans_shown
SELECT span.place
FROM unnest(:firsts::timestamptz[], :ends::timestamptz[]) WITH ORDINALITY AS span (first, until, place)
CROSS JOIN LATERAL (
    SELECT FROM visible_posts
    WHERE website_id = :website_id AND visible_from >= span.first AND visible_from < span.until LIMIT 1) AS one
ORDER BY span.place;

-- scope: site
-- name: posts_of_label
SELECT p.slug, p.title, left(coalesce(nullif(btrim(p.excerpt), ''), p.extract), 2000) AS excerpt, p.featured_image,
       p.visible_from, p.word_count AS words
FROM posts_under_label(:website_id, :kind, :label, :most, :skip) WITH ORDINALITY AS found (id, place)
CROSS JOIN LATERAL (SELECT * FROM visible_posts v WHERE v.website_id = :website_id AND v.id = found.id LIMIT 1) p -- a JOIN reads all
ORDER BY found.place;

-- scope: site
-- name: category_by_slug^
SELECT id, slug, name, description FROM blog_categories WHERE website_id = :website_id AND slug = :slug;

-- scope: site
-- name: tag_by_slug^
SELECT id, slug, name, NULL::text AS description FROM blog_tags WHERE website_id = :website_id AND slug = :slug;

-- Categories that have something to show, for the list's own navigation.
-- scope: site
-- name: categories
SELECT slug, name FROM categories_shown(:website_id, 40);

-- scope: site
-- name: retired_slug^
SELECT slug, gone FROM retired_slug(:website_id, :kind, :slug);

-- The documents of a feed's posts: few, and whole.
-- scope: site
-- name: feed_of_site
SELECT id, slug, title, excerpt, extract, content, featured_image, visible_from, updated_at, word_count AS words
FROM (SELECT * FROM visible_posts WHERE website_id = :website_id LIMIT :most) AS newest -- the view's own order
ORDER BY visible_from DESC, id;

-- scope: site
-- name: feed_of_label
SELECT p.id, p.slug, p.title, p.excerpt, p.extract, p.content, p.featured_image, p.visible_from, p.updated_at,
       p.word_count AS words
FROM posts_under_label(:website_id, :kind, :label, :most, 0) WITH ORDINALITY AS found (id, place)
CROSS JOIN LATERAL (SELECT * FROM visible_posts v WHERE v.website_id = :website_id AND v.id = found.id LIMIT 1) p -- a JOIN reads all
ORDER BY found.place;

-- The best first, each with a piece of its text; one more than is shown tells of a further page.
-- scope: site
-- name: posts_found
SELECT p.slug, p.title, left(coalesce(nullif(btrim(p.excerpt), ''), p.extract), 2000) AS excerpt, p.featured_image,
       p.visible_from, p.word_count AS words,
       CASE WHEN found.place < :most THEN search_extract(:website_id, p.id, :query) END AS found, NULL::text AS instead
FROM search_posts(:website_id, :query, :most, :skip) WITH ORDINALITY AS found (id, place)
CROSS JOIN LATERAL (SELECT * FROM visible_posts v WHERE v.website_id = :website_id AND v.id = found.id LIMIT 1) p -- a JOIN reads all
ORDER BY found.place;

-- The same for words like those asked for, where that has found nothing.
-- scope: site
-- name: posts_found_instead
SELECT p.slug, p.title, left(coalesce(nullif(btrim(p.excerpt), ''), p.extract), 2000) AS excerpt, p.featured_image,
       p.visible_from, p.word_count AS words,
       CASE WHEN found.place < :most THEN search_extract(:website_id, p.id, alike.query) END AS found, alike.query AS instead
FROM similar_query(:website_id, :query) AS alike (query),
     search_posts(:website_id, alike.query, :most, :skip) WITH ORDINALITY AS found (id, place)
CROSS JOIN LATERAL (SELECT * FROM visible_posts v WHERE v.website_id = :website_id AND v.id = found.id LIMIT 1) p -- a JOIN reads all
ORDER BY found.place;
