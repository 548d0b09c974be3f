-- Reading a blog: the one rule of visibility in one place, and its readers for either direction, for labels and for old slugs.
-- compatible_from: 0021

CREATE FUNCTION is_live(state text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN state = 'live';
END
$$;
COMMENT ON FUNCTION is_live IS
    'The state in which a site''s posts are seen. In SQL the planner would take it apart, find that one state in two hundred is this one, '
    'and read and sort all that a site has, rather than follow the index.';

-- No barrier and no order: for the views and functions below, which their owner reads it through. Not for the edge.
CREATE VIEW published_posts AS
SELECT
    p.id, p.website_id, p.slug, p.title, left(p.excerpt, 10000) AS excerpt,
    CASE WHEN NOT 'content' = ANY(p.oversized) THEN p.content END AS content,
    p.extract, p.word_count, p.featured_image, p.gallery_images,
    p.seo_title, p.seo_description, p.seo_keywords,
    readable_time(coalesce(p.scheduled_at, p.published_at)) AS visible_from, readable_time(p.updated_at) AS updated_at, p.search
FROM blog_posts p
JOIN edge_sites s ON s.id = p.website_id
WHERE p.status = 'published'
    AND readable_time(coalesce(p.scheduled_at, p.published_at)) <= now() -- the same, as the index knows it
    AND is_live(s.state);
COMMENT ON VIEW published_posts IS
    'The one visibility rule: the site is live, the post published and its time has come. Read through the views and functions '
    'made of it. Whether the site asks for a password is the gate''s matter.';

CREATE OR REPLACE VIEW visible_posts WITH (security_barrier) AS
SELECT * FROM published_posts
-- As the index has them. A reader's ORDER BY … LIMIT stops at a barrier and sorts everything a site has; a LIMIT alone does not.
ORDER BY website_id, visible_from DESC, id;
COMMENT ON VIEW visible_posts IS
    'Posts that visitors may see (published_posts). Read by every page that shows posts. The posts of one site come newest first by '
    'themselves: take the newest with LIMIT alone, and sort what that leaves.';

CREATE VIEW visible_posts_upward WITH (security_barrier) AS
SELECT id, website_id, slug, title, featured_image, visible_from, updated_at FROM published_posts
ORDER BY website_id, visible_from, id DESC;
COMMENT ON VIEW visible_posts_upward IS 'The same posts, those of one site oldest first: take the next newer one with LIMIT alone. Indexes '
    'list them so, because a new one then changes the last page alone.';

CREATE FUNCTION posts_under_label(site uuid, kind text, label uuid, most integer, skip integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF kind = 'category' THEN
        RETURN QUERY
        SELECT p.id FROM published_posts p JOIN blog_post_categories l ON l.blog_post_id = p.id AND l.category_id = label
        WHERE p.website_id = site ORDER BY p.visible_from DESC, p.id LIMIT most OFFSET skip;
    ELSE
        RETURN QUERY
        SELECT p.id FROM published_posts p JOIN blog_post_tags l ON l.blog_post_id = p.id AND l.tag_id = label
        WHERE p.website_id = site ORDER BY p.visible_from DESC, p.id LIMIT most OFFSET skip;
    END IF;
END
$$;
COMMENT ON FUNCTION posts_under_label IS
    'Visible posts of a site under one of its categories (kind category) or tags, newest first: from the label or from the newest '
    'post, whichever is shorter, which a barrier would not let the planner choose.';

CREATE FUNCTION retired_slug(site uuid, of_kind text, old_slug text) RETURNS TABLE (slug text, gone boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT
        CASE of_kind
            WHEN 'post' THEN (SELECT p.slug FROM published_posts p WHERE p.id = h.entity_id AND p.website_id = site)
            WHEN 'category' THEN (SELECT c.slug FROM blog_categories c WHERE c.id = h.entity_id AND c.website_id = site)
            ELSE (SELECT t.slug FROM blog_tags t WHERE t.id = h.entity_id AND t.website_id = site)
        END::text,
        CASE of_kind
            WHEN 'post' THEN NOT EXISTS (SELECT FROM blog_posts p WHERE p.id = h.entity_id)
            WHEN 'category' THEN NOT EXISTS (SELECT FROM blog_categories c WHERE c.id = h.entity_id)
            ELSE NOT EXISTS (SELECT FROM blog_tags t WHERE t.id = h.entity_id)
        END
    FROM slug_history h
    WHERE h.website_id = site AND h.kind = of_kind AND h.slug = left(old_slug, 200)
$$;
COMMENT ON FUNCTION retired_slug IS
    'What became of a slug that was in use: where it leads now, or that what it named is gone. Neither: it is there, but not to be seen.';

-- Rights that later migrations add are rows, so that none has to write the whole function anew.
CREATE TABLE role_rights (
    statement text PRIMARY KEY CHECK (statement ~ '^(GRANT|REVOKE) .* (TO|FROM) tapsite_[a-z]+$')
);
COMMENT ON TABLE role_rights IS 'Grants beside those of grant_first_rights. Written by migrations, read by grant_rights.';
COMMENT ON COLUMN role_rights.statement IS 'One GRANT or REVOKE, for one role.';

ALTER FUNCTION grant_rights RENAME TO grant_first_rights;
COMMENT ON FUNCTION grant_first_rights IS 'The rights of the first release; grant_rights calls it.';

CREATE FUNCTION grant_rights() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wanted record;
BEGIN
    PERFORM grant_first_rights();
    FOR wanted IN
        SELECT statement FROM role_rights
        WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = substring(statement FROM 'tapsite_[a-z]+$'))
        ORDER BY statement
    LOOP
        EXECUTE wanted.statement;
    END LOOP;
END
$$;
COMMENT ON FUNCTION grant_rights IS
    'Gives the roles that exist their rights. Called after every migration, and by an administrator who made a role by hand.';
REVOKE EXECUTE ON FUNCTION grant_rights(), posts_under_label(uuid, text, uuid, integer, integer), retired_slug(uuid, text, text)
FROM PUBLIC;

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON visible_posts_upward TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION posts_under_label(uuid, text, uuid, integer, integer) TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION retired_slug(uuid, text, text) TO tapsite_edge'),
    ('REVOKE SELECT ON published_posts FROM tapsite_console');
