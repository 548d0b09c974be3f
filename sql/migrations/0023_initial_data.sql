-- Rows every platform begins with.
-- compatible_from: 0023

INSERT INTO token_packages (name, description, token_amount, price_idr, is_featured) VALUES
('Starter', 'Paket pemula untuk mencoba', 50000, 50000, false),
('Popular', 'Paket paling populer', 150000, 129000, true),
('Pro', 'Untuk pengguna aktif', 500000, 399000, false),
('Business', 'Untuk bisnis dan agency', 2000000, 1499000, false);

INSERT INTO system_config (key, value, description) VALUES
('signup_token_bonus', '50000', 'Token bonus for new users'),
('daily_login_bonus', '1000', 'Token bonus for daily login'),
('referral_bonus', '10000', 'Token bonus for successful referral'),
('website_generation_cost', '10000', 'Token cost for generating website'),
('image_generation_cost', '2000', 'Token cost for generating image'),
('usd_idr_rate', '16000', 'Rupiah a dollar, stored with each row of ai_generation_logs'),
('platform_time_zone', '"Asia/Jakarta"', 'Zone of the days that belong to no site: daily bonus, revenue'),
('base_domains', '[]', 'Our own base domains, which nobody may claim as a custom domain'),
('lapsed_sites', '"unavailable"', 'Sites of a lapsed subscription: "unavailable" (503 for seven days, then 404) or "free" (served with the rights of free)'),
('tier_rights', '{
  "free":     {"custom_domain": false, "premium_themes": false, "own_footer": false, "form_channels": ["email"], "retention_days": 90},
  "pro":      {"custom_domain": true, "premium_themes": true, "own_footer": true, "form_channels": ["email", "whatsapp"], "retention_days": 365},
  "business": {"custom_domain": true, "premium_themes": true, "own_footer": true, "form_channels": ["email", "whatsapp", "webhook"], "retention_days": 730}
}', 'What each subscription tier may use; a lapsed tier has the rights of free');

CREATE TABLE takeover_notes (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    table_name text NOT NULL,
    row_id text NOT NULL,
    column_name text NOT NULL,
    old_value text,
    new_value text,
    reason text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE takeover_notes IS
    'Values that could not be taken over from an older database as they were. Written by `renderer migrate --legacy-zone`, read by '
    'administrators, who may empty it.';
COMMENT ON COLUMN takeover_notes.old_value IS 'As it was, so that nothing is lost; may be personal data.';
