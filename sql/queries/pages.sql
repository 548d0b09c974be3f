-- The posts a page of a site shows. The visibility rule is the view's own.

-- The document is sent only where an extract must be made from it, and never a huge one.
-- scope: site
-- name: newest_posts
SELECT slug, title, excerpt, featured_image, visible_from,
       CASE WHEN coalesce(excerpt, '') = '' AND pg_column_size(content) < 65536 THEN content::text ELSE '' END AS content
FROM visible_posts
WHERE website_id = :website_id
ORDER BY visible_from DESC, id
LIMIT :most;
