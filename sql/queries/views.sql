-- Page views: from the spools into their partitions, and what keeps those. A batch holds the views of many sites, and its
-- websites are named by the worker that answered them, so these queries look across tenants; they return counts alone.

-- scope: platform
-- name: claim_piece$
INSERT INTO view_pieces (id) VALUES (:piece) ON CONFLICT DO NOTHING RETURNING true;

-- Locked until their views are stored: whoever deletes a site meanwhile waits, and deletes these too.
-- scope: platform
-- name: known_websites
SELECT id FROM websites WHERE id = ANY(:website_ids::uuid[]) ORDER BY id FOR KEY SHARE;

-- Each view once, whatever is sent twice.
-- scope: platform
-- name: insert_views
WITH stored AS (
    INSERT INTO page_views (id, website_id, created_at, page_path, referrer, visitor_hash, earlier_hash, device_type, browser, os,
                            country, city, utm_source, utm_medium, utm_campaign)
    SELECT * FROM unnest(:ids::uuid[], :website_ids::uuid[], :created_ats::timestamptz[], :page_paths::text[], :referrers::text[],
                         :visitor_hashs::text[], :earlier_hashs::text[], :device_types::text[], :browsers::text[], :oss::text[],
                         :countrys::text[], :citys::text[], :utm_sources::text[], :utm_mediums::text[], :utm_campaigns::text[])
    ON CONFLICT DO NOTHING
    RETURNING website_id, created_at
)
SELECT website_id, count(*)::integer AS views, max(created_at) AS last_viewed_at FROM stored GROUP BY website_id;

-- Locked in the order of their ids: two workers that count the same sites must not wait for each other. A counter that is full
-- stays full: it is one site's, and the events of all sites are stored with it.
-- scope: platform
-- name: count_views!
WITH counted AS (
    SELECT * FROM unnest(:website_ids::uuid[], :views::integer[], :last_viewed::timestamptz[]) AS c (id, views, last_viewed_at)
), locked AS MATERIALIZED (
    SELECT id FROM websites WHERE id IN (SELECT id FROM counted) ORDER BY id FOR NO KEY UPDATE
)
UPDATE websites w
SET view_count = least(coalesce(w.view_count, 0) + c.views::bigint, 2147483647), last_viewed_at = greatest(w.last_viewed_at, c.last_viewed_at)
FROM counted c JOIN locked USING (id)
WHERE w.id = c.id;

-- scope: platform
-- name: add_uncounted!
INSERT INTO website_uncounted_daily AS known (website_id, date, reason, visits)
SELECT u.website_id, u.date, u.reason, u.visits
FROM unnest(:website_ids::uuid[], :dates::date[], :reasons::text[], :visits::integer[]) AS u (website_id, date, reason, visits)
JOIN websites w ON w.id = u.website_id
ORDER BY u.website_id, u.date, u.reason
ON CONFLICT (website_id, date, reason) DO UPDATE SET visits = least(known.visits + excluded.visits::bigint, 2147483647);

-- In the order of the key, as every writer: two pieces must not wait for each other.
-- scope: platform
-- name: add_clicks!
WITH clicks AS (
    SELECT c.website_id, c.date, c.way, c.label
    FROM unnest(:website_ids::uuid[], :dates::date[], :ways::text[], :labels::text[]) AS c (website_id, date, way, label)
    JOIN websites w ON w.id = c.website_id
), met AS (
    INSERT INTO website_click_labels (website_id, date, way, label)
    SELECT DISTINCT website_id, date, way, label FROM clicks WHERE label IS NOT NULL ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING
    RETURNING website_id, date, way
), visitors AS (
    SELECT website_id, date, way, count(*)::integer AS visitors FROM met GROUP BY 1, 2, 3
)
INSERT INTO website_clicks_daily AS known (website_id, date, way, clicks, visitors)
SELECT c.website_id, c.date, c.way, count(*)::integer, coalesce(max(v.visitors), 0)
FROM clicks c LEFT JOIN visitors v USING (website_id, date, way)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
ON CONFLICT (website_id, date, way) DO UPDATE
SET clicks = least(known.clicks + excluded.clicks::bigint, 2147483647),
    visitors = least(known.visitors + excluded.visitors::bigint, 2147483647);

