-- Before anybody is signed in: by an e-mail address or the digest of a cookie, whosever they are.

-- scope: platform
-- name: name_owner$
SELECT set_config('app.user_id', :user_id, true), set_config('app.site_id', :site_id, true);

-- scope: platform
-- name: is_walled$
SELECT row_security_active('websites') AND row_security_active('form_submissions');

-- scope: platform
-- name: account_by_email^
SELECT id, email, password_hash, may_enter FROM account_by_email(:email);

-- scope: platform
-- name: resume_session^
SELECT id, user_id, email, full_name, is_verified FROM resume_session(:digest, :idle);

-- scope: platform
-- name: end_session$
SELECT end_session(:digest);

-- scope: platform
-- name: prune_sessions$
SELECT prune_console_sessions();

-- scope: platform
-- name: create_user$
INSERT INTO users (email, password_hash, full_name, email_verified_at)
VALUES (:email, :password_hash, :full_name, CASE WHEN :verified THEN now() END)
RETURNING id;

-- scope: platform
-- name: make_link^
SELECT user_id, email, full_name, good_for FROM make_console_link(:email, :purpose, :digest, :lasts, :known);

-- scope: platform
-- name: note_lost_letter$
SELECT note_lost_letter(:digest);

-- scope: owner
-- name: make_email_links^
SELECT email, full_name, is_taken FROM make_email_links(:user_id, :address, :go, :stop, :lasts);

-- scope: platform
-- name: look_at_link^
SELECT user_id, email FROM look_at_console_link(:purpose, :digest);

-- scope: platform
-- name: take_link$
SELECT take_console_link(:purpose, :digest);

-- Whose it is stands in the transaction: nobody's row is taken for an attempt of somebody unknown.
-- scope: platform
-- name: note_audit!
INSERT INTO audit_logs (action, entity_type, entity_id, user_id, old_values, new_values, user_agent, request_id)
VALUES (:action, :entity_type, :entity_id, :user_id, :old_values, :new_values, :device, :request_id);
