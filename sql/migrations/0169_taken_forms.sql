-- A form of the console that comes a second time, since its answer got lost, is answered as it was and done once.
-- compatible_from: 0104

CREATE TABLE taken_forms (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    location text,
    mark text,
    PRIMARY KEY (website_id, user_id, digest)
);
CREATE INDEX taken_forms_by_time ON taken_forms (begun_at);
CREATE INDEX taken_forms_by_user ON taken_forms (user_id);
COMMENT ON TABLE taken_forms IS
    'Forms of the console that changed something of a site, so that one that is sent again is answered as it was, and done once. Written '
    'and read by the console for who sent it alone; forgotten after an hour.';
COMMENT ON COLUMN taken_forms.user_id IS 'Who sent it.';
COMMENT ON COLUMN taken_forms.digest IS 'Keyed digest of its address and fields: nothing that was typed is kept here.';
COMMENT ON COLUMN taken_forms.begun_at IS 'When it came.';
COMMENT ON COLUMN taken_forms.location IS 'Where its answer led; NULL while it is being taken.';
COMMENT ON COLUMN taken_forms.mark IS
    'State of the site, its draft, its forms and the posts concerned afterwards: once any of them changed the form is judged anew.';

CREATE FUNCTION prune_taken_forms() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (
        DELETE FROM taken_forms WHERE ctid = ANY(ARRAY(SELECT ctid FROM taken_forms WHERE begun_at < now() - interval '1 hour' LIMIT 10000))
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_taken_forms IS 'Forgets forms that were taken more than an hour ago, at most 10000; returns how many. Called by maintenance.';
REVOKE EXECUTE ON FUNCTION prune_taken_forms() FROM PUBLIC;

INSERT INTO owner_rows (table_name, seen) VALUES
    ('taken_forms', 'user_id = (SELECT app_user_id()) AND website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON taken_forms TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION prune_taken_forms() TO tapsite_maintain');
