-- Pictures that owners uploaded.

-- scope: site
-- name: picture_by_name^
SELECT id, website_id, name, fallback FROM pictures WHERE website_id = :website_id AND name = :name;

-- scope: site
-- name: picture^
SELECT id, website_id, name, fallback, bytes, title, alt, created_at FROM pictures
WHERE website_id = :website_id AND id = :picture_id;

-- scope: site
-- name: pictures
SELECT id, website_id, name, fallback, bytes, title, alt, created_at FROM pictures
WHERE website_id = :website_id
ORDER BY created_at DESC, id DESC
LIMIT :most OFFSET :skip;

-- What an owner may keep, in all sites together, and keeps. NULL: as much as there is room.
-- scope: owner
-- name: room^
SELECT (SELECT least(coalesce(sum(p.bytes), 0), 1e18)::bigint FROM pictures p JOIN websites w ON w.id = p.website_id WHERE w.user_id = u.id) AS taken,
       (SELECT CASE WHEN jsonb_typeof(rights -> 'media_bytes') = 'number' THEN least((rights ->> 'media_bytes')::numeric, 1e15)::bigint END
        FROM (SELECT c.value -> CASE WHEN u.subscription_tier <> 'free' AND u.subscription_expires_at <= now() THEN 'free'
                                     ELSE coalesce(u.subscription_tier, 'free') END AS rights
              FROM system_config c WHERE c.key = 'tier_rights') AS tier) AS most
FROM users u WHERE u.id = :user_id;

-- Two uploads of an owner are counted one after the other.
-- scope: owner
-- name: lock_room$
SELECT pg_advisory_xact_lock(hashtextextended('pictures', 0) # hashtextextended(:user_id::uuid::text, 1)) IS NULL;

-- scope: site
-- name: insert_picture^
INSERT INTO pictures (id, website_id, name, fallback, bytes, title)
VALUES (:picture_id, :website_id, :name, :fallback, :bytes, :title)
ON CONFLICT (website_id, name) DO NOTHING
RETURNING id;

-- scope: site
-- name: describe_picture$
UPDATE pictures SET alt = :alt WHERE website_id = :website_id AND id = :picture_id RETURNING id;

-- scope: site
-- name: delete_picture$
DELETE FROM pictures WHERE website_id = :website_id AND id = :picture_id RETURNING id;

-- Where a picture's name stands: live and in drafts. The name is half a hash, so that no other text is meant by it.
-- scope: site
-- name: uses_of_picture
SELECT 'site' AS kind, NULL::uuid AS post_id, NULL::text AS title, false AS is_draft FROM websites w
WHERE w.id = :website_id AND (strpos(w.generated_content::text, :name) > 0 OR strpos(w.components_config::text, :name) > 0
    OR strpos(w.og_image_url, :name) > 0 OR strpos(w.favicon_url, :name) > 0)
UNION ALL
SELECT 'site', NULL, NULL, true FROM website_drafts d
WHERE d.website_id = :website_id AND (strpos(d.generated_content::text, :name) > 0 OR strpos(d.components_config::text, :name) > 0
    OR strpos(d.og_image_url, :name) > 0 OR strpos(d.favicon_url, :name) > 0)
UNION ALL
(SELECT 'post', p.id, p.title, false FROM blog_posts p
WHERE p.website_id = :website_id AND (strpos(p.content::text, :name) > 0 OR strpos(p.featured_image, :name) > 0
    OR strpos(array_to_string(p.gallery_images, ' '), :name) > 0)
ORDER BY p.updated_at DESC, p.id LIMIT 50);

-- scope: owner
-- name: begin_upload!
INSERT INTO picture_leftovers (place, owner_id, due) VALUES (:place, :user_id, now() + interval '1 hour');

-- scope: owner
-- name: end_upload!
DELETE FROM picture_leftovers WHERE place = :place AND owner_id = :user_id;

-- Files that nobody has: of the uploads and deletions of all.
-- scope: platform
-- name: leftovers
SELECT place FROM picture_leftovers WHERE due <= now() ORDER BY due, place LIMIT :most OFFSET :skip;

-- scope: platform
-- name: forget_leftover!
DELETE FROM picture_leftovers WHERE place = :place AND due <= now();

-- All pictures of a site, to be taken along.
-- scope: site
-- name: all_pictures
SELECT id, website_id, name, fallback FROM pictures WHERE website_id = :website_id ORDER BY created_at, id;
