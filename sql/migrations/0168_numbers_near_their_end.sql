-- A revision's number near the least that there is, as a restored row may have it, ends no pruning for everybody.
-- compatible_from: 0104

CREATE OR REPLACE FUNCTION prune_revisions(keep integer DEFAULT 50, younger_than interval DEFAULT '30 days') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sites AS (
        DELETE FROM website_revisions r USING websites w
        WHERE w.id = r.website_id AND r.revision <= w.content_revision::bigint - greatest(keep, 1)
            -- A program that saves every second would fill the disk long before they are old.
            AND (r.taken_at < now() - younger_than OR r.revision <= w.content_revision::bigint - 10 * greatest(keep, 1)::bigint)
            -- Without the revision it began from, a draft cannot be merged.
            AND NOT EXISTS (SELECT FROM website_drafts d WHERE d.website_id = r.website_id AND d.base_revision = r.revision)
            AND NOT EXISTS (
                SELECT FROM preview_links l
                WHERE l.website_id = r.website_id AND l.revision = r.revision AND l.revoked_at IS NULL AND l.expires_at > now())
        RETURNING 1
    ), posts AS (
        DELETE FROM blog_post_revisions r USING blog_posts p
        WHERE p.id = r.blog_post_id AND r.revision <= p.content_revision::bigint - greatest(keep, 1)
            AND (r.taken_at < now() - younger_than OR r.revision <= p.content_revision::bigint - 10 * greatest(keep, 1)::bigint)
            AND NOT EXISTS (
                SELECT FROM blog_post_drafts d WHERE d.blog_post_id = r.blog_post_id AND d.base_revision = r.revision)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM sites) + (SELECT count(*) FROM posts)
$$;