-- Locked in the order of their ids, as every counter.
-- scope: platform
-- name: add_likes!
WITH likes AS (
    SELECT DISTINCT l.website_id, l.date, p.id AS post_id, l.label
    FROM unnest(:website_ids::uuid[], :dates::date[], :slugs::text[], :labels::text[]) AS l (website_id, date, slug, label)
    JOIN visible_posts p ON p.website_id = l.website_id AND p.slug = l.slug
), met AS (
    INSERT INTO blog_like_labels (website_id, date, post_id, label)
    SELECT website_id, date, post_id, label FROM likes ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING
    RETURNING post_id
), counted AS (
    SELECT post_id AS id, count(*)::integer AS likes FROM met GROUP BY 1
), locked AS MATERIALIZED (
    SELECT id FROM blog_posts WHERE id IN (SELECT id FROM counted) ORDER BY id FOR NO KEY UPDATE
)
UPDATE blog_posts b SET like_count = least(coalesce(b.like_count, 0) + c.likes::bigint, 2147483647)
FROM counted c JOIN locked USING (id)
WHERE b.id = c.id;

-- scope: platform
-- name: forget_like_labels$
WITH gone AS (DELETE FROM blog_like_labels WHERE date < current_date - 2 RETURNING 1) SELECT count(*) FROM gone;

-- scope: platform
-- name: forget_click_labels$
WITH gone AS (DELETE FROM website_click_labels WHERE date < current_date - 2 RETURNING 1) SELECT count(*) FROM gone;

-- scope: platform
-- name: roots_at_hand
SELECT day, wrapped_root, key_id, destroy_after FROM day_key_roots WHERE destroy_after > now();

-- scope: platform
-- name: add_root$
INSERT INTO day_key_roots (day, wrapped_root, key_id, destroy_after)
VALUES (:day, :wrapped_root, :key_id, :destroy_after)
ON CONFLICT DO NOTHING
RETURNING true;

-- scope: platform
-- name: destroy_roots$
WITH gone AS (DELETE FROM day_key_roots WHERE destroy_after <= now() RETURNING day) SELECT count(*) FROM gone;

-- scope: platform
-- name: make_partitions$
SELECT make_page_view_partitions();

-- So many at a time, so that no transaction takes long.
-- scope: platform
-- name: delete_old_views$
WITH old AS (
    SELECT id, created_at FROM page_views WHERE created_at < now() - make_interval(days => :days) LIMIT :most
), gone AS (
    DELETE FROM page_views v USING old WHERE v.id = old.id AND v.created_at = old.created_at RETURNING v.id
)
SELECT count(*) FROM gone;

-- scope: platform
-- name: old_partitions
SELECT p.name::text AS name,
    CASE WHEN i.inhrelid IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'pending' ELSE 'attached' END AS state
FROM old_page_view_partitions(make_interval(days => :days)) AS p (name)
LEFT JOIN pg_inherits i ON i.inhrelid = p.name;

-- scope: platform
-- name: owns_page_views$
SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('page_views');

-- scope: platform
-- name: forget_pieces$
WITH gone AS (DELETE FROM view_pieces WHERE stored_at < now() - interval '7 days' RETURNING id) SELECT count(*) FROM gone;

-- Whether visitors see a post of that address, or any post on that page of that list.
-- scope: site
-- name: has_place$
SELECT CASE :kind::text
    WHEN 'post' THEN EXISTS (
        SELECT FROM visible_posts WHERE website_id = :website_id AND slug IN (:slug::text, normalize(:slug::text, NFD)))
    WHEN 'index' THEN EXISTS (SELECT FROM visible_posts WHERE website_id = :website_id OFFSET :skip::integer)
    WHEN 'archive' THEN EXISTS (
        SELECT FROM visible_posts
        WHERE website_id = :website_id AND visible_from >= :first::timestamptz AND visible_from < :end::timestamptz
        OFFSET :skip::integer)
    ELSE EXISTS (
        SELECT FROM (
            SELECT id, slug FROM blog_categories WHERE website_id = :website_id AND :kind::text = 'category'
            UNION ALL SELECT id, slug FROM blog_tags WHERE website_id = :website_id AND :kind::text = 'tag'
        ) AS label
        CROSS JOIN LATERAL posts_under_label(:website_id, :kind::text, label.id, 1, :skip::integer)
        WHERE label.slug IN (:slug::text, normalize(:slug::text, NFD)))
END;
