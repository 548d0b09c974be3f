-- Posts alike: what a post is about, in a few words, kept when it is written and looked up when another is read.
-- compatible_from: 0028

-- Nothing reads it: typing errors are mended from the words of a site's own titles (similar_query).
DROP INDEX IF EXISTS idx_blog_posts_title_trigrams;

CREATE TABLE post_topics (
    website_id uuid NOT NULL,
    word integer NOT NULL,
    blog_post_id uuid NOT NULL REFERENCES blog_posts (id) ON DELETE CASCADE,
    PRIMARY KEY (website_id, word, blog_post_id)
);
CREATE INDEX post_topics_of_post ON post_topics (blog_post_id) INCLUDE (word);
COMMENT ON TABLE post_topics IS
    'The words that tell most of what a published post is about, at most 16. Written by a trigger of blog_posts, read by related_posts alone. '
    'Begins with the site, so that no post of another is ever looked at.';
COMMENT ON COLUMN post_topics.website_id IS 'The post''s, kept by the same trigger.';
COMMENT ON COLUMN post_topics.blog_post_id IS 'The post that is about it.';
COMMENT ON COLUMN post_topics.word IS 'The first four bytes of the lexeme''s MD5: it is compared and never shown.';

CREATE FUNCTION topics_of(search tsvector) RETURNS SETOF integer
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ('x' || left(md5(l.lexeme), 8))::bit(32)::integer
    FROM (
        SELECT w.lexeme
        FROM unnest(search) AS w
        WHERE length(w.lexeme) BETWEEN 3 AND 60 AND w.lexeme ~ '[^0-9.,:/-]'
            -- Words that say nothing, which PostgreSQL knows of many languages and not of this one.
            AND w.lexeme <> ALL(tsvector_to_array(to_tsvector('pg_catalog.indonesian',
                'ada adalah agar akan aku anda antara apa apabila apakah atas atau bagi bagian bahkan bahwa baik bagaimana banyak beberapa '
                'begitu belum berbagai bisa boleh bukan cara cukup dalam dan dapat dari dengan dia dua guna hal hanya harus hari hingga '
                'ini itu jadi jangan jika juga kali kalau kami kamu karena kata ke kembali kemudian kepada kini kita lagi lain lalu lebih '
                'maka mana masih mau mereka mungkin namun oleh orang pada paling para per pernah perlu pun saat saja salah sama sambil '
                'sampai sangat satu saya seperti sebagai sebelum sebuah secara sedang segera sehingga sejak selain selalu selama semua '
                'sendiri seorang serta sesuatu setelah setiap sudah supaya tahu tanpa tapi telah tentang terhadap tersebut tetapi tiap '
                'tidak tiga untuk waktu walau yaitu yakni yang')))
        -- The title's words count for more than the excerpt's, and these for more than the body's; a word said often for more again.
        ORDER BY cardinality(w.positions)
                + CASE WHEN 'A' = ANY(w.weights) THEN 1000 WHEN 'B' = ANY(w.weights) THEN 2 ELSE 0 END DESC,
            length(w.lexeme) DESC, w.lexeme
        LIMIT 16
    ) AS l
$$;
COMMENT ON FUNCTION topics_of IS 'What blog_posts.search is about, as post_topics keeps it: its title''s words, and those it says most.';

CREATE FUNCTION keep_topics() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM post_topics WHERE blog_post_id = NEW.id;
    END IF;
    IF NEW.status = 'published' THEN
        INSERT INTO post_topics (website_id, word, blog_post_id) SELECT NEW.website_id, word, NEW.id FROM topics_of(NEW.search) AS word;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION keep_topics IS 'Writes post_topics.';

CREATE TRIGGER keep_topics AFTER INSERT ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION keep_topics();
CREATE TRIGGER keep_topics_on_change AFTER UPDATE OF title, excerpt, content, website_id, status, search ON blog_posts FOR EACH ROW
    WHEN ((OLD.search, OLD.website_id, OLD.status) IS DISTINCT FROM (NEW.search, NEW.website_id, NEW.status)) EXECUTE FUNCTION keep_topics();

INSERT INTO post_topics (website_id, word, blog_post_id)
SELECT p.website_id, t.word, p.id FROM blog_posts p, topics_of(p.search) AS t (word) WHERE p.status = 'published';

CREATE FUNCTION related_posts(site uuid, post uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
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
    SELECT best.id
    FROM (
        SELECT s.id, s.score, readable_time(coalesce(p.scheduled_at, p.published_at)) AS visible_from
        FROM (SELECT * FROM scored ORDER BY scored.score DESC, scored.id LIMIT 40) AS s
        CROSS JOIN LATERAL (SELECT * FROM blog_posts b WHERE b.id = s.id AND b.website_id = site LIMIT 1) AS p
        ORDER BY s.score DESC, visible_from DESC, s.id
    ) AS best
    -- A JOIN reads all that the site has. One after the other, and no more than are wanted.
    CROSS JOIN LATERAL (SELECT FROM published_posts v WHERE v.website_id = site AND v.id = best.id LIMIT 1) AS seen
    ORDER BY best.score DESC, best.visible_from DESC, best.id
    LIMIT most;
END
$$;
COMMENT ON FUNCTION related_posts IS
    'Visible posts of a site that are like one of it, the likest first: by tags and categories in common, and by how much of what it '
    'is about they are about. None where nothing is alike enough. Bounded work, and no row of another site.';

REVOKE EXECUTE ON FUNCTION related_posts(uuid, uuid, integer), topics_of(tsvector) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION related_posts(uuid, uuid, integer) TO tapsite_edge');
