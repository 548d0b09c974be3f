-- A template's counter that is full refuses nobody a site.
-- compatible_from: 0055

CREATE OR REPLACE FUNCTION count_template_uses() RETURNS bigint
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
        UPDATE templates t SET usage_count = least(greatest(coalesce(t.usage_count, 0) + a.change, 0), 2147483647)
        FROM added a WHERE t.id = a.template_id
        RETURNING a.entries
    )
    SELECT coalesce(sum(entries), 0) INTO counted FROM done;
    RETURN counted;
END
$$;
