-- Searching the posts of a site: bounded work whatever is asked for, and only what the one visibility rule lets be seen.
-- compatible_from: 0027

CREATE FUNCTION title_words(search tsvector) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN ts_filter(search, '{a}');
END
$$;
COMMENT ON FUNCTION title_words IS
    'The words of blog_posts.search that stand in the title. Its cost is that of unpacking them, which the planner does not know of.';

CREATE INDEX idx_blog_posts_title_words ON blog_posts USING gin (title_words(search));

CREATE FUNCTION search_query(language regconfig, query text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
    BEGIN
        RETURN websearch_to_tsquery(language, searchable(left(query, 200)));
    EXCEPTION
        WHEN OTHERS THEN
            RETURN plainto_tsquery(language, searchable(left(query, 200))); -- operators piled higher than its stack
    END;
EXCEPTION
    WHEN OTHERS THEN
        RETURN ''::tsquery;
END
$$;
COMMENT ON FUNCTION search_query IS 'What a visitor''s words ask for (websearch_to_tsquery of the first 200 characters). Never an error.';

CREATE FUNCTION search_posts(site uuid, query text, most integer, skip integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
DECLARE
    wanted constant tsquery := search_query(site_search_language(site), query);
    near constant integer := 200; -- posts read whatever is asked for: all that most sites have
    enough constant integer := 15; -- so many of them, and a word is too common to be looked for among older ones
    far constant integer := 200;
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
           array_agg(ts_rank(m.search, wanted, 1) ORDER BY m.place) FILTER (WHERE m.met),
           count(*) FILTER (WHERE m.met AND ts_filter(m.search, '{a}') @@ wanted)
    INTO ids, seen, ranks, in_titles
    FROM (
        SELECT n.id, n.search, row_number() OVER () AS place, n.search @@ wanted AS met
        FROM (
            SELECT p.id, p.search || '' AS search -- a copy that is unpacked once, for all that is asked of it
            FROM published_posts p WHERE p.website_id = site ORDER BY p.visible_from DESC, p.id LIMIT near
        ) n
    ) m;
    -- Rare words are found by their own index. Without one that must be there (-kopi) no index leads anywhere.
    IF seen = near AND querytree(wanted) <> 'T' THEN
        IF in_titles < enough THEN
            titled = ARRAY(
                SELECT p.id FROM published_posts p WHERE p.website_id = site AND title_words(p.search) @@ wanted
                ORDER BY p.visible_from DESC, p.id LIMIT far);
        END IF;
        IF coalesce(cardinality(ids), 0) < enough THEN
            older = ARRAY(
                SELECT p.id FROM published_posts p WHERE p.website_id = site AND p.search @@ wanted
                ORDER BY p.visible_from DESC, p.id LIMIT far);
        END IF;
    END IF;
    RETURN QUERY
    SELECT hit.id
    FROM (
        SELECT n.id, n.rank, NULL::timestamptz AS visible_from, n.place
        FROM unnest(ids, ranks) WITH ORDINALITY AS n (id, rank, place)
        UNION ALL
        SELECT p.id, ts_rank(p.search, wanted, 1), p.visible_from, 0
        FROM published_posts p
        WHERE p.website_id = site AND p.id = ANY(titled || older) AND p.id <> ALL(coalesce(ids, '{}'))
    ) hit
    ORDER BY hit.rank DESC, hit.visible_from DESC NULLS FIRST, hit.place, hit.id
    LIMIT most OFFSET skip;
END
$$;
COMMENT ON FUNCTION search_posts IS
    'Visible posts of a site that have the words asked for (websearch_to_tsquery, in the site''s language), the best first: title '
    'before excerpt before body. A common word is looked for among the newest two hundred, and in older titles where it is rare '
    'there, so that no word is dear. Never an error.';

CREATE FUNCTION search_extract(site uuid, post uuid, query text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    language constant regconfig := site_search_language(site);
    words text;
BEGIN
    SELECT concat_ws(E'\n', p.excerpt,
        CASE WHEN pg_column_size(p.content #> '{}') <= 400000 THEN post_text(p.content, 20000) ELSE p.extract END)
    INTO words
    FROM published_posts p WHERE p.website_id = site AND p.id = post;
    -- searchable() for the same reason as where words are indexed. The marks are private characters, which the text loses.
    words = ts_headline(
        language, searchable(translate(left(words, 24000), U&'\E000\E001', '  ')),
        search_query(language, query),
        U&'StartSel="\E000", StopSel="\E001", MaxFragments=2, MaxWords=24, MinWords=12, FragmentDelimiter=" … "');
    RETURN CASE WHEN strpos(words, U&'\E000') > 0 THEN words END;
END
$$;
COMMENT ON FUNCTION search_extract IS
    'A piece of a visible post''s excerpt and body round the words asked for, these between U+E000 and U+E001; NULL: '
    'they stand elsewhere. Plain text: to be escaped. The first 24,000 characters are looked through.';

CREATE FUNCTION similar_query(site uuid, query text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
    known text[];
    word text;
    alike text;
    words text[] := '{}';
    changed boolean := false;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_trgm') THEN
        RETURN NULL;
    END IF;
    known = ARRAY(
        SELECT DISTINCT t.word
        FROM (SELECT p.title FROM published_posts p WHERE p.website_id = site
              ORDER BY p.visible_from DESC, p.id LIMIT 1000) n,
            regexp_split_to_table(lower(n.title), '[^[:alnum:]]+') AS t (word)
        WHERE length(t.word) BETWEEN 3 AND 40);
    FOR word IN SELECT w FROM regexp_split_to_table(lower(left(query, 200)), '[^[:alnum:]]+') AS w WHERE w <> '' LIMIT 8 LOOP
        alike = NULL;
        IF length(word) BETWEEN 4 AND 40 AND word <> ALL(known) THEN
            SELECT k INTO alike FROM unnest(known) AS k
            WHERE similarity(k, word) >= 0.3 ORDER BY similarity(k, word) DESC, k LIMIT 1;
        END IF;
        changed = changed OR alike IS NOT NULL;
        words = words || coalesce(alike, word);
    END LOOP;
    RETURN CASE WHEN changed THEN array_to_string(words, ' ') END;
EXCEPTION
    WHEN undefined_function THEN
        RETURN NULL; -- the extension lives in another schema
END
$$;
COMMENT ON FUNCTION similar_query IS
    'What was asked for with words of the site''s newest 1,000 titles in place of those that look like them; NULL: nothing alike, '
    'or no pg_trgm.';

REVOKE EXECUTE ON FUNCTION
    search_posts(uuid, text, integer, integer), search_extract(uuid, uuid, text), similar_query(uuid, text)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION search_posts(uuid, text, integer, integer) TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION search_extract(uuid, uuid, text) TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION similar_query(uuid, text) TO tapsite_edge');
