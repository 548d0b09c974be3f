-- Posts like one are found when posts are written, and not again at each first reading of one.
-- compatible_from: 0103

CREATE TABLE post_relations (
    blog_post_id uuid PRIMARY KEY REFERENCES blog_posts (id) ON DELETE CASCADE,
    website_id uuid NOT NULL,
    alike uuid[] NOT NULL
);
CREATE INDEX post_relations_backward ON post_relations USING gin (alike);
COMMENT ON TABLE post_relations IS
    'Posts like a published one, found beforehand. Written by relate_posts alone, read by the blog through visible_posts. It counts only '
    'while nothing of its site waits in posts_to_relate: else, and where there is none, the blog asks related_posts.';
COMMENT ON COLUMN post_relations.blog_post_id IS 'The post that the others are like.';
COMMENT ON COLUMN post_relations.website_id IS 'The post''s, when it was written.';
COMMENT ON COLUMN post_relations.alike IS
    'The likest first: six that could be seen when this was written, and six whose time was to come. Empty: nothing is alike enough.';

CREATE TABLE posts_to_relate (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    website_id uuid NOT NULL,
    blog_post_id uuid NOT NULL,
    onward boolean NOT NULL DEFAULT true
);
CREATE INDEX posts_to_relate_by_site ON posts_to_relate (website_id, onward, blog_post_id);
COMMENT ON TABLE posts_to_relate IS
    'Posts whose relations wait to be found. Added to by statement triggers of posts and their labels, so that no writer waits for another; '
    'emptied by relate_posts. No foreign keys: a post that was deleted is waited for, too, by those it was like.';
COMMENT ON COLUMN posts_to_relate.blog_post_id IS 'The post; many rows may name it.';
COMMENT ON COLUMN posts_to_relate.onward IS 'Whether the post itself has changed: then those like it are to be looked at, too.';

