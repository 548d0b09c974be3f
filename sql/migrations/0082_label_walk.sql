-- The posts of a label without a plan of their own at each reading, which took five times as long as the reading.
-- compatible_from: 0035

CREATE OR REPLACE FUNCTION posts_under_label(site uuid, kind text, label uuid, most integer, skip integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
    few constant integer := 200; -- as many as are sorted sooner than looked for
    stride constant integer := 20; -- posts looked at for each one wanted, before the label's own links are taken
    linked uuid[] := ARRAY(
        SELECT l.blog_post_id FROM blog_post_categories l WHERE kind = 'category' AND l.category_id = label
        UNION ALL
        SELECT l.blog_post_id FROM blog_post_tags l WHERE kind <> 'category' AND l.tag_id = label
        LIMIT few + 1);
    found uuid[];
BEGIN
    IF cardinality(linked) <= few THEN
        RETURN QUERY
        SELECT p.id FROM published_posts p WHERE p.website_id = site AND p.id = ANY(linked)
        ORDER BY p.visible_from DESC, p.id LIMIT most OFFSET skip;
        RETURN;
    END IF;
    found := ARRAY(
        SELECT p.id
        FROM (SELECT v.id, v.visible_from FROM published_posts v WHERE v.website_id = site
              ORDER BY v.visible_from DESC, v.id LIMIT stride * (most + skip)) AS p
        -- One by one: an EXISTS would have all that the label has read beforehand.
        WHERE CASE WHEN kind = 'category'
            THEN (SELECT true FROM blog_post_categories l WHERE l.blog_post_id = p.id AND l.category_id = label LIMIT 1)
            ELSE (SELECT true FROM blog_post_tags l WHERE l.blog_post_id = p.id AND l.tag_id = label LIMIT 1)
        END
        ORDER BY p.visible_from DESC, p.id LIMIT most OFFSET skip);
    IF cardinality(found) < most THEN
        found := ARRAY(
            SELECT p.id
            FROM published_posts p
            JOIN (SELECT l.blog_post_id FROM blog_post_categories l WHERE kind = 'category' AND l.category_id = label
                  UNION ALL
                  SELECT l.blog_post_id FROM blog_post_tags l WHERE kind <> 'category' AND l.tag_id = label) AS l ON l.blog_post_id = p.id
            WHERE p.website_id = site ORDER BY p.visible_from DESC, p.id LIMIT most OFFSET skip);
    END IF;
    RETURN QUERY SELECT f.id FROM unnest(found) WITH ORDINALITY AS f (id, place) ORDER BY f.place;
END
$$;
COMMENT ON FUNCTION posts_under_label IS
    'Visible posts of a site under one of its categories (kind category) or tags, newest first. A label with few links sorts what they '
    'lead to; one with many is looked for among the newest posts, and by its links where that finds too few.';
