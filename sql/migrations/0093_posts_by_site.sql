-- A post is looked for among its site's own, and a search that finds enough among the newest asks for nothing else.
-- compatible_from: 0055

-- Who has (website_id, slug) needs no index of slugs alone, which leads through every tenant's post of that name.
DROP INDEX IF EXISTS idx_blog_posts_slug;

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
        IF cardinality(titled || older) > 0 THEN
            older = ARRAY(
                SELECT p.id FROM published_posts p WHERE p.website_id = site AND p.id = ANY(titled || older)
                ORDER BY p.id = ANY(titled) DESC, p.visible_from DESC, p.id LIMIT far);
        END IF;
    END IF;
    IF cardinality(older) = 0 THEN
        RETURN QUERY
        SELECT n.id FROM unnest(ids, ranks) WITH ORDINALITY AS n (id, rank, place)
        ORDER BY n.rank DESC, n.place LIMIT most OFFSET skip;
        RETURN;
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
