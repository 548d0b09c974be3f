-- How many sites have each template.
-- compatible_from: 0028

CREATE TABLE template_uses (
    template_id varchar(50) NOT NULL,
    change integer NOT NULL
);
CREATE INDEX template_uses_template_id ON template_uses (template_id);
COMMENT ON TABLE template_uses IS
    'Uses of templates that are not yet in templates.usage_count. Written by triggers of websites, emptied by count_template_uses: at '
    'once, unless somebody else holds the template''s row. So that no writer of sites ever waits for another one.';
COMMENT ON COLUMN template_uses.template_id IS 'No foreign key: it would lock the row that nobody is to wait for.';
COMMENT ON COLUMN template_uses.change IS 'Sites more, or less.';

CREATE FUNCTION count_template_uses() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN 0; -- its snapshot may be older than the row, which would refuse the writer
    END IF;
    DELETE FROM template_uses WHERE ctid IN (
        SELECT u.ctid FROM template_uses u WHERE NOT EXISTS (SELECT FROM templates t WHERE t.id = u.template_id)
        FOR UPDATE SKIP LOCKED);
    WITH free AS (
        SELECT id FROM templates WHERE id IN (SELECT template_id FROM template_uses)
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM template_uses u USING free WHERE u.template_id = free.id RETURNING u.template_id, u.change
    ), added AS (
        SELECT template_id, sum(change) AS change, count(*) AS entries FROM taken GROUP BY template_id
    ), done AS (
        UPDATE templates t SET usage_count = greatest(coalesce(t.usage_count, 0) + a.change, 0)
        FROM added a WHERE t.id = a.template_id
        RETURNING a.entries
    )
    SELECT coalesce(sum(entries), 0) INTO counted FROM done;
    RETURN counted;
END
$$;
COMMENT ON FUNCTION count_template_uses IS
    'Puts what template_uses holds into templates.usage_count, but for templates whose row somebody holds. Returns how many entries. '
    'Called by triggers of websites, and by maintenance for what they had to leave.';

CREATE FUNCTION note_template_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO template_uses SELECT template_id, count(*) FROM new_rows WHERE deleted_at IS NULL GROUP BY template_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO template_uses SELECT template_id, -count(*) FROM old_rows WHERE deleted_at IS NULL GROUP BY template_id;
    END IF;
    PERFORM count_template_uses();
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_template_use IS 'Counts sites that come and go; a deleted site (deleted_at) uses no template.';

CREATE FUNCTION note_template_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO template_uses
    SELECT template_id, change
    FROM (VALUES (OLD.template_id, -1, OLD.deleted_at), (NEW.template_id, 1, NEW.deleted_at)) AS uses (template_id, change, deleted_at)
    WHERE deleted_at IS NULL;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_template_change IS 'Counts sites that take another template, are deleted or are brought back.';

CREATE TRIGGER note_template_use_of_new AFTER INSERT ON websites REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_template_use();
CREATE TRIGGER note_template_use_of_gone AFTER DELETE ON websites REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_template_use();
CREATE TRIGGER note_template_change AFTER UPDATE OF template_id, deleted_at ON websites FOR EACH ROW
    WHEN (OLD.template_id IS DISTINCT FROM NEW.template_id OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL))
    EXECUTE FUNCTION note_template_change();
CREATE TRIGGER note_template_use_of_changed AFTER UPDATE OF template_id, deleted_at ON websites
    FOR EACH STATEMENT EXECUTE FUNCTION note_template_use();

CREATE FUNCTION forget_template_uses() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.usage_count = 0; -- its sites follow (ON UPDATE CASCADE), and are counted as they come
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION forget_template_uses IS 'A template that is renamed is counted anew.';
CREATE TRIGGER forget_template_uses BEFORE UPDATE OF id ON templates FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION forget_template_uses();

UPDATE templates t SET usage_count = (SELECT count(*) FROM websites w WHERE w.template_id = t.id AND w.deleted_at IS NULL);
COMMENT ON COLUMN templates.usage_count IS
    'Sites that have it and are not deleted. Kept by triggers of websites; what they had to leave follows with count_template_uses. '
    'Does not touch updated_at.';

REVOKE EXECUTE ON FUNCTION count_template_uses() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION count_template_uses() TO tapsite_maintain'),
    ('REVOKE SELECT ON template_uses FROM tapsite_console');
