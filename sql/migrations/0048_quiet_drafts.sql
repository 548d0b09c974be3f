-- What is written of a post that nobody can see, before and after, is no change to what visitors see.
-- compatible_from: 0019

CREATE OR REPLACE FUNCTION log_blog_post_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT website_id, tag FROM old_rows, LATERAL (VALUES ('post:' || id), ('posts')) AS tags (tag)
        WHERE status = 'published' GROUP BY 1, 2;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO change_log (website_id, tag)
        SELECT website_id, tag FROM new_rows, LATERAL (VALUES ('post:' || id), ('posts')) AS tags (tag)
        WHERE status = 'published' GROUP BY 1, 2;
    ELSE
        INSERT INTO change_log (website_id, tag)
        SELECT n.website_id, tag FROM new_rows n LEFT JOIN old_rows o USING (id),
            LATERAL (VALUES ('post:' || n.id), ('posts')) AS tags (tag)
        WHERE n.changed_in = pg_current_xact_id() AND (n.status = 'published' OR o.status = 'published')
        UNION
        -- What went to another site, or took another id.
        SELECT o.website_id, 'posts' FROM old_rows o LEFT JOIN new_rows n USING (id)
        WHERE o.status = 'published' AND o.website_id IS DISTINCT FROM n.website_id;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION log_blog_post_changes IS
    'Logs changes of posts that are more than counting and that visitors may see: neither of drafts nor of what is archived.';
