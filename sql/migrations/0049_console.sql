-- The owners' pages: sessions, and a second wall that shows their role the rows of one owner alone.
-- compatible_from: 0038

CREATE FUNCTION app_user_id() RETURNS uuid
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT nullif(current_setting('app.user_id', true), '')::uuid
$$;
COMMENT ON FUNCTION app_user_id IS
    'The owner for whom the console works in this transaction (SET LOCAL app.user_id); NULL: nobody, to whom no row belongs.';

CREATE TABLE owner_rows (
    table_name text PRIMARY KEY,
    seen text NOT NULL,
    written text
);
COMMENT ON TABLE owner_rows IS
    'Which rows of a table the console sees: those of its owner. Written by migrations, made row-level security by settle_owner_rows. '
    'A table that tapsite_console may read has a row here, or is the same for everybody.';
COMMENT ON COLUMN owner_rows.table_name IS 'A table of the schema public.';
COMMENT ON COLUMN owner_rows.seen IS 'An SQL condition on the row; other roles see all rows that their grants let them.';
COMMENT ON COLUMN owner_rows.written IS 'What a row must be that the console writes; NULL: what it sees.';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('users', 'id = (SELECT app_user_id())'),
    ('websites', 'user_id = (SELECT app_user_id())'),
    ('token_transactions', 'user_id = (SELECT app_user_id())'),
    ('token_purchases', 'user_id = (SELECT app_user_id())');
INSERT INTO owner_rows (table_name, seen)
SELECT name, 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))'
FROM unnest(ARRAY['website_domains', 'form_submissions', 'blog_posts', 'blog_categories', 'blog_tags', 'slug_history',
    'website_revisions', 'website_analytics_daily', 'outbox']) AS name;
INSERT INTO owner_rows (table_name, seen)
SELECT name, 'EXISTS (SELECT FROM blog_posts p WHERE p.id = blog_post_id)'
FROM unnest(ARRAY['blog_post_categories', 'blog_post_tags', 'blog_post_revisions']) AS name;
INSERT INTO owner_rows (table_name, seen, written) VALUES
    ('form_templates', 'website_id IS NULL OR website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))',
        'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))'),
    -- A failed sign-in is nobody's.
    ('audit_logs', 'user_id = (SELECT app_user_id())', 'user_id IS NULL OR user_id = (SELECT app_user_id())');

CREATE TABLE console_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest bytea NOT NULL UNIQUE,
    device text NOT NULL DEFAULT '' CHECK (length(device) <= 200),
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    idle_until timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX console_sessions_user_id ON console_sessions (user_id);
CREATE INDEX console_sessions_ends_at ON console_sessions (least(idle_until, ends_at));
COMMENT ON TABLE console_sessions IS
    'Who is signed in to the console, one row a browser. Written and read by the console; a row that is gone signs that browser out.';
COMMENT ON COLUMN console_sessions.digest IS 'SHA-256 of the random token in the cookie, which is stored nowhere.';
COMMENT ON COLUMN console_sessions.device IS 'Browser and system in words, for the owner''s list; no address, and not the whole user agent.';
COMMENT ON COLUMN console_sessions.seen_at IS 'Last use, to the minute.';
COMMENT ON COLUMN console_sessions.idle_until IS 'Ends unused by then; every use moves it on, never beyond ends_at.';
COMMENT ON COLUMN console_sessions.ends_at IS 'Ends by then, however much it is used.';
INSERT INTO owner_rows (table_name, seen) VALUES ('console_sessions', 'user_id = (SELECT app_user_id())');

