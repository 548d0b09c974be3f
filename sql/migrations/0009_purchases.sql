-- Token packages, their purchases, and the revenue of a day.
-- compatible_from: 0009

CREATE TABLE token_packages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),

    name varchar(100) NOT NULL,
    description text,

    token_amount integer NOT NULL,
    price_idr integer NOT NULL,
    price_usd numeric(10, 2),

    bonus_tokens integer DEFAULT 0,
    bonus_percentage integer DEFAULT 0,

    discount_percentage integer DEFAULT 0,
    original_price_idr integer,

    is_active boolean DEFAULT true,
    is_featured boolean DEFAULT false,
    available_from timestamptz,
    available_until timestamptz,

    max_purchases_per_user integer,
    total_purchase_limit integer,

    created_at timestamptz DEFAULT now()
);
COMMENT ON TABLE token_packages IS 'What can be bought. Written by administrators, read by billing and the console.';
COMMENT ON COLUMN token_packages.max_purchases_per_user IS 'NULL: unlimited. Held by a trigger of token_purchases, concurrent buyers included.';
COMMENT ON COLUMN token_packages.total_purchase_limit IS 'The same over all users.';

CREATE TABLE token_purchases (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    package_id uuid REFERENCES token_packages (id) ON DELETE RESTRICT,

    token_amount integer NOT NULL,
    price_paid_idr integer NOT NULL,

    payment_method varchar(50),
    payment_status varchar(20) DEFAULT 'pending'
        CHECK (payment_status IN ('pending', 'completed', 'failed', 'refunded')),
    payment_reference varchar(100),
    payment_completed_at timestamptz,
    payment_refunded_at timestamptz,

    token_transaction_id uuid UNIQUE REFERENCES token_transactions (id) ON DELETE RESTRICT,

    metadata jsonb DEFAULT '{}'::jsonb,

    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE INDEX idx_token_purchases_user_id ON token_purchases (user_id);
CREATE INDEX idx_token_purchases_status ON token_purchases (payment_status);
CREATE INDEX idx_token_purchases_package ON token_purchases (package_id);

COMMENT ON TABLE token_purchases IS
    'Purchases of tokens. Written by billing, read by the console and daily_revenue. A money row: its user cannot be deleted.';
COMMENT ON COLUMN token_purchases.payment_completed_at IS 'The day revenue counts on. Set by a trigger when the status becomes completed without it.';
COMMENT ON COLUMN token_purchases.payment_refunded_at IS 'The day a refund counts on; set in the same way.';
COMMENT ON COLUMN token_purchases.token_transaction_id IS 'The ledger row that credited it; one purchase each.';

CREATE FUNCTION settle_purchase() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    package token_packages;
BEGIN
    IF NEW.payment_status IN ('completed', 'refunded') THEN
        NEW.payment_completed_at = coalesce(NEW.payment_completed_at, now());
    END IF;
    IF NEW.payment_status = 'refunded' THEN
        NEW.payment_refunded_at = coalesce(NEW.payment_refunded_at, now());
    END IF;
    IF NEW.payment_status NOT IN ('pending', 'completed')
       OR (TG_OP = 'UPDATE' AND OLD.payment_status IN ('pending', 'completed')
           AND (OLD.package_id, OLD.user_id) IS NOT DISTINCT FROM (NEW.package_id, NEW.user_id)) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO package FROM token_packages WHERE id = NEW.package_id
        AND (max_purchases_per_user IS NOT NULL OR total_purchase_limit IS NOT NULL);
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    -- The package's row is the lock: buyers of a limited package queue here, and each counts those before it.
    PERFORM FROM token_packages WHERE id = NEW.package_id FOR NO KEY UPDATE;
    IF package.max_purchases_per_user <= (
           SELECT count(*) FROM token_purchases WHERE package_id = NEW.package_id AND user_id = NEW.user_id
               AND payment_status IN ('pending', 'completed') AND id <> NEW.id)
       OR package.total_purchase_limit <= (
           SELECT count(*) FROM token_purchases WHERE package_id = NEW.package_id
               AND payment_status IN ('pending', 'completed') AND id <> NEW.id) THEN
        RAISE EXCEPTION 'purchase limit of package "%" reached', package.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'purchase_limit';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION settle_purchase IS
    'Dates payments and refunds, and holds a package''s limits. A pending purchase takes a place until it fails.';

CREATE TRIGGER settle_purchase BEFORE INSERT OR UPDATE ON token_purchases
    FOR EACH ROW EXECUTE FUNCTION settle_purchase();
CREATE TRIGGER update_token_purchases_updated_at BEFORE UPDATE ON token_purchases
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_updated_at_column();

CREATE VIEW daily_revenue AS
SELECT
    date,
    count(*) FILTER (WHERE NOT is_refund) AS purchase_count,
    sum(idr) AS total_revenue_idr,
    sum(tokens) AS total_tokens_sold,
    count(*) FILTER (WHERE is_refund) AS refund_count
FROM (
    SELECT platform_day(payment_completed_at) AS date, false AS is_refund, price_paid_idr AS idr, token_amount AS tokens
    FROM token_purchases
    WHERE payment_status IN ('completed', 'refunded')
    UNION ALL
    SELECT platform_day(payment_refunded_at), true, -price_paid_idr, -token_amount
    FROM token_purchases
    WHERE payment_status = 'refunded'
) AS movements
GROUP BY date
ORDER BY date DESC;
COMMENT ON VIEW daily_revenue IS
    'Revenue by the platform''s day on which a payment was completed, less what was refunded on that day. Read by administrators.';
