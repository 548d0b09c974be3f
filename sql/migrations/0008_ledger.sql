-- Token transactions: the one truth about balances.
-- compatible_from: 0008

CREATE SEQUENCE token_transactions_entry_no;

CREATE TABLE token_transactions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,

    amount integer NOT NULL,
    balance_after integer NOT NULL,

    type varchar(30) NOT NULL,
    description varchar(255),

    related_website_id uuid,
    related_user_id uuid,
    related_transaction_id uuid,

    metadata jsonb DEFAULT '{}'::jsonb,
    ip_address inet,
    user_agent text,

    created_at timestamptz DEFAULT now(),

    entry_no bigint NOT NULL UNIQUE,
    bonus_day date,

    CONSTRAINT valid_amount CHECK (amount != 0),
    CONSTRAINT refund_names_a_transaction CHECK (type <> 'refund' OR related_transaction_id IS NOT NULL)
);
ALTER SEQUENCE token_transactions_entry_no OWNED BY token_transactions.entry_no;

CREATE INDEX idx_token_transactions_user_id ON token_transactions (user_id);
CREATE INDEX idx_token_transactions_type ON token_transactions (type);
CREATE INDEX idx_token_transactions_created_at ON token_transactions (created_at DESC);
CREATE INDEX idx_token_transactions_website ON token_transactions (related_website_id);
CREATE INDEX idx_token_transactions_credit ON token_transactions (user_id, created_at) WHERE amount > 0;
CREATE INDEX idx_token_transactions_debit ON token_transactions (user_id, created_at) WHERE amount < 0;
CREATE UNIQUE INDEX one_signup_bonus ON token_transactions (user_id) WHERE type = 'signup_bonus';
CREATE UNIQUE INDEX one_bonus_a_day ON token_transactions (user_id, bonus_day) WHERE type = 'daily_login';
CREATE UNIQUE INDEX one_refund_each ON token_transactions (related_transaction_id) WHERE type = 'refund';

COMMENT ON TABLE token_transactions IS
    'The ledger of tokens, append-only. Written by sign-up (its bonus by a trigger of users), billing and generators, which '
    'insert rows and nothing else; read by the console. users.tokens_* are sums of it.';
COMMENT ON COLUMN token_transactions.amount IS 'Positive: credit. Negative: debit, refused when the balance does not cover it.';
COMMENT ON COLUMN token_transactions.balance_after IS 'Set by the trigger, whatever the writer gives.';
COMMENT ON COLUMN token_transactions.type IS
    'signup_bonus, daily_login, referral, purchase, website_generation, image_generation, blog_generation, form_ai, '
    'product_description_ai, refund, adjustment. A second signup_bonus of a user, and a second daily_login of a day, insert nothing.';
COMMENT ON COLUMN token_transactions.related_website_id IS
    'No foreign key, like the two after it: the row outlives what it names, and ON DELETE SET NULL would change it.';
COMMENT ON COLUMN token_transactions.related_transaction_id IS 'What a refund reverses, at most once and not beyond its amount.';
COMMENT ON COLUMN token_transactions.ip_address IS 'With user_agent and metadata, emptied by anonymise_user() alone.';
COMMENT ON COLUMN token_transactions.entry_no IS 'Order within a user: the rows chain by it, which created_at (the transaction''s start) cannot promise.';
COMMENT ON COLUMN token_transactions.bonus_day IS 'Day of a daily_login in the platform''s time zone; set by the trigger.';

CREATE FUNCTION check_refund(refund token_transactions) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    reversed token_transactions;
BEGIN
    SELECT * INTO reversed FROM token_transactions WHERE id = refund.related_transaction_id;
    IF NOT FOUND OR reversed.user_id <> refund.user_id OR reversed.type = 'refund' THEN
        RAISE EXCEPTION 'a refund must name a transaction of the same user that is no refund itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_names_a_transaction';
    ELSIF sign(refund.amount) = sign(reversed.amount) OR abs(refund.amount::bigint) > abs(reversed.amount::bigint) THEN
        RAISE EXCEPTION 'a refund of % must lie between 0 and %', reversed.amount, -reversed.amount::bigint
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_amount';
    END IF;
END
$$;
COMMENT ON FUNCTION check_refund IS 'Raises unless a refund names a transaction it may reverse.';

CREATE FUNCTION validate_token_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    balance bigint;
BEGIN
    -- The user's row is the lock: concurrent debits queue here, so each sees the balance the one before it left.
    SELECT tokens_balance INTO balance FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF NOT FOUND OR NEW.amount IS NULL THEN
        NEW.balance_after = 0; -- the foreign key, or NOT NULL, says what is wrong
        NEW.entry_no = 0;
        RETURN NEW;
    END IF;
    NEW.bonus_day = NULL;
    IF NEW.type = 'signup_bonus' THEN
        IF EXISTS (SELECT FROM token_transactions WHERE user_id = NEW.user_id AND type = 'signup_bonus') THEN
            RETURN NULL;
        END IF;
    ELSIF NEW.type = 'daily_login' THEN
        NEW.bonus_day = platform_day(coalesce(NEW.created_at, now()));
        IF EXISTS (SELECT FROM token_transactions
                   WHERE user_id = NEW.user_id AND type = 'daily_login' AND bonus_day = NEW.bonus_day) THEN
            RETURN NULL;
        END IF;
    ELSIF NEW.type = 'refund' AND NEW.related_transaction_id IS NOT NULL THEN
        PERFORM check_refund(NEW);
    END IF;
    IF balance + NEW.amount < 0 THEN
        RAISE EXCEPTION 'Insufficient token balance'
            USING DETAIL = pg_catalog.format('Balance %s, transaction %s.', balance, NEW.amount);
    END IF;
    UPDATE users
    SET tokens_balance = tokens_balance + NEW.amount,
        tokens_total_earned = tokens_total_earned + greatest(NEW.amount, 0),
        tokens_total_spent = tokens_total_spent - least(NEW.amount, 0)
    WHERE id = NEW.user_id;
    NEW.balance_after = balance + NEW.amount;
    NEW.entry_no = nextval('token_transactions_entry_no');
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION validate_token_balance IS
    'Locks the user, refuses an overdraft, drops a bonus given before, and writes balance_after and the sums of users.';

CREATE TRIGGER validate_token_transaction BEFORE INSERT ON token_transactions
    FOR EACH ROW EXECUTE FUNCTION validate_token_balance();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON token_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON token_transactions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_update BEFORE UPDATE ON token_transactions
    FOR EACH ROW WHEN (NOT is_anonymising(OLD.user_id)) EXECUTE FUNCTION refuse_change();

CREATE FUNCTION give_signup_bonus() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bonus integer := config_integer('signup_token_bonus', 0);
BEGIN
    IF bonus > 0 THEN
        INSERT INTO token_transactions (user_id, amount, type, description)
        VALUES (NEW.id, bonus, 'signup_bonus', 'Bonus pendaftaran');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION give_signup_bonus IS 'Writes the bonus of a new user, as large as system_config signup_token_bonus says.';

CREATE TRIGGER give_signup_bonus AFTER INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION give_signup_bonus();
