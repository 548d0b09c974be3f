-- Posts, categories, tags.
-- compatible_from: 0011

CREATE TABLE blog_posts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,

    slug varchar(200) NOT NULL,
    title varchar(200) NOT NULL,
    excerpt text,
    content jsonb NOT NULL,

    featured_image varchar(500),
    gallery_images text[],

    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],

    is_ai_generated boolean DEFAULT false,
    ai_prompt text,
    ai_model_used varchar(50),

    status varchar(20) DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),

    published_at timestamptz,
    scheduled_at timestamptz,

    view_count integer DEFAULT 0,
    like_count integer DEFAULT 0,

    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),

    search tsvector,
    extract text,
    word_count integer NOT NULL DEFAULT 0,
    oversized text[] NOT NULL DEFAULT '{}',
    content_revision integer NOT NULL DEFAULT 0,
    changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),

    UNIQUE (website_id, slug)
);
CREATE INDEX idx_blog_posts_website_id ON blog_posts (website_id);
CREATE INDEX idx_blog_posts_status ON blog_posts (status);
CREATE INDEX idx_blog_posts_published ON blog_posts (website_id, published_at) WHERE status = 'published';
CREATE INDEX idx_blog_posts_slug ON blog_posts (slug);
CREATE INDEX idx_blog_posts_visible ON blog_posts (website_id, (readable_time(coalesce(scheduled_at, published_at))) DESC, id)
    WHERE status = 'published';

COMMENT ON TABLE blog_posts IS
    'Posts of a site. Written by editors, generators and the console; the edge reads what visible_posts shows.';
COMMENT ON COLUMN blog_posts.content IS 'TipTap document, {"type": "markdown"}, or {"text"} of older rows (docs/content.md).';
COMMENT ON COLUMN blog_posts.status IS 'A draft is never visible, whatever its dates.';
COMMENT ON COLUMN blog_posts.published_at IS 'Set by a trigger when a post is published with neither date.';
COMMENT ON COLUMN blog_posts.scheduled_at IS 'Stands before published_at: visible from coalesce(scheduled_at, published_at), status published.';
COMMENT ON COLUMN blog_posts.view_count IS 'Counter; like like_count, it touches neither updated_at nor any cache.';
COMMENT ON COLUMN blog_posts.search IS 'Weighted words of title (A), excerpt (B) and body (C); kept by a trigger in the site''s language.';
COMMENT ON COLUMN blog_posts.extract IS
    'First 400 characters of the body''s own words, in one line; NULL: it has none. Kept by a trigger, so that lists never read content.';
COMMENT ON COLUMN blog_posts.word_count IS 'Words among the body''s first 200,000 characters; kept by a trigger, for the reading time.';
COMMENT ON COLUMN blog_posts.oversized IS
    '{content} where that is more than 2 MiB as text; visible_posts leaves it out then. Kept by a trigger.';
COMMENT ON COLUMN blog_posts.content_revision IS 'Newest row of blog_post_revisions; kept by a trigger.';
COMMENT ON COLUMN blog_posts.changed_in IS 'Transaction of the last change that was more than counting; kept by a trigger, for change_log.';

CREATE TABLE blog_categories (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    slug varchar(100) NOT NULL,
    description text,
    created_at timestamptz DEFAULT now(),
    UNIQUE (website_id, slug)
);
COMMENT ON TABLE blog_categories IS 'Categories of a site''s posts. Written like posts, read by the edge.';

CREATE TABLE blog_post_categories (
    blog_post_id uuid REFERENCES blog_posts (id) ON DELETE CASCADE,
    category_id uuid REFERENCES blog_categories (id) ON DELETE CASCADE,
    PRIMARY KEY (blog_post_id, category_id)
);
CREATE INDEX idx_blog_post_categories_category ON blog_post_categories (category_id);
COMMENT ON TABLE blog_post_categories IS 'Which post stands in which category; both of one site, a trigger sees to that.';

CREATE TABLE blog_tags (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    name varchar(50) NOT NULL,
    slug varchar(50) NOT NULL,
    created_at timestamptz DEFAULT now(),
    UNIQUE (website_id, slug)
);
COMMENT ON TABLE blog_tags IS 'Tags of a site''s posts. Written like posts, read by the edge.';

CREATE TABLE blog_post_tags (
    blog_post_id uuid REFERENCES blog_posts (id) ON DELETE CASCADE,
    tag_id uuid REFERENCES blog_tags (id) ON DELETE CASCADE,
    PRIMARY KEY (blog_post_id, tag_id)
);
CREATE INDEX idx_blog_post_tags_tag ON blog_post_tags (tag_id);
COMMENT ON TABLE blog_post_tags IS 'Which post carries which tag; both of one site, a trigger sees to that.';

CREATE FUNCTION refuse_foreign_label() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    site_of_post uuid := (SELECT website_id FROM blog_posts WHERE id = NEW.blog_post_id);
    site_of_label uuid;
BEGIN
    IF TG_TABLE_NAME = 'blog_post_tags' THEN
        site_of_label = (SELECT website_id FROM blog_tags WHERE id = NEW.tag_id);
    ELSE
        site_of_label = (SELECT website_id FROM blog_categories WHERE id = NEW.category_id);
    END IF;
    IF site_of_post <> site_of_label THEN
        RAISE EXCEPTION 'post and label belong to different sites' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION refuse_foreign_label IS 'A post of one site cannot appear under another site''s category or tag.';

CREATE TRIGGER refuse_foreign_label BEFORE INSERT OR UPDATE ON blog_post_categories
    FOR EACH ROW EXECUTE FUNCTION refuse_foreign_label();
CREATE TRIGGER refuse_foreign_label BEFORE INSERT OR UPDATE ON blog_post_tags
    FOR EACH ROW EXECUTE FUNCTION refuse_foreign_label();