CREATE FUNCTION posts_alike(site uuid, post uuid) RETURNS TABLE (id uuid, score float, visible_from timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
#variable_conflict use_column
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
    SELECT s.id, s.score, p.visible_from
    FROM (SELECT * FROM scored ORDER BY scored.score DESC, scored.id LIMIT 40) AS s
    -- A JOIN reads all that the site has.
    CROSS JOIN LATERAL (
        SELECT readable_time(coalesce(b.scheduled_at, b.published_at)) AS visible_from
        FROM blog_posts b
        WHERE b.id = s.id AND b.website_id = site AND b.status = 'published'
        LIMIT 1
    ) AS p
    ORDER BY s.score DESC, p.visible_from DESC, s.id;
END
$$;
COMMENT ON FUNCTION posts_alike IS
    'Published posts of a site that are like one of it, the likest first, whether their time has come or not: by tags and categories in '
    'common, and by how much of what it is about they are about. None where nothing is alike enough. Bounded work, and no row of another site.';

CREATE OR REPLACE FUNCTION related_posts(site uuid, post uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM posts_alike(site, post) WITH ORDINALITY AS found (id, score, visible_from, place)
    WHERE visible_from <= now() ORDER BY place LIMIT most
$$;
COMMENT ON FUNCTION related_posts IS
    'Posts of a site that are like one of it and whose time has come, the likest first, found anew. Of posts alone it asks whether they may '
    'be seen: read them through visible_posts, which knows their site.';

CREATE FUNCTION relate_posts(following uuid, most integer) RETURNS TABLE (site uuid, related bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
    changed boolean;
    posts uuid[];
    held uuid[];
BEGIN
    SELECT n.website_id INTO site FROM posts_to_relate n WHERE n.website_id > following ORDER BY n.website_id LIMIT 1;
    IF site IS NULL THEN
        SELECT n.website_id INTO site FROM posts_to_relate n ORDER BY n.website_id LIMIT 1;
    END IF;
    IF site IS NULL THEN
        RETURN;
    END IF;
    changed = EXISTS (SELECT FROM posts_to_relate n WHERE n.website_id = site AND n.onward);
    posts = ARRAY(
        SELECT DISTINCT n.blog_post_id FROM posts_to_relate n WHERE n.website_id = site AND n.onward = changed
        ORDER BY n.blog_post_id LIMIT most);
    -- Held, so that nobody deletes one meanwhile; who is deleting one just now is not waited for, since he may come to wait for us.
    held = ARRAY(SELECT p.id FROM blog_posts p WHERE p.id = ANY(posts) FOR KEY SHARE SKIP LOCKED);
    posts = held || ARRAY(SELECT u.id FROM unnest(posts) AS u (id) WHERE NOT EXISTS (SELECT FROM blog_posts p WHERE p.id = u.id));
    -- From here on each statement sees at least what made these rows; what commits later has rows of its own.
    DELETE FROM posts_to_relate n
    WHERE n.website_id = site AND n.onward <= changed AND n.blog_post_id = ANY(posts);
    IF changed THEN
        INSERT INTO posts_to_relate (website_id, blog_post_id, onward)
        SELECT r.website_id, r.blog_post_id, false FROM post_relations r
        WHERE r.alike && posts AND r.blog_post_id <> ALL(posts);
    END IF;
    DELETE FROM post_relations r WHERE r.blog_post_id = ANY(held);
    INSERT INTO post_relations (blog_post_id, website_id, alike)
    SELECT p.id, site, ARRAY(
        SELECT c.id
        FROM (
            SELECT a.id, a.place, row_number() OVER (PARTITION BY a.visible_from <= now() ORDER BY a.place) AS number
            FROM posts_alike(site, p.id) WITH ORDINALITY AS a (id, score, visible_from, place)
        ) AS c
        WHERE c.number <= 6 ORDER BY c.place)
    FROM blog_posts p WHERE p.id = ANY(held) AND p.website_id = site AND p.status = 'published';
    IF changed THEN
        INSERT INTO posts_to_relate (website_id, blog_post_id, onward)
        SELECT DISTINCT site, a.id, false
        FROM post_relations r, unnest(r.alike) AS a (id)
        WHERE r.blog_post_id = ANY(posts) AND a.id <> ALL(posts)
            AND NOT EXISTS (SELECT FROM posts_to_relate n WHERE n.website_id = site AND n.blog_post_id = a.id);
    END IF;
    related = cardinality(posts);
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION relate_posts IS
    'Finds what some waiting posts of one site are like, those that changed before those like them; of the site that follows a given one, '
    'so that all have their turn. Returns the site and how many posts; no row where nothing waits. Called by maintenance, by one process.';

CREATE FUNCTION wait_for_relations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME <> 'blog_posts' THEN
        IF TG_OP = 'TRUNCATE' THEN
            INSERT INTO posts_to_relate (website_id, blog_post_id) SELECT website_id, id FROM blog_posts WHERE status = 'published';
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO posts_to_relate (website_id, blog_post_id)
            SELECT DISTINCT p.website_id, p.id FROM old_rows o JOIN blog_posts p ON p.id = o.blog_post_id;
        ELSE
            INSERT INTO posts_to_relate (website_id, blog_post_id)
            SELECT DISTINCT p.website_id, p.id FROM new_rows n JOIN blog_posts p ON p.id = n.blog_post_id;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        -- Selected from websites, because the whole site may be going.
        INSERT INTO posts_to_relate (website_id, blog_post_id)
        SELECT o.website_id, o.id FROM old_rows o JOIN websites w ON w.id = o.website_id WHERE o.status = 'published';
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO posts_to_relate (website_id, blog_post_id) SELECT website_id, id FROM new_rows WHERE status = 'published';
    ELSE
        -- Counting leaves changed_in alone.
        INSERT INTO posts_to_relate (website_id, blog_post_id)
        SELECT n.website_id, n.id FROM new_rows n JOIN old_rows o USING (id)
        WHERE n.changed_in = pg_current_xact_id() AND 'published' IN (o.status, n.status);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION wait_for_relations IS 'Writes posts_to_relate.';

CREATE TRIGGER relate_insert AFTER INSERT ON blog_posts REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_update AFTER UPDATE ON blog_posts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_delete AFTER DELETE ON blog_posts REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_insert AFTER INSERT ON blog_post_tags REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_update AFTER UPDATE ON blog_post_tags REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_delete AFTER DELETE ON blog_post_tags REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_truncate AFTER TRUNCATE ON blog_post_tags FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_insert AFTER INSERT ON blog_post_categories REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_update AFTER UPDATE ON blog_post_categories REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_delete AFTER DELETE ON blog_post_categories REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();
CREATE TRIGGER relate_truncate AFTER TRUNCATE ON blog_post_categories FOR EACH STATEMENT EXECUTE FUNCTION wait_for_relations();

INSERT INTO posts_to_relate (website_id, blog_post_id, onward)
SELECT website_id, id, false FROM blog_posts WHERE status = 'published';

REVOKE EXECUTE ON FUNCTION posts_alike(uuid, uuid), relate_posts(uuid, integer), wait_for_relations() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON post_relations TO tapsite_edge'),
    ('GRANT SELECT (website_id) ON posts_to_relate TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION relate_posts(uuid, integer) TO tapsite_maintain');
