-- What owners type into long forms outlives the tab it was typed in, as in posts; and of two tabs with one form neither overwrites
-- what the other keeps.
-- compatible_from: 0104

ALTER TABLE unsaved_posts ADD COLUMN tab text NOT NULL DEFAULT '';
COMMENT ON COLUMN unsaved_posts.tab IS 'Which open page typed it, a random name: another page of the same post keeps nothing over it.';

CREATE TABLE unsaved_forms (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    place text NOT NULL,
    typed jsonb NOT NULL,
    tab text NOT NULL,
    typed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, user_id, place)
);
CREATE INDEX unsaved_forms_by_time ON unsaved_forms (typed_at);
CREATE INDEX unsaved_forms_by_user ON unsaved_forms (user_id);
COMMENT ON TABLE unsaved_forms IS
    'What was typed into a form of the console and not saved, so that it is there again when the form is opened anew. Written and read by '
    'the console for who typed it alone; gone once it is saved, and after thirty days. Posts have unsaved_posts.';
COMMENT ON COLUMN unsaved_forms.user_id IS 'Who typed it; nobody who gets the site later reads it.';
COMMENT ON COLUMN unsaved_forms.place IS 'Address of the form, below that of its site.';
COMMENT ON COLUMN unsaved_forms.typed IS 'Names and values of the form''s fields, in their order: pairs of texts.';
COMMENT ON COLUMN unsaved_forms.tab IS 'Which open page typed it, a random name: another page of the same form keeps nothing over it.';
COMMENT ON COLUMN unsaved_forms.typed_at IS 'When it was kept last.';

CREATE FUNCTION prune_unsaved_forms() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (
        DELETE FROM unsaved_forms WHERE ctid = ANY(ARRAY(SELECT ctid FROM unsaved_forms WHERE typed_at < now() - interval '30 days' LIMIT 10000))
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_unsaved_forms IS 'Forgets what was typed more than thirty days ago, at most 10000; returns how many. Called by maintenance.';
REVOKE EXECUTE ON FUNCTION prune_unsaved_forms() FROM PUBLIC;

INSERT INTO owner_rows (table_name, seen) VALUES
    ('unsaved_forms', 'user_id = (SELECT app_user_id()) AND website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON unsaved_forms TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION prune_unsaved_forms() TO tapsite_maintain');
