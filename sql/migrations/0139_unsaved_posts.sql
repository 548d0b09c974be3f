-- What an owner types into a post is kept until it is saved: browsers crash, telephones die and sessions end.
-- compatible_from: 0055

CREATE TABLE unsaved_posts (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    post_id uuid REFERENCES blog_posts (id) ON DELETE CASCADE,
    typed jsonb NOT NULL,
    seen text NOT NULL,
    typed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (website_id, user_id, post_id)
);
CREATE INDEX unsaved_posts_by_time ON unsaved_posts (typed_at);
CREATE INDEX unsaved_posts_by_post ON unsaved_posts (post_id);
CREATE INDEX unsaved_posts_by_user ON unsaved_posts (user_id);
COMMENT ON TABLE unsaved_posts IS
    'What was typed into a post''s editor and not saved, so that it is there again when the editor is opened anew. Written and read by the '
    'console for who typed it alone; gone once it is saved, and after thirty days.';
COMMENT ON COLUMN unsaved_posts.user_id IS 'Who typed it; nobody who gets the site later reads it.';
COMMENT ON COLUMN unsaved_posts.post_id IS 'NULL: a post that is not stored yet.';
COMMENT ON COLUMN unsaved_posts.typed IS 'Fields of the form, by name; texts.';
COMMENT ON COLUMN unsaved_posts.seen IS 'The version of the post that it began from, as the form says it.';
COMMENT ON COLUMN unsaved_posts.typed_at IS 'When it was kept last.';

CREATE FUNCTION prune_unsaved_posts() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (
        DELETE FROM unsaved_posts WHERE ctid = ANY(ARRAY(SELECT ctid FROM unsaved_posts WHERE typed_at < now() - interval '30 days' LIMIT 10000))
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_unsaved_posts IS 'Forgets what was typed more than thirty days ago, at most 10000; returns how many. Called by maintenance.';
REVOKE EXECUTE ON FUNCTION prune_unsaved_posts() FROM PUBLIC;

INSERT INTO owner_rows (table_name, seen) VALUES
    ('unsaved_posts', 'user_id = (SELECT app_user_id()) AND website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON unsaved_posts TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION prune_unsaved_posts() TO tapsite_maintain');
