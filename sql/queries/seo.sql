-- What indexes of a site list. Every query reads what visible_posts, and what is made of the same rule, lets be seen.

-- Some posts of the index, oldest first: those behind one, so that nothing before them is read again.
-- scope: site
-- name: posts_for_index
SELECT id, slug, title, featured_image, visible_from, updated_at
FROM visible_posts_upward
WHERE website_id = :website_id AND visible_from >= :moment AND (visible_from > :moment OR id < :post)
LIMIT :most OFFSET :skip;

-- scope: site
-- name: count_posts$
SELECT count(*) FROM visible_posts_upward WHERE website_id = :website_id;

-- scope: site
-- name: labels_for_index
SELECT 'category' AS kind, c.slug FROM blog_categories c
WHERE c.website_id = :website_id AND EXISTS (SELECT FROM posts_under_label(:website_id, 'category', c.id, 1, 0))
UNION ALL
SELECT 'tag', t.slug FROM blog_tags t
WHERE t.website_id = :website_id AND EXISTS (SELECT FROM posts_under_label(:website_id, 'tag', t.id, 1, 0))
ORDER BY 1, 2
LIMIT 5000;

-- Which of some posts may be seen now.
-- scope: site
-- name: visible_slugs
SELECT slug FROM visible_posts WHERE website_id = :website_id AND slug = ANY(:slugs);

-- The categories and tags that list some posts which may be seen.
-- scope: site
-- name: labels_of_slugs
SELECT DISTINCT l.kind, l.slug
FROM visible_posts p CROSS JOIN LATERAL (
    SELECT 'category' AS kind, c.slug FROM blog_post_categories o JOIN blog_categories c ON c.id = o.category_id
    WHERE o.blog_post_id = p.id AND c.website_id = :website_id
    UNION ALL
    SELECT 'tag', t.slug FROM blog_post_tags o JOIN blog_tags t ON t.id = o.tag_id
    WHERE o.blog_post_id = p.id AND t.website_id = :website_id
) AS l
WHERE p.website_id = :website_id AND p.slug = ANY(:slugs)
ORDER BY l.kind, l.slug;
