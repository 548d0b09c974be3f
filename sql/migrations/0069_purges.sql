-- Caches in front of the renderer are told what changed, where it is given their address.
-- compatible_from: 0035

ALTER TABLE outbox ALTER COLUMN website_id DROP NOT NULL;
COMMENT ON COLUMN outbox.website_id IS 'NULL: of no one site, or of one that may be gone by then (purge).';
COMMENT ON COLUMN outbox.kind IS
    'What is to be done, and by which part of the program. indexnow: tell search engines what changed. lead_email, lead_webhook, '
    'lead_whatsapp: deliver a lead. lead_alert: tell an owner that a channel fails. newsletter_confirm: ask a subscriber to confirm. '
    'lead_insight: have a lead read by a service. purge: tell caches in front what changed.';

CREATE TABLE purge_position (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seen pg_snapshot NOT NULL,
    origin text NOT NULL,
    queued_at timestamptz
);
COMMENT ON TABLE purge_position IS
    'How far change_log was turned into jobs of kind purge: written and read by queue_purges, once the program tells any cache.';
COMMENT ON COLUMN purge_position.only_row IS 'There is one row at most.';
COMMENT ON COLUMN purge_position.seen IS 'Changes visible in it were queued.';
COMMENT ON COLUMN purge_position.origin IS 'The server and timeline whose transactions these are.';
COMMENT ON COLUMN purge_position.queued_at IS 'When something was queued last: not twice within a second.';

CREATE FUNCTION queue_purges(here text, again double precision) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    former purge_position;
    upto pg_snapshot;
    wanted text[];
BEGIN
    INSERT INTO purge_position (seen, origin) VALUES (pg_current_snapshot(), here) ON CONFLICT DO NOTHING;
    SELECT * INTO former FROM purge_position FOR UPDATE;
    IF former.queued_at > clock_timestamp() - interval '1 second' AND former.queued_at <= clock_timestamp() THEN
        RETURN NULL;
    END IF;
    upto := pg_current_snapshot();
    IF former.origin <> here OR pg_snapshot_xmax(upto) < pg_snapshot_xmax(former.seen) OR EXISTS (
        SELECT FROM change_log_horizon WHERE xid >= pg_snapshot_xmin(former.seen) AND xid < pg_snapshot_xmax(upto)
    ) THEN
        wanted := ARRAY['*'];
    ELSE
        -- As the workers' caches take them (edge/changes.py): a site is one subject, a host that changes hands another.
        SELECT array_agg(DISTINCT subject) INTO wanted
        FROM change_log c, LATERAL (
            SELECT coalesce(c.website_id::text, '*') AS subject
            UNION ALL SELECT c.tag WHERE c.website_id IS NOT NULL AND (c.tag LIKE 'subdomain:%' OR c.tag LIKE 'host:%')
        ) AS subjects
        WHERE c.xid >= pg_snapshot_xmin(former.seen) AND NOT pg_visible_in_snapshot(c.xid, former.seen)
            AND pg_visible_in_snapshot(c.xid, upto);
        IF '*' = ANY(wanted) OR cardinality(wanted) > 1000 THEN
            wanted := ARRAY['*'];
        END IF;
    END IF;
    UPDATE purge_position SET seen = upto, origin = here,
        queued_at = CASE WHEN wanted IS NULL THEN queued_at ELSE clock_timestamp() END;
    IF wanted IS NULL THEN
        RETURN 0;
    END IF;
    INSERT INTO outbox (kind, payload, next_at)
    SELECT 'purge', jsonb_build_object('subjects', to_jsonb(wanted)), clock_timestamp() + make_interval(secs => wait)
    FROM unnest(CASE WHEN again > 0 THEN ARRAY[0, again] ELSE ARRAY[0] END) AS wait;
    RETURN cardinality(wanted);
END
$$;
COMMENT ON FUNCTION queue_purges IS
    'Puts what changed since its last call into the outbox (kind purge), however many workers call it, and once more for later, '
    'when no answer of before is under way any more; returns how many subjects that were, NULL where it has to be called again in '
    'a second. `here`: the server and timeline; another''s position, or one that change_log was pruned beyond, purges all.';

REVOKE EXECUTE ON FUNCTION queue_purges(text, double precision) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION queue_purges(text, double precision) TO tapsite_edge');
