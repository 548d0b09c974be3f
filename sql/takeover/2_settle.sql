-- After copying, with the triggers of these tables off: what the new columns say of old rows, and balances from the ledger.

UPDATE users SET deactivated_at = least(coalesce(deleted_at, updated_at), now())
WHERE is_active IS NOT TRUE OR deleted_at IS NOT NULL;

UPDATE templates SET oversized = array_remove(ARRAY[
    CASE WHEN is_oversized(component_structure) THEN 'component_structure' END,
    CASE WHEN is_oversized(css_variables) THEN 'css_variables' END,
    CASE WHEN is_oversized(available_color_schemes) THEN 'available_color_schemes' END], NULL);

UPDATE templates t SET usage_count = (SELECT count(*) FROM websites w WHERE w.template_id = t.id AND w.deleted_at IS NULL);

UPDATE token_purchases SET payment_refunded_at = coalesce(updated_at, payment_completed_at)
WHERE payment_status = 'refunded';

-- The old balance stays what it was. Where the rows do not explain it (a new account began with tokens that no row gave) one
-- row before all others does.
INSERT INTO token_transactions (user_id, amount, balance_after, type, description, created_at, entry_no)
SELECT u.id, difference, difference, 'adjustment', 'Saldo awal saat pengambilalihan',
    least(u.created_at, first_at, now()), 0 - row_number() OVER ()
FROM users u
JOIN tapsite_legacy.users l ON l.id = u.id
CROSS JOIN LATERAL (
    SELECT greatest(coalesce(l.tokens_balance, 0), 0) - coalesce(sum(amount), 0) AS difference, min(t.created_at) AS first_at
    FROM token_transactions t WHERE t.user_id = u.id
) AS ledger
WHERE difference <> 0;

-- Old rows came with balances their writers had guessed. The opening rows, numbered below zero, come first.
WITH chained AS (
    SELECT id, sum(amount) OVER (PARTITION BY user_id ORDER BY entry_no) AS balance FROM token_transactions
)
UPDATE token_transactions t SET balance_after = balance FROM chained WHERE chained.id = t.id;

-- The first daily bonus of a day holds the day; further ones stay as rows of the past.
WITH first_of_day AS (
    SELECT DISTINCT ON (user_id, platform_day(created_at)) id, platform_day(created_at) AS day
    FROM token_transactions WHERE type = 'daily_login' ORDER BY user_id, platform_day(created_at), entry_no
)
UPDATE token_transactions t SET bonus_day = day FROM first_of_day f WHERE f.id = t.id;

UPDATE users u SET tokens_balance = balance, tokens_total_earned = earned, tokens_total_spent = spent
FROM (
    SELECT user_id, sum(amount) AS balance, sum(greatest(amount, 0)) AS earned, -sum(least(amount, 0)) AS spent
    FROM token_transactions GROUP BY user_id
) AS ledger
WHERE ledger.user_id = u.id;

DO $$
BEGIN
    PERFORM setval('token_transactions_entry_no', (SELECT greatest(max(entry_no), 0) + 1 FROM token_transactions), false);
END
$$;
