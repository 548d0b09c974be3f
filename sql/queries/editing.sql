-- Changes of a site's live content that take effect at once.

-- What is oversized is drawn by nobody, and edited by nobody. The lock makes a second editor wait for the first.
-- scope: owner
-- name: live_content^
SELECT generated_content, content_revision FROM websites
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL AND NOT 'generated_content' = ANY(oversized)
FOR UPDATE;

-- scope: owner
-- name: write_content!
UPDATE websites SET generated_content = :content::jsonb
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL;
