-- What drafts and links still need is not forgotten; links that are long over are.
-- compatible_from: 0026

CREATE OR REPLACE FUNCTION prune_revisions(keep integer DEFAULT 50, younger_than interval DEFAULT '30 days') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sites AS (
        DELETE FROM website_revisions r USING websites w
        WHERE w.id = r.website_id AND r.revision <= w.content_revision - greatest(keep, 1) AND r.taken_at < now() - younger_than
            -- Without the revision it began from, a draft cannot be merged.
            AND NOT EXISTS (SELECT FROM website_drafts d WHERE d.website_id = r.website_id AND d.base_revision = r.revision)
            AND NOT EXISTS (
                SELECT FROM preview_links l
                WHERE l.website_id = r.website_id AND l.revision = r.revision AND l.revoked_at IS NULL AND l.expires_at > now())
        RETURNING 1
    ), posts AS (
        DELETE FROM blog_post_revisions r USING blog_posts p
        WHERE p.id = r.blog_post_id AND r.revision <= p.content_revision - greatest(keep, 1) AND r.taken_at < now() - younger_than
            AND NOT EXISTS (
                SELECT FROM blog_post_drafts d WHERE d.blog_post_id = r.blog_post_id AND d.base_revision = r.revision)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM sites) + (SELECT count(*) FROM posts)
$$;
COMMENT ON FUNCTION prune_revisions IS
    'Deletes revisions that are both old and followed by so many newer ones, but not what a draft began from or a live link shows; '
    'returns how many. Called by maintenance.';

CREATE FUNCTION prune_preview_links() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (DELETE FROM preview_links WHERE expires_at < now() - interval '90 days' RETURNING 1)
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_preview_links IS
    'Deletes links that ended ninety days ago: until then their owner sees what was given away. Returns how many. Called by maintenance.';
REVOKE EXECUTE ON FUNCTION prune_preview_links() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES ('GRANT EXECUTE ON FUNCTION prune_preview_links() TO tapsite_maintain');
