-- In the tables set aside (schema tapsite_legacy): what the new schema would refuse is resolved, and each change noted.
-- Times are still naive here; they are converted while copying.

-- E-mail: one address in two spellings. The account that looks most alive keeps it; plus-addressing still reaches the others.
WITH ranked AS (
    SELECT id, email, row_number() OVER (
        PARTITION BY lower(email)
        ORDER BY (deleted_at IS NULL AND is_active IS TRUE) DESC, (email_verified_at IS NOT NULL) DESC, created_at, id) AS place
    FROM tapsite_legacy.users
), renamed AS (
    UPDATE tapsite_legacy.users u
    SET email = left(split_part(u.email, '@', 1), 64) || '+' || replace(u.id::text, '-', '') || '@' || split_part(u.email, '@', 2)
    FROM ranked r WHERE r.id = u.id AND r.place > 1
    RETURNING u.id, r.email AS was, u.email AS became
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, new_value, reason)
SELECT 'users', id, 'email', was, became, 'the same address in another case belongs to an older account' FROM renamed;

INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, new_value, reason)
SELECT 'users', id, 'tokens_balance', tokens_balance, '0', 'a balance cannot be negative'
FROM tapsite_legacy.users WHERE tokens_balance < 0;

-- Subdomains: the nearest valid name that is free. Those that are valid as they stand keep theirs.
DO $$
DECLARE
    site record;
    stem text;
    candidate text;
    attempt integer;
BEGIN
    FOR site IN
        SELECT id, subdomain FROM tapsite_legacy.websites
        WHERE NOT is_subdomain(subdomain) OR subdomain IN (SELECT name FROM reserved_subdomains)
        ORDER BY created_at, id
    LOOP
        stem = trim(BOTH '-' FROM left(regexp_replace(lower(site.subdomain), '[^a-z0-9]+', '-', 'g'), 50));
        stem = CASE WHEN stem = '' THEN 'site' ELSE stem END;
        attempt = 0;
        LOOP
            -- Short ids first tried without: "Kopi-Senja" becomes "kopi-senja" where that is free.
            candidate = CASE attempt WHEN 0 THEN stem ELSE stem || '-' || left(replace(site.id::text, '-', ''), 4 + attempt) END;
            EXIT WHEN is_subdomain(candidate) AND candidate NOT IN (SELECT name FROM reserved_subdomains)
                AND NOT EXISTS (SELECT FROM tapsite_legacy.websites WHERE lower(subdomain) = candidate AND id <> site.id);
            attempt = attempt + 1;
        END LOOP;
        UPDATE tapsite_legacy.websites SET subdomain = candidate WHERE id = site.id;
        INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, new_value, reason)
        VALUES ('websites', site.id, 'subdomain', site.subdomain, candidate,
                CASE WHEN is_subdomain(site.subdomain) THEN 'reserved' ELSE 'not a DNS label in lower case' END);
    END LOOP;
END
$$;

WITH cleared AS (
    UPDATE tapsite_legacy.websites w SET custom_domain = NULL
    FROM tapsite_legacy.websites o
    WHERE o.id = w.id AND NOT is_host_name(lower(rtrim(w.custom_domain, '.')))
    RETURNING w.id, o.custom_domain AS was
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, reason)
SELECT 'websites', id, 'custom_domain', was, 'not a host name' FROM cleared;

INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, new_value, reason)
SELECT 'websites', id, 'custom_domain', custom_domain, custom_domain, 'a claim now: serves again once its DNS record proves it'
FROM tapsite_legacy.websites WHERE custom_domain IS NOT NULL;

WITH unknown AS (
    INSERT INTO tapsite_legacy.templates (id, name, description, category, component_structure, css_variables, is_active)
    SELECT DISTINCT template_id, template_id, 'Taken over: a site names it, but it was never described.', 'unknown', '{}'::jsonb,
        '{}'::jsonb, false
    FROM tapsite_legacy.websites w
    WHERE NOT EXISTS (SELECT FROM tapsite_legacy.templates t WHERE t.id = w.template_id)
    RETURNING id
)
INSERT INTO takeover_notes (table_name, row_id, column_name, new_value, reason)
SELECT 'templates', id, 'id', id, 'made, inactive, because sites name it' FROM unknown;

