-- Posts like one, without asking of each again whether its site is live: who shows them reads them through the view that says so.
-- compatible_from: 0035

CREATE OR REPLACE FUNCTION related_posts(site uuid, post uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    enough constant float := 1; -- a tag in common, two categories, or a share of its topics; or half of two of these
    share_enough constant float := 0.3;
    words_enough constant integer := 3; -- fewer are chance
    moment timestamptz;
    size integer;
    tags uuid[];
    categories uuid[];
BEGIN
    SELECT readable_time(coalesce(p.scheduled_at, p.published_at)),
        (SELECT count(*) FROM (SELECT FROM blog_posts WHERE website_id = site AND status = 'published' LIMIT 60) AS first_ones),
        ARRAY(SELECT l.tag_id FROM blog_post_tags l WHERE l.blog_post_id = post ORDER BY l.tag_id LIMIT 12),
        ARRAY(SELECT l.category_id FROM blog_post_categories l WHERE l.blog_post_id = post ORDER BY l.category_id LIMIT 12)
    INTO moment, size, tags, categories
    FROM blog_posts p WHERE p.id = post AND p.website_id = site;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    -- How much of what it is about others are about too, a word weighing more the fewer posts have it: sixty posts are looked at
    -- for a word, and what that many have tells nothing. Twenty for a label, and twenty beside it in time for labels that more have.
    WITH own AS MATERIALIZED (
        SELECT l.ids, greatest(ln(size::float / cardinality(l.ids)), 0) AS weight
        FROM post_topics o,
            LATERAL (SELECT ARRAY(
                SELECT t.blog_post_id FROM post_topics t WHERE t.website_id = site AND t.word = o.word LIMIT 60) AS ids
                OFFSET 0) AS l
        WHERE o.blog_post_id = post AND o.website_id = site
    ), alike AS MATERIALIZED (
        SELECT other.id, sum(own.weight) / (SELECT sum(weight) FROM own) AS share
        FROM own, unnest(own.ids) AS other (id)
        WHERE own.weight > 0 AND other.id <> post
        GROUP BY other.id
        HAVING count(*) >= words_enough
        ORDER BY share DESC, other.id
        LIMIT 20
    ), beside AS MATERIALIZED (
        SELECT id FROM alike
        UNION ALL
        (SELECT p.id FROM blog_posts p
         WHERE cardinality(tags || categories) > 0 AND p.website_id = site AND p.status = 'published'
             AND readable_time(coalesce(p.scheduled_at, p.published_at)) <= moment
         ORDER BY readable_time(coalesce(p.scheduled_at, p.published_at)) DESC, p.id
         LIMIT 20)
    ), scored AS (
        SELECT c.id, sum(c.score) AS score
        FROM (
            SELECT a.id, a.share / share_enough AS score FROM alike a
            UNION ALL
            SELECT l.id, 1 FROM (
                SELECT l.blog_post_id AS id, own.id AS label FROM unnest(tags) AS own (id),
                    LATERAL (SELECT t.blog_post_id FROM blog_post_tags t WHERE t.tag_id = own.id LIMIT 20) AS l
                UNION
                SELECT l.blog_post_id, l.tag_id FROM blog_post_tags l
                WHERE l.blog_post_id = ANY(ARRAY(SELECT id FROM beside)) AND l.tag_id = ANY(tags)
            ) AS l
            UNION ALL
            SELECT l.id, 0.5 FROM (
                SELECT l.blog_post_id AS id, own.id AS label FROM unnest(categories) AS own (id),
                    LATERAL (SELECT t.blog_post_id FROM blog_post_categories t WHERE t.category_id = own.id LIMIT 20) AS l
                UNION
                SELECT l.blog_post_id, l.category_id FROM blog_post_categories l
                WHERE l.blog_post_id = ANY(ARRAY(SELECT id FROM beside)) AND l.category_id = ANY(categories)
            ) AS l
        ) AS c
        WHERE c.id <> post
        GROUP BY c.id
        HAVING sum(c.score) >= enough
    )
    SELECT s.id
    FROM (SELECT * FROM scored ORDER BY scored.score DESC, scored.id LIMIT 40) AS s
    -- A JOIN reads all that the site has.
    CROSS JOIN LATERAL (
        SELECT readable_time(coalesce(b.scheduled_at, b.published_at)) AS visible_from
        FROM blog_posts b
        WHERE b.id = s.id AND b.website_id = site AND b.status = 'published'
            AND readable_time(coalesce(b.scheduled_at, b.published_at)) <= now()
        LIMIT 1
    ) AS p
    ORDER BY s.score DESC, p.visible_from DESC, s.id
    LIMIT most;
END
$$;
COMMENT ON FUNCTION related_posts IS
    'Posts of a site that are like one of it, the likest first: by tags and categories in common, and by how much of what it is about '
    'they are about. None where nothing is alike enough. Bounded work, and no row of another site. Of posts alone it asks whether they '
    'may be seen: read them through visible_posts, which knows their site.';
