-- Posts that more than one room reads. The visibility rule is the view's own.

-- The documents themselves are never read here: what a list shows of them was kept when they were written.
-- scope: site
-- name: newest_posts
SELECT slug, title, left(coalesce(nullif(btrim(excerpt), ''), extract), 2000) AS excerpt, featured_image, visible_from,
       word_count AS words
FROM (SELECT * FROM visible_posts WHERE website_id = :website_id LIMIT :most OFFSET :skip) AS newest -- the view's own order
ORDER BY visible_from DESC, id;

-- scope: site
-- name: post_in_short^
SELECT slug, title, excerpt, featured_image, visible_from, word_count AS words
FROM visible_posts
WHERE website_id = :website_id AND slug = :slug;

-- scope: site
-- name: blog_changed$
SELECT blog_changed(:website_id);
