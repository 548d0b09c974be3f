-- Posts that their owner deleted, to be brought back for some days.
-- compatible_from: 0049

CREATE TABLE deleted_posts (
    id uuid PRIMARY KEY,
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    deleted_at timestamptz NOT NULL DEFAULT now(),
    slug varchar(200) NOT NULL,
    title varchar(200) NOT NULL,
    excerpt text,
    content jsonb NOT NULL,
    featured_image varchar(500),
    gallery_images text[],
    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],
    is_ai_generated boolean,
    ai_prompt text,
    ai_model_used varchar(50),
    status varchar(20),
    published_at timestamptz,
    scheduled_at timestamptz,
    view_count integer,
    like_count integer,
    created_at timestamptz,
    categories uuid[] NOT NULL DEFAULT '{}',
    tags uuid[] NOT NULL DEFAULT '{}'
);
CREATE INDEX deleted_posts_by_site ON deleted_posts (website_id, deleted_at DESC, id);
CREATE INDEX deleted_posts_by_time ON deleted_posts (deleted_at);
COMMENT ON TABLE deleted_posts IS
    'Posts that their owner deleted in the console, which alone writes and reads them. They come back under the same id, so that old addresses lead '
    'there again; maintenance forgets them after thirty days.';
COMMENT ON COLUMN deleted_posts.id IS 'As it was in blog_posts, and is again once it is brought back.';
COMMENT ON COLUMN deleted_posts.deleted_at IS 'When its owner deleted it.';
COMMENT ON COLUMN deleted_posts.excerpt IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.content IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.gallery_images IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.featured_image IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.seo_title IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.seo_description IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.seo_keywords IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.is_ai_generated IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.ai_model_used IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.created_at IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.ai_prompt IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.status IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.published_at IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.scheduled_at IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.view_count IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.like_count IS 'As on blog_posts.';
COMMENT ON COLUMN deleted_posts.categories IS 'Ids of those that it had. No foreign key: those that are gone are left out when it comes back.';
COMMENT ON COLUMN deleted_posts.tags IS 'The same.';

CREATE FUNCTION prune_deleted_posts() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (
        DELETE FROM deleted_posts WHERE id IN (SELECT id FROM deleted_posts WHERE deleted_at < now() - interval '30 days' LIMIT 10000)
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_deleted_posts IS 'Forgets posts deleted more than thirty days ago, at most 10000; returns how many. Called by maintenance.';
REVOKE EXECUTE ON FUNCTION prune_deleted_posts() FROM PUBLIC;

CREATE OR REPLACE FUNCTION keep_slug() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_kind text := TG_ARGV[0];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        DELETE FROM slug_history WHERE website_id = NEW.website_id AND kind = of_kind AND slug = NEW.slug;
    ELSIF of_kind = 'post' THEN
        -- Nobody saw it: 410 would tell that there was a draft.
        IF coalesce(OLD.scheduled_at, OLD.published_at, 'infinity') > now() THEN
            DELETE FROM slug_history WHERE website_id = OLD.website_id AND kind = 'post' AND entity_id = OLD.id;
            RETURN NULL;
        END IF;
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

INSERT INTO owner_rows (table_name, seen) VALUES
    ('deleted_posts', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, DELETE ON deleted_posts TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION prune_deleted_posts() TO tapsite_maintain');
