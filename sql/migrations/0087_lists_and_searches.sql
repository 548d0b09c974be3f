-- A list of categories and a search that cost a blog of 100,000 posts what they cost one of 100.
-- compatible_from: 0035

-- With the post, so that its first links are read from the index and no link of anybody else's is looked at on the way.
CREATE INDEX idx_blog_post_categories_posts ON blog_post_categories (category_id, blog_post_id);
DROP INDEX idx_blog_post_categories_category;
CREATE INDEX idx_blog_post_tags_posts ON blog_post_tags (tag_id, blog_post_id);
DROP INDEX idx_blog_post_tags_tag;

CREATE FUNCTION categories_shown(site uuid, most integer) RETURNS TABLE (slug text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
BEGIN
    RETURN QUERY
    SELECT c.slug::text, c.name::text
    FROM blog_categories c
    -- A value with LIMIT: an EXISTS would have all links of a category gathered before the first is looked at.
    WHERE c.website_id = site AND (
        SELECT true FROM blog_post_categories l
        CROSS JOIN LATERAL (SELECT FROM published_posts v WHERE v.website_id = site AND v.id = l.blog_post_id LIMIT 1) AS p
        WHERE l.category_id = c.id
        LIMIT 1)
    ORDER BY c.name, c.slug
    LIMIT most;
END
$$;
COMMENT ON FUNCTION categories_shown IS
    'Categories of a site that have a visible post, by name. Each is asked for the first such post, and its posts are not counted.';

CREATE FUNCTION preview.categories_shown(site uuid, most integer) RETURNS TABLE (slug text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = preview, public, pg_temp AS $$
    SELECT c.slug, c.name
    FROM blog_categories c
    WHERE c.website_id = site AND EXISTS (
        SELECT FROM blog_post_categories l JOIN published_posts p ON p.id = l.blog_post_id
        WHERE l.category_id = c.id AND p.website_id = site)
    ORDER BY c.name, c.slug
    LIMIT most
$$;
COMMENT ON FUNCTION preview.categories_shown IS 'As its namesake.';

CREATE OR REPLACE FUNCTION search_posts(site uuid, query text, most integer, skip integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
-- How often a site's posts have a word, the planner cannot know: it takes an index that holds both for worse than reading all there is.
SET enable_seqscan = off AS $$
DECLARE
    wanted constant tsquery := search_query(site_search_language(site), query);
    own constant tsquery := site_words(site)::text::tsquery && wanted;
    near constant integer := 200; -- posts read whatever is asked for: all that most sites have
    enough constant integer := 15; -- so many of them, and a word is too common to be looked for among older ones
    far constant integer := 400;
    most_met constant integer := 1000; -- of an index
    ids uuid[];
    ranks real[];
    seen integer;
    in_titles integer;
    titled uuid[] := '{}';
    older uuid[] := '{}';
BEGIN
    IF numnode(wanted) = 0 THEN
        RETURN;
    END IF;
    SELECT array_agg(m.id ORDER BY m.place) FILTER (WHERE m.met), count(*),
           array_agg(ts_rank((m.packed).f1, wanted, 1) ORDER BY m.place) FILTER (WHERE m.met),
           count(*) FILTER (WHERE m.met AND ts_filter((m.packed).f1, '{a}') @@ wanted)
    INTO ids, seen, ranks, in_titles
    FROM (
        SELECT n.id, n.packed, row_number() OVER () AS place, (n.packed).f1 @@ wanted AS met
        FROM (
            -- In a row of its own it is unpacked once, for all that is asked of it.
            SELECT p.id, ROW(p.search) AS packed
            FROM published_posts p WHERE p.website_id = site ORDER BY p.visible_from DESC, p.id LIMIT near
        ) n
    ) m;
    -- Rare words are found by their own index. Without one that must be there (-kopi) no index leads anywhere.
    IF seen = near AND querytree(wanted) <> 'T' THEN
        IF in_titles < enough THEN
            titled = ARRAY(
                SELECT b.id FROM blog_posts b WHERE words_of_site(b.website_id, title_words(b.search)) @@ own LIMIT most_met);
        END IF;
        IF coalesce(cardinality(ids), 0) < enough THEN
            older = ARRAY(
                SELECT b.id FROM blog_posts b WHERE words_of_site(b.website_id, b.search) @@ own LIMIT most_met);
        END IF;
        older = ARRAY(
            SELECT p.id FROM published_posts p WHERE p.website_id = site AND p.id = ANY(titled || older)
            ORDER BY p.id = ANY(titled) DESC, p.visible_from DESC, p.id LIMIT far);
    END IF;
    RETURN QUERY
    SELECT hit.id
    FROM (
        SELECT n.id, n.rank, NULL::timestamptz AS visible_from, n.place
        FROM unnest(ids, ranks) WITH ORDINALITY AS n (id, rank, place)
        UNION ALL
        SELECT p.id, ts_rank(p.search, wanted, 1), p.visible_from, 0
        FROM published_posts p
        WHERE p.website_id = site AND p.id = ANY(older) AND p.id <> ALL(coalesce(ids, '{}'))
    ) hit
    ORDER BY hit.rank DESC, hit.visible_from DESC NULLS FIRST, hit.place, hit.id
    LIMIT most OFFSET skip;
END
$$;

CREATE FUNCTION passages(words text, wanted tsquery) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    around constant integer := 300; -- characters, on either side: the 24 words of an extract
    longest constant integer := 40;
    word constant text := '\m' || substring(wanted::text FROM '^''([[:alnum:]]{2,60})''$') || '\M';
    begun integer := 1;
    place integer;
    piece text;
    pieces text[] := '{}';
BEGIN
    IF word IS NULL OR length(words) <= 4 * around THEN
        RETURN NULL;
    END IF;
    FOR number IN 1..2 LOOP
        place = regexp_instr(words, word, begun, 1, 0, 'i');
        EXIT WHEN place = 0;
        begun = greatest(place - around, begun);
        piece = substr(words, begun, place + around - begun);
        -- Without the parts of words at its ends: half a word may look like the one asked for.
        IF begun > 1 THEN
            piece = substr(piece, 1 + coalesce(length(substring(left(piece, longest) FROM '^\S*\s')), 0));
        END IF;
        pieces = pieces || left(piece, length(piece) - coalesce(length(substring(right(piece, longest) FROM '\s\S*$')), 0));
        begun = place + around;
    END LOOP;
    RETURN nullif(array_to_string(pieces, ' … '), '');
END
$$;
COMMENT ON FUNCTION passages IS
    'Of a long text that has the one word asked for as it is spelled there: what stands around it, at its first place and one further on. '
    'Else NULL. ts_headline takes as long as all that it reads.';

CREATE OR REPLACE FUNCTION search_extract(site uuid, post uuid, query text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    language constant regconfig := site_search_language(site);
    wanted constant tsquery := search_query(language, query);
    excerpt text;
    beginning text;
    document jsonb;
    words text;
    piece text;
    marked text;
BEGIN
    SELECT p.excerpt, p.extract, p.content #> '{}' INTO excerpt, beginning, document -- unpacked, once
    FROM published_posts p WHERE p.website_id = site AND p.id = post;
    words = concat_ws(E'\n', excerpt,
        CASE WHEN pg_column_size(document) <= 400000 THEN post_text(document, 20000) ELSE beginning END);
    words = left(words, 24000);
    -- The marks are private characters, which the text loses.
    IF strpos(words, U&'\E000') > 0 OR strpos(words, U&'\E001') > 0 THEN
        words = translate(words, U&'\E000\E001', '  ');
    END IF;
    FOREACH piece IN ARRAY ARRAY[passages(words, wanted), words] LOOP
        CONTINUE WHEN piece IS NULL;
        -- searchable() for the same reason as where words are indexed.
        marked = ts_headline(
            language, searchable(piece), wanted,
            U&'StartSel="\E000", StopSel="\E001", MaxFragments=2, MaxWords=24, MinWords=12, FragmentDelimiter=" … "');
        IF strpos(marked, U&'\E000') > 0 THEN
            RETURN marked;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION categories_shown(uuid, integer), preview.categories_shown(uuid, integer) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION categories_shown(uuid, integer) TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION preview.categories_shown(uuid, integer) TO tapsite_edge');
