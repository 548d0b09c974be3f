-- Full-text search over title, excerpt and the body's own words.
-- compatible_from: 0013

CREATE FUNCTION post_text(content jsonb, most integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
DECLARE
    words text;
BEGIN
    words = CASE WHEN jsonb_typeof(content -> 'text') = 'string' THEN left(content ->> 'text', most) ELSE '' END;
    -- Every block is a copy of all that is in it, so the work is size times depth: both are bounded before the walk, and blocks
    -- come one at a time, until there are enough. #> '{}' is the document itself, unpacked. Sixty-four levels of JSON are
    -- thirty-two nested nodes.
    IF pg_column_size(content #> '{}') <= 8000000 THEN
        words = words || E'\n' || coalesce((
            -- A word may lie in several text nodes (half of it bold), so the nodes of one block join without a space.
            SELECT string_agg((
                SELECT string_agg(coalesce(CASE WHEN node ->> 'type' = 'text' THEN node ->> 'text' END, ' '), '' ORDER BY place)
                FROM jsonb_array_elements(block -> 'content') WITH ORDINALITY AS inline (node, place)), E'\n')
            FROM (
                SELECT jsonb_path_query(content, 'strict $.**{0 to 64} ? (@.content[*].type == "text")') AS block LIMIT 20000
            ) AS blocks), '');
    END IF;
    RETURN left(words, most);
EXCEPTION
    WHEN OTHERS THEN
        RETURN coalesce(words, ''); -- no words are better than a post that cannot be saved
END
$$;
COMMENT ON FUNCTION post_text IS
    'The words of a TipTap document, of Markdown, or of {"text"}: at most so many characters. Documents are read 64 levels deep, '
    '20,000 blocks far, and up to 8 MB.';

CREATE FUNCTION search_language(content jsonb) RETURNS regconfig
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE left(coalesce(content ->> 'language', 'id'), 2)
        WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
        WHEN 'en' THEN 'pg_catalog.english'::regconfig
        ELSE 'pg_catalog.simple'::regconfig
    END
$$;
COMMENT ON FUNCTION search_language IS 'Text-search configuration of generated_content''s "language"; none: indonesian.';

CREATE FUNCTION site_search_language(site uuid) RETURNS regconfig
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT search_language(generated_content) FROM websites WHERE id = site), 'pg_catalog.indonesian'::regconfig)
$$;
COMMENT ON FUNCTION site_search_language IS 'The same of a site by its id.';

CREATE FUNCTION searchable(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    -- 200,000 characters of 'a_a_a_…' or '<!--<!--…' keep PostgreSQL's parser for minutes: it goes back to the beginning again and
    -- again. Neither character is part of a word, and nothing that long without a blank is one.
    SELECT regexp_replace(translate(words, '_<', '  '), '(\S{250})', '\1 ', 'g')
$$;
COMMENT ON FUNCTION searchable IS 'Text without what makes the search parser''s work quadratic.';

CREATE FUNCTION post_search(title text, excerpt text, body text, language regconfig) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    most integer;
BEGIN
    -- A tsvector ends at 1 MB: less of the body then, never an error.
    FOREACH most IN ARRAY ARRAY[200000, 20000, 0] LOOP
        BEGIN
            RETURN setweight(to_tsvector(language, coalesce(title, '')), 'A')
                || setweight(to_tsvector(language, searchable(left(coalesce(excerpt, ''), greatest(most / 10, 100)))), 'B')
                || setweight(to_tsvector(language, searchable(left(coalesce(body, ''), most))), 'C');
        EXCEPTION
            WHEN OTHERS THEN
                CONTINUE;
        END;
    END LOOP;
    RETURN ''::tsvector;
END
$$;
COMMENT ON FUNCTION post_search IS 'Weighted words of a post; capped, and never an error.';

CREATE FUNCTION index_blog_post() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    body text := post_text(NEW.content, 200000);
    line text := btrim(regexp_replace(body, '\s+', ' ', 'g'));
BEGIN
    NEW.search = post_search(NEW.title, NEW.excerpt, body, site_search_language(NEW.website_id));
    NEW.extract = nullif(rtrim(left(line, 400)), '');
    NEW.word_count = CASE WHEN line = '' THEN 0 ELSE length(line) - length(replace(line, ' ', '')) + 1 END;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION index_blog_post IS 'Keeps blog_posts.search, extract and word_count.';

CREATE TRIGGER index_blog_post BEFORE INSERT ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION index_blog_post();
CREATE TRIGGER index_blog_post_on_change
    BEFORE UPDATE OF title, excerpt, content, website_id, search, extract, word_count ON blog_posts FOR EACH ROW
    WHEN ((OLD.title, OLD.excerpt, OLD.content, OLD.website_id, OLD.search, OLD.extract, OLD.word_count)
          IS DISTINCT FROM (NEW.title, NEW.excerpt, NEW.content, NEW.website_id, NEW.search, NEW.extract, NEW.word_count))
    EXECUTE FUNCTION index_blog_post();

CREATE FUNCTION measure_blog_post() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.content IS NOT DISTINCT FROM OLD.content THEN
        NEW.oversized = OLD.oversized;
    ELSE
        NEW.oversized = CASE WHEN is_oversized(NEW.content) THEN ARRAY['content'] ELSE '{}' END;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION measure_blog_post IS 'Keeps blog_posts.oversized.';

CREATE TRIGGER measure_blog_post BEFORE INSERT OR UPDATE OF content, oversized ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION measure_blog_post();

CREATE FUNCTION index_posts_anew() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    -- Not now(), which is the start of the transaction.
    until constant timestamptz := clock_timestamp() + TG_ARGV[0]::interval;
    post uuid;
BEGIN
    FOR post IN SELECT id FROM blog_posts WHERE website_id = NEW.id ORDER BY coalesce(scheduled_at, published_at) DESC NULLS LAST LOOP
        UPDATE blog_posts SET search = NULL WHERE id = post; -- index_blog_post_on_change fills it
        EXIT WHEN clock_timestamp() > until;
    END LOOP;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION index_posts_anew IS
    'A site that changed its language has its posts indexed in the new one, the newest first, for as long as its argument says: those left over are '
    'still found by their words as they stand, and indexed anew when they are next written.';

CREATE TRIGGER index_posts_anew AFTER UPDATE OF generated_content ON websites FOR EACH ROW
    WHEN (search_language(OLD.generated_content) IS DISTINCT FROM search_language(NEW.generated_content))
    EXECUTE FUNCTION index_posts_anew('10 seconds');

CREATE INDEX idx_blog_posts_search ON blog_posts USING gin (search);

-- For typing errors in queries. The embedded server does not offer it, and not everybody may create it.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        NULL;
END
$$;
