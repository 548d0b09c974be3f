-- An owner's own account: profile, ways in, tokens. Asked inside `Visit.db`.

-- scope: owner
-- name: profile^
SELECT email, email_verified_at IS NOT NULL AS is_verified, full_name, phone, created_at, subscription_tier, subscription_expires_at
FROM users WHERE id = :user_id;

-- scope: owner
-- name: save_profile!
UPDATE users SET full_name = :full_name, phone = :phone WHERE id = :user_id;

-- scope: owner
-- name: sessions_of_owner
SELECT id, device, created_at, seen_at FROM console_sessions
WHERE user_id = :user_id AND least(idle_until, ends_at) > now()
ORDER BY seen_at DESC, id
LIMIT 100;

-- scope: owner
-- name: is_new_session$
SELECT EXISTS (
    SELECT FROM console_sessions WHERE user_id = :user_id AND id = :session_id AND created_at > now() - :within::interval
);

-- scope: owner
-- name: end_one_session!
DELETE FROM console_sessions WHERE user_id = :user_id AND id = :session_id;

-- scope: owner
-- name: end_other_sessions!
DELETE FROM console_sessions WHERE user_id = :user_id AND id <> :session_id;

-- The same session by another cookie. The row is a new one: the console's role may change none.
-- scope: owner
-- name: renew_session!
WITH old AS (
    DELETE FROM console_sessions WHERE user_id = :user_id AND id = :session_id
    RETURNING id, user_id, device, created_at, idle_until, ends_at
)
INSERT INTO console_sessions (id, user_id, digest, device, created_at, idle_until, ends_at)
SELECT id, user_id, :digest, device, created_at, idle_until, ends_at FROM old;

-- scope: owner
-- name: end_all_sessions!
DELETE FROM console_sessions WHERE user_id = :user_id;

-- scope: owner
-- name: recent_actions
SELECT action, created_at, user_agent AS device FROM audit_logs
WHERE user_id = :user_id
ORDER BY created_at DESC, id
LIMIT 12;

-- scope: owner
-- name: transactions
SELECT amount, balance_after, type, description, created_at FROM token_transactions
WHERE user_id = :user_id
ORDER BY entry_no DESC
LIMIT :most OFFSET :skip;

-- scope: owner
-- name: balance^
SELECT tokens_balance, tokens_total_earned, tokens_total_spent FROM users WHERE id = :user_id;

-- scope: owner
-- name: totp^
SELECT secret, last_step, recovery FROM console_totp WHERE user_id = :user_id;

-- scope: owner
-- name: turn_on_totp$
INSERT INTO console_totp (user_id, secret, last_step, recovery)
VALUES (:user_id, :secret, :step, :recovery)
ON CONFLICT (user_id) DO NOTHING
RETURNING true;

-- scope: owner
-- name: turn_off_totp!
DELETE FROM console_totp WHERE user_id = :user_id;

-- scope: owner
-- name: use_step$
UPDATE console_totp SET last_step = :step WHERE user_id = :user_id AND last_step < :step RETURNING true;

-- scope: owner
-- name: use_recovery$
UPDATE console_totp SET recovery = array_remove(recovery, :digest)
WHERE user_id = :user_id AND :digest = ANY(recovery) RETURNING true;