CREATE FUNCTION account_by_email(address text)
RETURNS TABLE (id uuid, email text, password_hash text, may_enter boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.email::text, u.password_hash::text, u.is_active IS TRUE AND u.deleted_at IS NULL
    FROM users u WHERE lower(u.email) = lower(address)
$$;
COMMENT ON FUNCTION account_by_email IS
    'The account of an e-mail address, before anybody is signed in: by nothing else does the console reach a row of somebody who is not.';

CREATE FUNCTION resume_session(wanted bytea, idle interval)
RETURNS TABLE (id uuid, user_id uuid, email text, full_name text, is_verified boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE console_sessions s SET seen_at = now(), idle_until = least(now() + idle, s.ends_at)
    WHERE s.digest = wanted AND least(s.idle_until, s.ends_at) > now() AND s.seen_at < now() - interval '1 minute';
    RETURN QUERY
    SELECT s.id, u.id, u.email::text, u.full_name::text, u.email_verified_at IS NOT NULL
    FROM console_sessions s JOIN users u ON u.id = s.user_id
    WHERE s.digest = wanted AND least(s.idle_until, s.ends_at) > now() AND u.is_active IS TRUE AND u.deleted_at IS NULL;
END
$$;
COMMENT ON FUNCTION resume_session IS
    'Whose session a digest is, if it has not ended and its owner may still enter; counts as a use.';

CREATE FUNCTION end_session(wanted bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM console_sessions WHERE digest = wanted;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION end_session IS 'Signs a browser out, also one whose owner may not enter any more.';

CREATE FUNCTION end_sessions_of_closed_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM console_sessions WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION end_sessions_of_closed_account IS 'Who is closed out is signed out, so that reopening an account opens no old session.';
CREATE TRIGGER end_sessions_of_closed_account AFTER UPDATE OF is_active, deleted_at ON users
    FOR EACH ROW WHEN (NEW.is_active IS NOT TRUE OR NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION end_sessions_of_closed_account();

CREATE FUNCTION prune_console_sessions() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH pruned AS (
        DELETE FROM console_sessions WHERE id IN (
            SELECT id FROM console_sessions WHERE least(idle_until, ends_at) < now() LIMIT 10000
        )
        RETURNING 1
    )
    SELECT count(*) FROM pruned
$$;
COMMENT ON FUNCTION prune_console_sessions IS 'Forgets sessions that have ended, some at a time; returns how many. Called by maintenance.';

-- As whoever asks, not as the owner of the view: row-level security would not hold behind it.
ALTER VIEW user_dashboard SET (security_invoker = true);

CREATE FUNCTION settle_owner_rows() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wanted record;
    has_console boolean := EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapsite_console');
BEGIN
    FOR wanted IN SELECT o.*, c.relrowsecurity FROM owner_rows o JOIN pg_class c ON c.oid = to_regclass(quote_ident(o.table_name))
    LOOP
        -- Only where something is missing: each of these statements keeps everybody else waiting.
        IF NOT EXISTS (SELECT FROM pg_policies WHERE tablename = wanted.table_name AND policyname = 'everybody') THEN
            EXECUTE format('CREATE POLICY everybody ON %I USING (true)', wanted.table_name);
        END IF;
        IF has_console AND NOT EXISTS (
                SELECT FROM pg_policies WHERE tablename = wanted.table_name AND policyname = 'own_rows') THEN
            EXECUTE format('CREATE POLICY own_rows ON %I AS RESTRICTIVE TO tapsite_console USING (%s) WITH CHECK (%s)',
                wanted.table_name, wanted.seen, coalesce(wanted.written, wanted.seen));
        END IF;
        IF NOT wanted.relrowsecurity THEN
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', wanted.table_name);
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION settle_owner_rows IS
    'Makes the rules of owner_rows policies: a restrictive one for tapsite_console, none that holds others up. A migration that changes a '
    'rule drops its policy own_rows. Called by grant_rights.';

CREATE OR REPLACE FUNCTION grant_rights() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wanted record;
BEGIN
    PERFORM grant_first_rights();
    PERFORM settle_owner_rows();
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapsite_console') THEN
        -- The first release gave it every table and view; now it has what is named, so that a new table is nobody's at first.
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM tapsite_console;
    END IF;
    FOR wanted IN
        SELECT statement FROM role_rights
        WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = substring(statement FROM 'tapsite_[a-z]+$'))
        ORDER BY statement
    LOOP
        EXECUTE wanted.statement;
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION
    account_by_email(text), resume_session(bytea, interval), end_session(bytea), prune_console_sessions(), settle_owner_rows()
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    -- The same for everybody.
    ('GRANT SELECT ON templates, token_packages, system_config, schema_versions TO tapsite_console'),
    -- One owner's.
    ('GRANT SELECT (id, email, email_verified_at, full_name, phone, avatar_url, bio, subscription_tier, subscription_started_at, '
        'subscription_expires_at, tokens_balance, tokens_total_earned, tokens_total_spent, is_active, onboarding_completed, '
        'last_login_at, created_at, updated_at, deleted_at), UPDATE (password_hash, email_verified_at, full_name, phone, avatar_url, '
        'bio, onboarding_completed, last_login_at) ON users TO tapsite_console'),
    ('GRANT SELECT ON user_dashboard, token_transactions, token_purchases, website_revisions, blog_post_revisions, '
        'website_analytics_daily, slug_history TO tapsite_console'),
    ('GRANT SELECT (id, website_id, kind, state, attempts, next_at, last_error, created_at, settled_at) ON outbox TO tapsite_console'),
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON websites, website_domains, blog_posts, blog_categories, blog_post_categories, blog_tags, '
        'blog_post_tags, form_templates, form_submissions TO tapsite_console'),
    ('GRANT SELECT, INSERT ON audit_logs TO tapsite_console'),
    ('GRANT SELECT, INSERT, DELETE ON console_sessions TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION account_by_email(text) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION resume_session(bytea, interval) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION end_session(bytea) TO tapsite_console'),
    ('GRANT EXECUTE ON FUNCTION prune_console_sessions() TO tapsite_maintain'),
    -- They act for any user and any site.
    ('REVOKE EXECUTE ON FUNCTION site_password_hash(uuid), site_password_rehash(uuid, text, text), anonymise_user(uuid) '
        'FROM tapsite_console');