-- Ledger: rows stay, but what now happens once at most keeps its type only the first time.
WITH repeated AS (
    SELECT id, type, CASE
        WHEN type = 'signup_bonus' THEN
            row_number() OVER (PARTITION BY user_id, type ORDER BY created_at, id) > 1
        WHEN type = 'refund' THEN
            related_transaction_id IS NULL OR row_number() OVER (PARTITION BY related_transaction_id, type ORDER BY created_at, id) > 1
        ELSE false END AS again
    FROM tapsite_legacy.token_transactions
), retyped AS (
    UPDATE tapsite_legacy.token_transactions t SET type = 'adjustment'
    FROM repeated r WHERE r.id = t.id AND r.again
    RETURNING t.id, r.type AS was
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, new_value, reason)
SELECT 'token_transactions', id, 'type', was, 'adjustment', 'a second signup bonus, or a refund that names nothing or a thing refunded before'
FROM retyped;

WITH repeated AS (
    SELECT id, token_transaction_id,
        row_number() OVER (PARTITION BY token_transaction_id ORDER BY (payment_status = 'completed') DESC, created_at, id) > 1 AS again
    FROM tapsite_legacy.token_purchases WHERE token_transaction_id IS NOT NULL
), cleared AS (
    UPDATE tapsite_legacy.token_purchases p SET token_transaction_id = NULL
    FROM repeated r WHERE r.id = p.id AND r.again
    RETURNING p.id, r.token_transaction_id AS was
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, reason)
SELECT 'token_purchases', id, 'token_transaction_id', was, 'another purchase names the same transaction' FROM cleared;

WITH repeated AS (
    SELECT id, row_number() OVER (PARTITION BY name, stage ORDER BY is_active DESC NULLS LAST, created_at DESC, id) > 1 AS again
    FROM tapsite_legacy.prompt_versions WHERE is_default
), cleared AS (
    UPDATE tapsite_legacy.prompt_versions p SET is_default = false
    FROM repeated r WHERE r.id = p.id AND r.again
    RETURNING p.id
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, new_value, reason)
SELECT 'prompt_versions', id, 'is_default', 'true', 'false', 'another version is the default of that name and stage' FROM cleared;

WITH cleared AS (
    UPDATE tapsite_legacy.affiliate_referrals SET referred_user_id = NULL
    WHERE referred_user_id = affiliate_user_id
    RETURNING id, affiliate_user_id
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, reason)
SELECT 'affiliate_referrals', id, 'referred_user_id', affiliate_user_id, 'nobody refers themselves' FROM cleared;

WITH foreign_links AS (
    DELETE FROM tapsite_legacy.blog_post_categories l USING tapsite_legacy.blog_posts p, tapsite_legacy.blog_categories c
    WHERE p.id = l.blog_post_id AND c.id = l.category_id AND p.website_id <> c.website_id
    RETURNING l.blog_post_id, l.category_id
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, reason)
SELECT 'blog_post_categories', blog_post_id, 'category_id', category_id, 'left out: a category of another site' FROM foreign_links;

WITH foreign_links AS (
    DELETE FROM tapsite_legacy.blog_post_tags l USING tapsite_legacy.blog_posts p, tapsite_legacy.blog_tags t
    WHERE p.id = l.blog_post_id AND t.id = l.tag_id AND p.website_id <> t.website_id
    RETURNING l.blog_post_id, l.tag_id
)
INSERT INTO takeover_notes (table_name, row_id, column_name, old_value, reason)
SELECT 'blog_post_tags', blog_post_id, 'tag_id', tag_id, 'left out: a tag of another site' FROM foreign_links;

-- Visitor hashes without a key can be reversed by trying every address. Hashed again under a key that nobody keeps, visitors
-- of one site and day stay as many as they were.
WITH forgotten AS MATERIALIZED (SELECT gen_random_uuid()::text || gen_random_uuid()::text AS key)
UPDATE tapsite_legacy.page_views
SET visitor_hash = encode(sha256(convert_to(concat_ws('|', key, website_id, created_at::date, visitor_hash), 'UTF8')), 'hex')
FROM forgotten
WHERE visitor_hash IS NOT NULL;

-- Dates that follow from a state.
UPDATE tapsite_legacy.websites SET published_at = coalesce(created_at, updated_at)
WHERE status = 'published' AND published_at IS NULL;
UPDATE tapsite_legacy.blog_posts SET published_at = coalesce(created_at, updated_at)
WHERE status = 'published' AND published_at IS NULL AND scheduled_at IS NULL;
UPDATE tapsite_legacy.token_purchases SET payment_completed_at = coalesce(updated_at, created_at)
WHERE payment_status IN ('completed', 'refunded') AND payment_completed_at IS NULL;
