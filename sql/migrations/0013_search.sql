-- Full-text search over title, excerpt and the body's own words.
-- compatible_from: 0013

CREATE FUNCTION post_text(content jsonb, most integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    -- A word may lie in several text nodes (half of it bold), so the nodes of one block join without a space.
    SELECT left(concat_ws(E'\n',
        CASE WHEN jsonb_typeof(content -> 'text') = 'string' THEN left(content ->> 'text', most) END,
        (SELECT string_agg(line, E'\n')
         FROM (SELECT (SELECT string_agg(coalesce(CASE WHEN node ->> 'type' = 'text' THEN node ->> 'text' END, ' '), '' ORDER BY place)
                       FROM jsonb_array_elements(block -> 'content') WITH ORDINALITY AS inline (node, place)) AS line
               FROM jsonb_path_query(content, 'strict $.** ? (@.content[*].type == "text")') AS block) AS lines)), most)
$$;
COMMENT ON FUNCTION post_text IS 'The words of a TipTap document, of Markdown, or of {"text"}: at most so many characters.';

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

CREATE FUNCTION post_search(title text, excerpt text, content jsonb, language regconfig) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    most integer;
BEGIN
    -- A tsvector ends at 1 MB, and a hostile document may exhaust the stack: less of the body then, never an error.
    FOREACH most IN ARRAY ARRAY[200000, 20000, 0] LOOP
        BEGIN
            RETURN setweight(to_tsvector(language, coalesce(title, '')), 'A')
                || setweight(to_tsvector(language, left(coalesce(excerpt, ''), greatest(most / 10, 100))), 'B')
                || CASE WHEN most > 0 THEN setweight(to_tsvector(language, coalesce(post_text(content, most), '')), 'C')
                   ELSE ''::tsvector END;
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
BEGIN
    NEW.search = post_search(NEW.title, NEW.excerpt, NEW.content, site_search_language(NEW.website_id));
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION index_blog_post IS 'Keeps blog_posts.search.';

CREATE TRIGGER index_blog_post BEFORE INSERT ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION index_blog_post();
CREATE TRIGGER index_blog_post_on_change BEFORE UPDATE OF title, excerpt, content, website_id, search ON blog_posts FOR EACH ROW
    WHEN ((OLD.title, OLD.excerpt, OLD.content, OLD.website_id, OLD.search)
          IS DISTINCT FROM (NEW.title, NEW.excerpt, NEW.content, NEW.website_id, NEW.search))
    EXECUTE FUNCTION index_blog_post();

CREATE FUNCTION index_posts_anew() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE blog_posts SET search = NULL WHERE website_id = NEW.id; -- index_blog_post_on_change fills it
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION index_posts_anew IS 'A site that changed its language has its posts indexed in the new one.';

CREATE TRIGGER index_posts_anew AFTER UPDATE OF generated_content ON websites FOR EACH ROW
    WHEN (search_language(OLD.generated_content) IS DISTINCT FROM search_language(NEW.generated_content))
    EXECUTE FUNCTION index_posts_anew();

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
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_trgm') THEN
        EXECUTE 'CREATE INDEX idx_blog_posts_title_trigrams ON blog_posts USING gin (title gin_trgm_ops)';
    END IF;
END
$$;
