-- Rows as the platform's first programs left them, among them each kind that the present schema would refuse.
-- Users 1 to 9 are '00000000-0000-0000-0000-00000000000n'; times are Jakarta's.

INSERT INTO users (id, email, password_hash, full_name, tokens_balance, tokens_total_earned, is_active, created_at, updated_at, deleted_at,
                   subscription_tier, subscription_expires_at) VALUES
('00000000-0000-0000-0000-000000000001', 'sari@example.com', '!', 'Sari', 50000, 50000, true, '2025-01-01 07:00', '2025-01-02 07:00', NULL, 'pro', '2030-01-01 00:00'),
('00000000-0000-0000-0000-000000000002', 'Sari@Example.com', '!', 'Sari lagi', 50000, 50000, true, '2025-02-01 07:00', '2025-02-01 07:00', NULL, 'free', NULL),
('00000000-0000-0000-0000-000000000003', 'SARI@example.com', '!', 'Sari lama', 50000, 50000, false, '2024-01-01 07:00', '2024-06-01 07:00', NULL, 'free', NULL),
('00000000-0000-0000-0000-000000000004', 'budi@example.com', '!', 'Budi', 50000, 50000, true, '2025-01-01 07:00', '2025-01-01 07:00', NULL, 'free', NULL),
('00000000-0000-0000-0000-000000000005', 'minus@example.com', '!', 'Minus', -700, 0, true, '2025-01-01 07:00', '2025-01-01 07:00', NULL, 'free', NULL),
('00000000-0000-0000-0000-000000000006', 'hapus@example.com', '!', 'Hapus', 0, 0, true, '2025-01-01 07:00', '2025-03-01 07:00', '2025-03-01 07:00', 'free', NULL);
ALTER TABLE users ADD COLUMN newsletter varchar(10);
UPDATE users SET newsletter = 'ya' WHERE full_name = 'Sari';

INSERT INTO templates (id, name, category, component_structure, css_variables) VALUES ('kedai', 'Kedai', 'food', '{}', '{}');

