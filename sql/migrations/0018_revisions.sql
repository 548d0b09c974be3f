-- A revision of the content, whoever writes it.
-- compatible_from: 0018

CREATE TABLE website_revisions (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    revision integer NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    written_by text NOT NULL DEFAULT session_user,
    title varchar(200),
    description text,
    favicon_url varchar(500),
    template_id varchar(50) NOT NULL,
    template_variant varchar(20),
    config jsonb,
    design_tokens jsonb,
    generated_content jsonb,
    components_config jsonb,
    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],
    og_image_url varchar(500),
    PRIMARY KEY (website_id, revision)
);
COMMENT ON TABLE website_revisions IS
    'What a site''s content was after each change; the newest one is what is live. Written by triggers of websites, read by the '
    'console for drafts, differences and rolling back; thinned out by prune_revisions().';
COMMENT ON COLUMN website_revisions.revision IS 'websites.content_revision at that time, counted from 1. A draft remembers which one it began from.';
COMMENT ON COLUMN website_revisions.written_by IS 'Database role of the connection that wrote.';
COMMENT ON COLUMN website_revisions.template_id IS 'No foreign key: a template that no site has any more may go.';

CREATE FUNCTION number_website_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.content_revision = 1;
    ELSIF (NEW.title, NEW.description, NEW.favicon_url, NEW.template_id, NEW.template_variant, NEW.config, NEW.design_tokens,
           NEW.generated_content, NEW.components_config, NEW.seo_title, NEW.seo_description, NEW.seo_keywords, NEW.og_image_url)
          IS DISTINCT FROM
          (OLD.title, OLD.description, OLD.favicon_url, OLD.template_id, OLD.template_variant, OLD.config, OLD.design_tokens,
           OLD.generated_content, OLD.components_config, OLD.seo_title, OLD.seo_description, OLD.seo_keywords, OLD.og_image_url) THEN
        NEW.content_revision = OLD.content_revision + 1;
    ELSE
        NEW.content_revision = OLD.content_revision;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION number_website_revision IS 'Counts websites.content_revision up when content changes.';

CREATE TRIGGER number_revision
    BEFORE INSERT OR UPDATE OF title, description, favicon_url, template_id, template_variant, config, design_tokens,
        generated_content, components_config, seo_title, seo_description, seo_keywords, og_image_url, content_revision ON websites
    FOR EACH ROW EXECUTE FUNCTION number_website_revision();

CREATE FUNCTION keep_website_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO website_revisions (website_id, revision, title, description, favicon_url, template_id, template_variant, config,
        design_tokens, generated_content, components_config, seo_title, seo_description, seo_keywords, og_image_url)
    VALUES (NEW.id, NEW.content_revision, NEW.title, NEW.description, NEW.favicon_url, NEW.template_id, NEW.template_variant,
        NEW.config, NEW.design_tokens, NEW.generated_content, NEW.components_config, NEW.seo_title, NEW.seo_description,
        NEW.seo_keywords, NEW.og_image_url);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION keep_website_revision IS 'Writes website_revisions.';

CREATE TRIGGER keep_first_revision AFTER INSERT ON websites
    FOR EACH ROW EXECUTE FUNCTION keep_website_revision();
CREATE TRIGGER keep_revision AFTER UPDATE ON websites
    FOR EACH ROW WHEN (OLD.content_revision IS DISTINCT FROM NEW.content_revision) EXECUTE FUNCTION keep_website_revision();

CREATE TABLE blog_post_revisions (
    blog_post_id uuid NOT NULL REFERENCES blog_posts (id) ON DELETE CASCADE,
    revision integer NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    written_by text NOT NULL DEFAULT session_user,
    slug varchar(200) NOT NULL,
    title varchar(200) NOT NULL,
    excerpt text,
    content jsonb NOT NULL,
    featured_image varchar(500),
    gallery_images text[],
    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],
    PRIMARY KEY (blog_post_id, revision)
);
COMMENT ON TABLE blog_post_revisions IS 'The same of posts: written by triggers of blog_posts, read by the console.';
COMMENT ON COLUMN blog_post_revisions.revision IS 'blog_posts.content_revision at that time, counted from 1.';
COMMENT ON COLUMN blog_post_revisions.written_by IS 'Database role of the connection that wrote.';

CREATE FUNCTION number_blog_post_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.content_revision = 1;
    ELSIF (NEW.slug, NEW.title, NEW.excerpt, NEW.content, NEW.featured_image, NEW.gallery_images, NEW.seo_title,
           NEW.seo_description, NEW.seo_keywords)
          IS DISTINCT FROM
          (OLD.slug, OLD.title, OLD.excerpt, OLD.content, OLD.featured_image, OLD.gallery_images, OLD.seo_title,
           OLD.seo_description, OLD.seo_keywords) THEN
        NEW.content_revision = OLD.content_revision + 1;
    ELSE
        NEW.content_revision = OLD.content_revision;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION number_blog_post_revision IS 'Counts blog_posts.content_revision up when content changes.';

CREATE TRIGGER number_revision
    BEFORE INSERT OR UPDATE OF slug, title, excerpt, content, featured_image, gallery_images, seo_title, seo_description,
        seo_keywords, content_revision ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION number_blog_post_revision();

CREATE FUNCTION keep_blog_post_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO blog_post_revisions (blog_post_id, revision, slug, title, excerpt, content, featured_image, gallery_images,
        seo_title, seo_description, seo_keywords)
    VALUES (NEW.id, NEW.content_revision, NEW.slug, NEW.title, NEW.excerpt, NEW.content, NEW.featured_image, NEW.gallery_images,
        NEW.seo_title, NEW.seo_description, NEW.seo_keywords);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION keep_blog_post_revision IS 'Writes blog_post_revisions.';

CREATE TRIGGER keep_first_revision AFTER INSERT ON blog_posts
    FOR EACH ROW EXECUTE FUNCTION keep_blog_post_revision();
CREATE TRIGGER keep_revision AFTER UPDATE ON blog_posts
    FOR EACH ROW WHEN (OLD.content_revision IS DISTINCT FROM NEW.content_revision) EXECUTE FUNCTION keep_blog_post_revision();

CREATE FUNCTION prune_revisions(keep integer DEFAULT 50, younger_than interval DEFAULT '30 days') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sites AS (
        DELETE FROM website_revisions r USING websites w
        WHERE w.id = r.website_id AND r.revision <= w.content_revision - greatest(keep, 1) AND r.taken_at < now() - younger_than
        RETURNING 1
    ), posts AS (
        DELETE FROM blog_post_revisions r USING blog_posts p
        WHERE p.id = r.blog_post_id AND r.revision <= p.content_revision - greatest(keep, 1) AND r.taken_at < now() - younger_than
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM sites) + (SELECT count(*) FROM posts)
$$;
COMMENT ON FUNCTION prune_revisions IS
    'Deletes revisions that are both old and followed by so many newer ones; returns how many. Called by maintenance.';
