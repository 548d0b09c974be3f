-- All rows of a site, for its owner to take along.
-- compatible_from: 0036

CREATE FUNCTION export_site(site uuid) RETURNS TABLE (source text, content jsonb)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    source := 'websites';
    FOR content IN SELECT to_jsonb(w) - 'password_hash' FROM websites w WHERE w.id = site LOOP
        RETURN NEXT;
    END LOOP;
    FOR found IN
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'website_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            -- The platform's own books and notes, what caches are told, and links whose names are their secrets.
            AND c.relname NOT IN ('change_log', 'ai_generation_logs', 'preview_links')
        ORDER BY c.relname
    LOOP
        source := found.relname;
        FOR content IN EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.website_id = $1', found.relname) USING site LOOP
            RETURN NEXT;
        END LOOP;
    END LOOP;
    -- What hangs on a row of the site and does not name the site itself.
    FOR found IN
        SELECT child.relname, parent.relname AS parent, own.attname, other.attname AS of
        FROM pg_constraint k
        JOIN pg_class child ON child.oid = k.conrelid AND NOT child.relispartition
        JOIN pg_class parent ON parent.oid = k.confrelid
        JOIN pg_attribute own ON own.attrelid = k.conrelid AND own.attnum = k.conkey[1]
        JOIN pg_attribute other ON other.attrelid = k.confrelid AND other.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND child.relnamespace = 'public'::regnamespace
            AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = parent.oid AND attname = 'website_id' AND NOT attisdropped)
            AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = child.oid AND attname = 'website_id' AND NOT attisdropped)
            -- A row that hangs on two of them is told once.
            AND k.oid = (
                SELECT min(first.oid) FROM pg_constraint first
                JOIN pg_attribute a ON a.attrelid = first.confrelid AND a.attname = 'website_id'
                WHERE first.contype = 'f' AND first.conrelid = child.oid AND cardinality(first.conkey) = 1)
        ORDER BY child.relname
    LOOP
        source := found.relname;
        FOR content IN EXECUTE format(
            'SELECT to_jsonb(t) FROM %I t JOIN %I p ON p.%I = t.%I WHERE p.website_id = $1',
            found.relname, found.parent, found.of, found.attname) USING site
        LOOP
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION export_site IS
    'Every row of a site, table by table, without its password''s hash: the site itself, what names it, and what hangs on that. '
    'Money and the audit trail are the platform''s. Called by `renderer sites export` as the owner of the schema.';
REVOKE ALL ON FUNCTION export_site FROM PUBLIC;
