-- Accounts. Balances are the ledger's, which comes in its own file.
-- compatible_from: 0002

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),

    email varchar(255) UNIQUE NOT NULL,
    email_verified_at timestamptz,
    password_hash varchar(255) NOT NULL,

    full_name varchar(100),
    phone varchar(20),
    avatar_url varchar(500),
    bio text,

    subscription_tier varchar(20) DEFAULT 'free' CHECK (subscription_tier IN ('free', 'pro', 'business')),
    subscription_started_at timestamptz,
    subscription_expires_at timestamptz,

    tokens_balance integer NOT NULL DEFAULT 0,
    tokens_total_earned integer NOT NULL DEFAULT 0,
    tokens_total_spent integer NOT NULL DEFAULT 0,

    is_active boolean DEFAULT true,
    is_admin boolean DEFAULT false,
    onboarding_completed boolean DEFAULT false,

    last_login_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    deactivated_at timestamptz,

    CONSTRAINT valid_email CHECK (email ~* '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$'),
    CONSTRAINT balance_not_negative CHECK (tokens_balance >= 0),
    CONSTRAINT balance_adds_up CHECK (tokens_total_earned::bigint - tokens_total_spent = tokens_balance)
);

-- UNIQUE (email) above stays as well, for writers that say ON CONFLICT (email).
CREATE UNIQUE INDEX users_email_any_case ON users (lower(email));
CREATE INDEX idx_users_subscription ON users (subscription_tier, subscription_expires_at);
CREATE INDEX idx_users_created_at ON users (created_at DESC);
CREATE INDEX idx_users_active ON users (is_active) WHERE is_active = true;

COMMENT ON TABLE users IS
    'Accounts of site owners and administrators. Written by sign-up, billing and the console; the edge sees tier and state only, through edge_sites.';
COMMENT ON COLUMN users.email IS 'Unique whatever the case of its letters. Stored as typed.';
COMMENT ON COLUMN users.password_hash IS 'argon2id or bcrypt. The console alone reads it.';
COMMENT ON COLUMN users.subscription_tier IS 'What was bought. Rights of a tier: system_config, key tier_rights.';
COMMENT ON COLUMN users.subscription_expires_at IS
    'NULL: without end. Once past, a paid tier has lapsed: rights of free, and sites as system_config lapsed_sites says.';
COMMENT ON COLUMN users.tokens_balance IS
    'sum(token_transactions.amount), kept by that table''s trigger. What anybody else writes here is ignored.';
COMMENT ON COLUMN users.tokens_total_earned IS 'Sum of the ledger''s credits; kept by its trigger.';
COMMENT ON COLUMN users.tokens_total_spent IS 'Sum of the ledger''s debits, as a positive number; kept by its trigger.';
COMMENT ON COLUMN users.is_active IS 'Anything but true takes the sites down: 503 for seven days, then 404.';
COMMENT ON COLUMN users.deleted_at IS 'Soft delete. The row stays, because money rows name it; anonymise_user() empties it.';
COMMENT ON COLUMN users.deactivated_at IS 'Since when is_active is not true or deleted_at is set, at the latest now; kept by a trigger.';

CREATE FUNCTION settle_user() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.tokens_balance = 0;
        NEW.tokens_total_earned = 0;
        NEW.tokens_total_spent = 0;
    ELSIF pg_trigger_depth() < 2 THEN
        -- A program that writes back the whole row it read some time ago would undo debits made meanwhile.
        NEW.tokens_balance = OLD.tokens_balance;
        NEW.tokens_total_earned = OLD.tokens_total_earned;
        NEW.tokens_total_spent = OLD.tokens_total_spent;
    END IF;
    IF NEW.is_active IS TRUE AND NEW.deleted_at IS NULL THEN
        NEW.deactivated_at = NULL;
    ELSE
        -- A date to come, or infinity, would keep the sites' seven days from ever ending.
        NEW.deactivated_at = least(coalesce(NEW.deactivated_at, NEW.deleted_at), now());
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION settle_user IS 'Keeps balances the ledger''s own, and deactivated_at true.';

CREATE TRIGGER settle_user BEFORE INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION settle_user();

CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON users
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_updated_at_column();

ALTER TABLE system_config
    ADD CONSTRAINT system_config_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL;

CREATE FUNCTION is_anonymising(person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    -- The setting alone proves nothing, anybody may set it; the owner's rights come from anonymise_user() being SECURITY DEFINER.
    SELECT coalesce(current_setting('tapsite.anonymising', true) = person::text, false)
        AND (SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'public.users'::regclass)
$$;
COMMENT ON FUNCTION is_anonymising IS 'Whether anonymise_user() is emptying this user''s rows: the one exception of the append-only tables.';
