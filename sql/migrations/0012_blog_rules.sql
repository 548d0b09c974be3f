-- Triggers of posts: dates and updated_at; old slugs.
-- compatible_from: 0012

CREATE FUNCTION settle_blog_post() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status = 'published' AND NEW.scheduled_at IS NULL AND NEW.published_at IS NULL THEN
        NEW.published_at = now();
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION settle_blog_post IS 'A post published with neither date is published now.';

CREATE TRIGGER settle_blog_post BEFORE INSERT OR UPDATE OF status, scheduled_at, published_at ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION settle_blog_post();

CREATE FUNCTION update_blog_posts_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was blog_posts%ROWTYPE := OLD;
BEGIN
    was.view_count = NEW.view_count;
    was.like_count = NEW.like_count;
    -- These follow from the rest, and from the site's language.
    was.search = NEW.search;
    was.extract = NEW.extract;
    was.word_count = NEW.word_count;
    was.oversized = NEW.oversized;
    was.updated_at = NEW.updated_at;
    was.changed_in = NEW.changed_in;
    IF was IS DISTINCT FROM NEW THEN
        NEW.updated_at = now();
        NEW.changed_in = pg_current_xact_id();
    ELSE
        NEW.updated_at = OLD.updated_at;
        NEW.changed_in = OLD.changed_in;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION update_blog_posts_updated_at IS 'Touches updated_at unless counters alone changed.';

-- Every column but the counters, as on websites.
CREATE TRIGGER update_blog_posts_updated_at
    BEFORE UPDATE OF id, website_id, slug, title, excerpt, content, featured_image, gallery_images, seo_title, seo_description,
        seo_keywords, is_ai_generated, ai_prompt, ai_model_used, status, published_at, scheduled_at, created_at, updated_at, search,
        extract, word_count, oversized, content_revision, changed_in ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION update_blog_posts_updated_at();

CREATE TABLE slug_history (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    kind varchar(20) NOT NULL CHECK (kind IN ('post', 'category', 'tag')),
    slug varchar(200) NOT NULL,
    entity_id uuid NOT NULL,
    retired_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, kind, slug)
);
CREATE INDEX slug_history_entity ON slug_history (entity_id);
COMMENT ON TABLE slug_history IS
    'Slugs that posts, categories and tags had: a redirect while entity_id exists, 410 afterwards. Written by triggers, read by '
    'the edge. A slug in use again leaves the history.';
COMMENT ON COLUMN slug_history.entity_id IS 'Row of the table that kind names. No foreign key: a deleted post''s address is 410, not 404.';

CREATE FUNCTION keep_slug() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_kind text := TG_ARGV[0];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        DELETE FROM slug_history WHERE website_id = NEW.website_id AND kind = of_kind AND slug = NEW.slug;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        -- Selected from websites, because the whole site may be going.
        INSERT INTO slug_history (website_id, kind, slug, entity_id)
        SELECT OLD.website_id, of_kind, OLD.slug, OLD.id FROM websites WHERE id = OLD.website_id
        ON CONFLICT (website_id, kind, slug) DO UPDATE SET entity_id = excluded.entity_id, retired_at = excluded.retired_at;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION keep_slug IS 'Writes slug_history; its argument is the kind.';

CREATE TRIGGER keep_slug AFTER INSERT OR DELETE ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION keep_slug('post');
CREATE TRIGGER keep_slug_on_change AFTER UPDATE OF slug, website_id ON blog_posts FOR EACH ROW
    WHEN ((OLD.slug, OLD.website_id) IS DISTINCT FROM (NEW.slug, NEW.website_id)) EXECUTE FUNCTION keep_slug('post');
CREATE TRIGGER keep_slug AFTER INSERT OR DELETE ON blog_categories
    FOR EACH ROW EXECUTE FUNCTION keep_slug('category');
CREATE TRIGGER keep_slug_on_change AFTER UPDATE OF slug, website_id ON blog_categories FOR EACH ROW
    WHEN ((OLD.slug, OLD.website_id) IS DISTINCT FROM (NEW.slug, NEW.website_id)) EXECUTE FUNCTION keep_slug('category');
CREATE TRIGGER keep_slug AFTER INSERT OR DELETE ON blog_tags
    FOR EACH ROW EXECUTE FUNCTION keep_slug('tag');
CREATE TRIGGER keep_slug_on_change AFTER UPDATE OF slug, website_id ON blog_tags FOR EACH ROW
    WHEN ((OLD.slug, OLD.website_id) IS DISTINCT FROM (NEW.slug, NEW.website_id)) EXECUTE FUNCTION keep_slug('tag');