INSERT INTO websites (id, user_id, subdomain, custom_domain, title, template_id, status, view_count, generated_content, created_at, updated_at) VALUES
('10000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 'kopi', 'kopi.example', 'Kopi', 'kedai', 'published', 7, '{"language": "id"}', '2025-01-05 08:00', '2025-01-06 08:00'),
('10000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 'Kopi', NULL, 'Kopi besar', 'kedai', 'published', 0, '{}', '2025-01-05 08:00', '2025-01-06 08:00'),
('10000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000001', '-Batik-Ayu-', NULL, 'Batik', 'hilang', 'draft', 0, '{}', '2025-01-05 08:00', '2025-01-06 08:00'),
('10000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000004', 'admin', '-salah-', 'Admin', 'hilang', 'suspended', 0, '{}', '2025-01-05 08:00', '2025-01-06 08:00'),
('10000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000004', repeat('panjang', 14), NULL, 'Panjang', 'kedai', 'archived', 0, '{}', '2025-01-05 08:00', '2025-01-06 08:00'),
('10000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000004', '---', NULL, 'Garis', 'kedai', 'draft', 0, '{}', '2025-01-05 08:00', '2025-01-06 08:00');

-- The trigger of the first schema keeps balances: 50,000 that no row gave, and what follows.
INSERT INTO token_transactions (id, user_id, amount, balance_after, type, related_website_id, created_at) VALUES
('20000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 50000, 50000, 'signup_bonus', NULL, '2025-01-01 07:00'),
('20000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', -90000, 0, 'website_generation', '10000000-0000-0000-0000-000000000001', '2025-01-02 07:00'),
('20000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000001', 50000, 50000, 'signup_bonus', NULL, '2025-01-03 07:00'),
('20000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000001', 1000, 51000, 'daily_login', NULL, '2025-01-04 00:30'),
('20000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000001', 1000, 52000, 'daily_login', NULL, '2025-01-04 23:30'),
('20000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000004', -10000, 40000, 'website_generation', NULL, '2025-01-02 07:00');
INSERT INTO token_transactions (id, user_id, amount, balance_after, type, related_transaction_id, created_at) VALUES
('20000000-0000-0000-0000-000000000007', '00000000-0000-0000-0000-000000000004', 10000, 50000, 'refund', '20000000-0000-0000-0000-000000000006', '2025-01-03 07:00'),
('20000000-0000-0000-0000-000000000008', '00000000-0000-0000-0000-000000000004', 10000, 60000, 'refund', '20000000-0000-0000-0000-000000000006', '2025-01-04 07:00');

INSERT INTO token_purchases (user_id, package_id, token_amount, price_paid_idr, payment_status, token_transaction_id, created_at, updated_at)
SELECT '00000000-0000-0000-0000-000000000001', id, 10, 1000, status, '20000000-0000-0000-0000-000000000003', '2025-01-03 07:00', '2025-01-04 07:00'
FROM token_packages, unnest(ARRAY['completed', 'refunded']) AS status WHERE name = 'Pro';
UPDATE token_packages SET max_purchases_per_user = 1 WHERE name = 'Pro';

INSERT INTO ai_generation_logs (website_id, user_id, stage, model, provider, input_tokens, output_tokens, cost_usd) VALUES
('10000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 'intent_parsing', 'm', 'p', 5, 6, 2);
INSERT INTO prompt_versions (name, stage, version, model, provider, system_prompt, user_prompt_template, is_default, created_at) VALUES
('n', 's', '1', 'm', 'p', '', '', true, '2025-01-01'), ('n', 's', '2', 'm', 'p', '', '', true, '2025-01-02');

INSERT INTO blog_posts (id, website_id, slug, title, content, status, created_at, updated_at) VALUES
('30000000-0000-0000-0000-000000000001', '10000000-0000-0000-0000-000000000001', 'baca', 'Kabar', '{"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "suka baca"}]}]}', 'published', '2025-01-07 08:00', '2025-01-08 08:00');
INSERT INTO blog_categories (id, website_id, name, slug) VALUES
('40000000-0000-0000-0000-000000000001', '10000000-0000-0000-0000-000000000001', 'Kopi', 'kopi'),
('40000000-0000-0000-0000-000000000002', '10000000-0000-0000-0000-000000000002', 'Asing', 'asing');
INSERT INTO blog_post_categories SELECT '30000000-0000-0000-0000-000000000001', id FROM blog_categories;
INSERT INTO blog_tags (id, website_id, name, slug) VALUES ('50000000-0000-0000-0000-000000000001', '10000000-0000-0000-0000-000000000001', 'Kopi', 'kopi');
INSERT INTO blog_post_tags VALUES ('30000000-0000-0000-0000-000000000001', '50000000-0000-0000-0000-000000000001');

INSERT INTO form_submissions (website_id, form_type, data, created_at) VALUES ('10000000-0000-0000-0000-000000000001', 'contact', '{"a": 1}', '2025-02-01 06:59');
INSERT INTO form_templates (website_id, name, form_type, fields) VALUES ('10000000-0000-0000-0000-000000000001', 'n', 'contact', '[]');
INSERT INTO website_analytics_daily (website_id, date, page_views) VALUES ('10000000-0000-0000-0000-000000000001', '2024-01-01', 3);
-- 1 February 06:59 in Jakarta is still January in UTC.
CREATE TABLE page_views_y2024m02 PARTITION OF page_views FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
INSERT INTO page_views (website_id, page_path, visitor_hash, created_at) VALUES
('10000000-0000-0000-0000-000000000001', '/', 'abc', '2024-01-05 10:00'),
('10000000-0000-0000-0000-000000000001', '/a', 'abc', '2024-01-05 11:00'),
('10000000-0000-0000-0000-000000000001', '/', 'def', '2024-01-05 12:00'),
('10000000-0000-0000-0000-000000000001', '/', NULL, '2024-02-01 06:59');

INSERT INTO affiliate_profiles (user_id, status, referral_code) VALUES ('00000000-0000-0000-0000-000000000001', 'active', 'SARI');
INSERT INTO affiliate_referrals (affiliate_user_id, referred_user_id) VALUES
('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001'),
('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000004');
INSERT INTO audit_logs (action, entity_type, user_id, created_at) VALUES ('login', 'user', '00000000-0000-0000-0000-000000000001', '2025-01-01 07:00');
UPDATE system_config SET value = '60000', updated_by = '00000000-0000-0000-0000-000000000001' WHERE key = 'signup_token_bonus';
INSERT INTO system_config (key, value) VALUES ('punya_sendiri', '"tetap"');
