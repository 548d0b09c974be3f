-- A row that was restored to an earlier number takes the next one that no revision has: the number it would have taken itself was
-- taken, and whatever was written to it was refused. After the last number there is, content changes without a revision.
-- compatible_from: 0104

CREATE OR REPLACE FUNCTION number_website_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.content_revision = 1;
    ELSIF (NEW.title, NEW.description, NEW.favicon_url, NEW.template_id, NEW.template_variant, NEW.config, NEW.design_tokens,
           NEW.generated_content, NEW.components_config, NEW.seo_title, NEW.seo_description, NEW.seo_keywords, NEW.og_image_url)
          IS DISTINCT FROM
          (OLD.title, OLD.description, OLD.favicon_url, OLD.template_id, OLD.template_variant, OLD.config, OLD.design_tokens,
           OLD.generated_content, OLD.components_config, OLD.seo_title, OLD.seo_description, OLD.seo_keywords, OLD.og_image_url) THEN
        SELECT CASE WHEN newest < 2147483647 THEN newest + 1 ELSE OLD.content_revision END INTO NEW.content_revision
        FROM (SELECT greatest(OLD.content_revision, max(r.revision)) AS newest
              FROM website_revisions r WHERE r.website_id = OLD.id) numbers;
    ELSE
        NEW.content_revision = OLD.content_revision;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION number_blog_post_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.content_revision = 1;
    ELSIF (NEW.slug, NEW.title, NEW.excerpt, NEW.content, NEW.featured_image, NEW.gallery_images, NEW.seo_title,
           NEW.seo_description, NEW.seo_keywords)
          IS DISTINCT FROM
          (OLD.slug, OLD.title, OLD.excerpt, OLD.content, OLD.featured_image, OLD.gallery_images, OLD.seo_title,
           OLD.seo_description, OLD.seo_keywords) THEN
        SELECT CASE WHEN newest < 2147483647 THEN newest + 1 ELSE OLD.content_revision END INTO NEW.content_revision
        FROM (SELECT greatest(OLD.content_revision, max(r.revision)) AS newest
              FROM blog_post_revisions r WHERE r.blog_post_id = OLD.id) numbers;
    ELSE
        NEW.content_revision = OLD.content_revision;
    END IF;
    RETURN NEW;
END
$$;
