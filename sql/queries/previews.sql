-- Links to previews, and entering one.

-- Local to the transaction: behind a pooler of transactions a session's setting would be a visitor's.
-- scope: site
-- name: enter_preview^
SELECT set_config('search_path', 'preview, public', true), set_config('tapsite.preview', :link_id::text, true),
       set_config('tapsite.preview_site', :website_id::text, true), set_config('tapsite.preview_as_of', :as_of::text, true);

-- scope: site
-- name: live_preview^
SELECT l.id, l.website_id, l.shows, l.revision, l.created_at, l.expires_at, l.last_used_at, l.blog_post_id
FROM live_preview(:link_id, :website_id) l;

-- scope: site
-- name: use_preview$
SELECT use_preview(:link_id, :website_id);

-- scope: site
-- name: insert_link^
INSERT INTO preview_links (website_id, generation, shows, revision, blog_post_id, created_by, expires_at)
SELECT w.id, coalesce((SELECT generation FROM preview_generations g WHERE g.website_id = w.id), 1), :shows, :revision,
       :blog_post_id, :created_by, now() + :lasts
FROM websites w
WHERE w.id = :website_id AND w.deleted_at IS NULL
    AND (:blog_post_id::uuid IS NULL OR EXISTS (SELECT FROM blog_posts p WHERE p.id = :blog_post_id AND p.website_id = w.id))
    AND (:revision::integer IS NULL
         OR EXISTS (SELECT FROM website_revisions r WHERE r.website_id = w.id AND r.revision = :revision))
RETURNING id, generation, expires_at;

-- scope: site
-- name: links_of_site
SELECT l.id, l.shows, l.revision, l.created_by, l.created_at, l.expires_at, l.revoked_at, l.last_used_at, p.slug AS post,
       l.revoked_at IS NULL AND l.expires_at > now() AND l.generation = coalesce(g.generation, 1) AS is_live
FROM preview_links l
LEFT JOIN blog_posts p ON p.id = l.blog_post_id
LEFT JOIN preview_generations g ON g.website_id = l.website_id
WHERE l.website_id = :website_id
ORDER BY l.created_at DESC, l.id
LIMIT 200;

-- scope: site
-- name: revoke_link$
UPDATE preview_links SET revoked_at = now()
WHERE website_id = :website_id AND id = :link_id AND revoked_at IS NULL
RETURNING id;

-- scope: site
-- name: revoke_all$
SELECT revoke_previews(:website_id);

-- scope: site
-- name: post_of_site^
SELECT id, slug FROM blog_posts WHERE website_id = :website_id AND slug = :slug;

-- scope: site
-- name: slug_of_post$
SELECT slug FROM visible_posts WHERE website_id = :website_id AND id = :blog_post_id;

-- scope: owner
-- name: owned_site$
SELECT id FROM websites WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL;
