-- Affiliates and whom they brought.
-- compatible_from: 0016

CREATE TABLE affiliate_profiles (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,

    status varchar(20) DEFAULT 'pending' CHECK (status IN ('pending', 'active', 'suspended', 'rejected')),

    commission_rate numeric(4, 2) DEFAULT 30.00,
    commission_tier varchar(20) DEFAULT 'standard',

    bank_name varchar(100),
    bank_account_number varchar(50),
    bank_account_name varchar(100),
    ewallet_type varchar(20),
    ewallet_number varchar(20),

    total_referrals integer DEFAULT 0,
    total_conversions integer DEFAULT 0,
    total_earnings_idr integer DEFAULT 0,
    total_paid_idr integer DEFAULT 0,
    pending_earnings_idr integer DEFAULT 0,

    referral_code varchar(20) UNIQUE,

    reviewed_at timestamptz,
    reviewed_by uuid REFERENCES users (id) ON DELETE SET NULL,
    notes text,

    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE INDEX idx_affiliate_profiles_status ON affiliate_profiles (status);

COMMENT ON TABLE affiliate_profiles IS 'Users who refer others. Written by the affiliate programme, which alone reads it.';
COMMENT ON COLUMN affiliate_profiles.commission_rate IS 'Per cent.';
COMMENT ON COLUMN affiliate_profiles.bank_account_number IS 'With the other payment columns, emptied by anonymise_user().';

CREATE TRIGGER update_affiliate_profiles_updated_at BEFORE UPDATE ON affiliate_profiles
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_updated_at_column();

CREATE TABLE affiliate_referrals (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),

    affiliate_user_id uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    referred_user_id uuid UNIQUE REFERENCES users (id) ON DELETE RESTRICT,

    referral_code_used varchar(20),
    utm_source varchar(100),
    ip_address inet,

    converted_at timestamptz,
    conversion_value_idr integer,
    commission_earned_idr integer,

    created_at timestamptz DEFAULT now(),

    CONSTRAINT no_self_referral CHECK (affiliate_user_id <> referred_user_id)
);
CREATE INDEX idx_affiliate_referrals_affiliate ON affiliate_referrals (affiliate_user_id);
CREATE INDEX idx_affiliate_referrals_converted ON affiliate_referrals (converted_at) WHERE converted_at IS NOT NULL;

COMMENT ON TABLE affiliate_referrals IS
    'Who brought whom, and the commission. Written by sign-up and billing. A money row: neither user can be deleted.';
COMMENT ON COLUMN affiliate_referrals.referred_user_id IS 'Referred once at most, and never by themselves.';
