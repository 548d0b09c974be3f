-- Jobs that wait to be done outside the database; and the first kind of them, telling search engines what changed.
-- compatible_from: 0026

CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    payload jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    lease uuid,
    last_error text CHECK (length(last_error) <= 500),
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz
);
CREATE INDEX outbox_waiting ON outbox (kind, next_at) WHERE state = 'waiting';
CREATE INDEX outbox_website_id ON outbox (website_id);
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE state <> 'waiting';

COMMENT ON TABLE outbox IS
    'Jobs that wait to be done outside the database, each at least once. Written in the transaction of what they are about, by triggers '
    'or by the edge; claimed and settled by any worker of the edge; kept for seven days after that.';
COMMENT ON COLUMN outbox.kind IS 'What is to be done, and by which part of the program. indexnow: tell search engines what changed.';
COMMENT ON COLUMN outbox.payload IS
    'What it is about, by reference: no secrets, and nothing of a visitor''s. indexnow: {"slug"} of a post that may have changed, '
    '{"slug", "gone": true} of one that was seen and is not any more, {"pages": true} of the site itself.';
COMMENT ON COLUMN outbox.state IS 'failed: given up, last_error says why. A row set to waiting again, with next_at, is tried again.';
COMMENT ON COLUMN outbox.attempts IS 'Times that it was claimed.';
COMMENT ON COLUMN outbox.next_at IS 'Not before then. While a worker is at it: when another may take it for dead.';
COMMENT ON COLUMN outbox.lease IS 'Of the claim that is under way: only who holds it settles the job.';
COMMENT ON COLUMN outbox.settled_at IS 'When it was done or given up.';
COMMENT ON COLUMN outbox.last_error IS 'For the site''s owner: nothing that another server said.';

CREATE FUNCTION prune_outbox() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox WHERE state <> 'waiting' AND settled_at < now() - interval '7 days' LIMIT 10000
        )
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_outbox IS 'Forgets jobs settled more than seven days ago, some at a time; returns how many. Called by workers.';

INSERT INTO system_config (key, value, description) VALUES
('indexnow', 'false', 'Whether changes of sites that may be indexed are told to search engines (IndexNow); a site''s config may refuse');

CREATE FUNCTION announces_changes() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM system_config WHERE key = 'indexnow' AND value = 'true')
$$;
COMMENT ON FUNCTION announces_changes IS 'Whether system_config.indexnow is true.';

CREATE FUNCTION announce_post_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT announces_changes() THEN
        RETURN NULL;
    END IF;
    -- A minute, so that what is written in one go is told in one go.
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO outbox (website_id, kind, payload, next_at)
        SELECT website_id, 'indexnow', jsonb_build_object('slug', slug),
            greatest(now(), readable_time(coalesce(scheduled_at, published_at))) + interval '1 minute'
        FROM new_rows WHERE status = 'published' AND changed_in = pg_current_xact_id();
    END IF;
    IF TG_OP = 'DELETE' THEN
        -- Selected from websites, because the whole site may be going.
        INSERT INTO outbox (website_id, kind, payload, next_at)
        SELECT o.website_id, 'indexnow', jsonb_build_object('slug', o.slug, 'gone', true), now() + interval '1 minute'
        FROM old_rows o JOIN websites w ON w.id = o.website_id
        WHERE o.status = 'published' AND coalesce(o.scheduled_at, o.published_at) <= now();
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO outbox (website_id, kind, payload, next_at)
        SELECT o.website_id, 'indexnow', jsonb_build_object('slug', o.slug, 'gone', true), now() + interval '1 minute'
        FROM old_rows o JOIN new_rows n USING (id)
        WHERE o.status = 'published' AND coalesce(o.scheduled_at, o.published_at) <= now()
            AND ((o.website_id, o.slug) <> (n.website_id, n.slug) OR n.status IS DISTINCT FROM 'published'
                OR coalesce(n.scheduled_at, n.published_at) > now());
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION announce_post_changes IS
    'Puts posts into the outbox that appear, change or disappear; those of the future for when their time comes.';

CREATE TRIGGER announce_insert AFTER INSERT ON blog_posts REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION announce_post_changes();
CREATE TRIGGER announce_update AFTER UPDATE ON blog_posts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION announce_post_changes();
CREATE TRIGGER announce_delete AFTER DELETE ON blog_posts REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION announce_post_changes();

CREATE FUNCTION announce_website_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF announces_changes() THEN
        -- An editor saves often: whoever waits for more than a minute yet speaks for later changes too, since no transaction of
        -- ours takes that long.
        INSERT INTO outbox (website_id, kind, payload, next_at)
        SELECT id, 'indexnow', '{"pages": true}', now() + interval '10 minutes'
        FROM new_rows n
        WHERE n.status = 'published' AND n.deleted_at IS NULL AND n.changed_in = pg_current_xact_id() AND NOT EXISTS (
            SELECT FROM outbox o
            WHERE o.website_id = n.id AND o.kind = 'indexnow' AND o.state = 'waiting' AND o.payload = '{"pages": true}'
                AND o.attempts = 0 AND o.next_at > now() + interval '1 minute'
        );
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION announce_website_changes IS 'Puts sites into the outbox whose row changed, beyond counting.';

CREATE TRIGGER announce_insert AFTER INSERT ON websites REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION announce_website_changes();
CREATE TRIGGER announce_update AFTER UPDATE ON websites REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION announce_website_changes();

REVOKE EXECUTE ON FUNCTION prune_outbox(), announces_changes() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT (id, website_id, kind, payload, state, attempts, next_at, lease, created_at), '
        'UPDATE (state, attempts, next_at, lease, last_error, settled_at) ON outbox TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION prune_outbox() TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION announces_changes() TO tapsite_edge');
