-- Pictures that owners upload: what there is of each, and files that are to be erased.
-- compatible_from: 0049

CREATE TABLE pictures (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (name ~ '^[0-9a-f]{32}-[1-9][0-9]{0,3}x[1-9][0-9]{0,3}$'),
    fallback text NOT NULL CHECK (fallback IN ('jpg', 'png')),
    bytes bigint NOT NULL CHECK (bytes >= 0),
    title text NOT NULL DEFAULT '' CHECK (length(title) <= 120),
    alt text NOT NULL DEFAULT '' CHECK (length(alt) <= 500),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (website_id, name)
);
CREATE INDEX pictures_by_time ON pictures (website_id, created_at DESC, id DESC);
COMMENT ON TABLE pictures IS
    'Pictures that owners uploaded. Written by the console, read by it and by the edge, which serves /_media/<name>/<file> on the site''s own origin. '
    'Their files are in the store (settings, media), below <website_id>/<id>.';
COMMENT ON COLUMN pictures.name IS 'Half a SHA-256 of what was uploaded and how it is drawn, and the size of the largest file: part of the address.';
COMMENT ON COLUMN pictures.fallback IS 'Type of the files beside WebP; png where something is transparent.';
COMMENT ON COLUMN pictures.bytes IS 'Of all files together: counted against tier_rights.media_bytes of the owner.';
COMMENT ON COLUMN pictures.title IS 'What the file was called on its owner''s machine: for the owner alone.';
COMMENT ON COLUMN pictures.alt IS 'What it shows, in words: where it is chosen, this is proposed.';

CREATE TABLE picture_leftovers (
    place text PRIMARY KEY,
    owner_id uuid,
    due timestamptz NOT NULL
);
CREATE INDEX picture_leftovers_due ON picture_leftovers (due);
COMMENT ON TABLE picture_leftovers IS
    'Files of pictures that are to be erased from the store: of a picture that is gone, and of an upload that never ended. Written by the console '
    'before it stores a file and by the trigger leave_files, read and emptied by maintenance.';
COMMENT ON COLUMN picture_leftovers.place IS 'Beginning of the files'' names in the store.';
COMMENT ON COLUMN picture_leftovers.owner_id IS 'Who uploads; NULL: the picture is gone. No foreign key: files outlive their owner''s row.';
COMMENT ON COLUMN picture_leftovers.due IS 'Not to be erased before; an upload under way takes its row away.';

CREATE FUNCTION leave_files() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO picture_leftovers (place, due) SELECT website_id || '/' || id, now() FROM gone
    ON CONFLICT (place) DO UPDATE SET due = excluded.due;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION leave_files IS 'Notes the files of pictures that are gone, whoever deleted the row or its site.';
CREATE TRIGGER leave_files AFTER DELETE ON pictures
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION leave_files();
REVOKE EXECUTE ON FUNCTION leave_files() FROM PUBLIC;

-- 100 MB, 2 GB, 10 GB; where an operator said something already, that stays.
UPDATE system_config SET value = (
    SELECT jsonb_object_agg(tier, CASE WHEN jsonb_typeof(rights) = 'object' THEN jsonb_build_object('media_bytes',
        CASE tier WHEN 'business' THEN 10737418240 WHEN 'pro' THEN 2147483648 ELSE 104857600 END) || rights ELSE rights END)
    FROM jsonb_each(value) AS r (tier, rights))
WHERE key = 'tier_rights' AND jsonb_typeof(value) = 'object' AND value <> '{}';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('pictures', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))'),
    ('picture_leftovers', 'owner_id = (SELECT app_user_id())');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, DELETE, UPDATE (alt) ON pictures TO tapsite_console'),
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON picture_leftovers TO tapsite_console'),
    ('GRANT SELECT (id, website_id, name, fallback) ON pictures TO tapsite_edge'),
    ('GRANT SELECT, DELETE ON picture_leftovers TO tapsite_maintain');
