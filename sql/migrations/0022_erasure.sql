-- Taking a person out of the database while the books stay whole.
-- compatible_from: 0022

CREATE FUNCTION guard_user_deletion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM token_transactions WHERE user_id = OLD.id)
       OR EXISTS (SELECT FROM token_purchases WHERE user_id = OLD.id)
       OR EXISTS (SELECT FROM ai_generation_logs WHERE user_id = OLD.id)
       OR EXISTS (SELECT FROM affiliate_referrals WHERE affiliate_user_id = OLD.id OR referred_user_id = OLD.id) THEN
        RAISE EXCEPTION 'user % has money rows, which are kept', OLD.id
            USING ERRCODE = 'restrict_violation', HINT = format('SELECT anonymise_user(%L) takes the person out instead.', OLD.id);
    END IF;
    RETURN OLD;
END
$$;
COMMENT ON FUNCTION guard_user_deletion IS 'Refuses to delete a user with money rows, and names anonymise_user().';

CREATE TRIGGER guard_user_deletion BEFORE DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION guard_user_deletion();

CREATE FUNCTION anonymise_user(person uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM users WHERE id = person FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM websites WHERE user_id = person;
    UPDATE users SET
        email = 'anonymised-' || person || '@anonymised.invalid', email_verified_at = NULL, password_hash = '!',
        full_name = NULL, phone = NULL, avatar_url = NULL, bio = NULL, last_login_at = NULL,
        is_active = false, is_admin = false, deleted_at = coalesce(deleted_at, now())
    WHERE id = person;
    UPDATE affiliate_profiles SET
        bank_name = NULL, bank_account_number = NULL, bank_account_name = NULL, ewallet_type = NULL, ewallet_number = NULL,
        notes = NULL
    WHERE user_id = person;
    UPDATE affiliate_referrals SET ip_address = NULL WHERE referred_user_id = person;
    UPDATE token_purchases SET metadata = '{}', payment_reference = NULL WHERE user_id = person;
    UPDATE ai_generation_logs SET prompt_preview = NULL, response_preview = NULL, error_message = NULL WHERE user_id = person;

    -- The append-only tables let this function through, and only for the rows of this person.
    PERFORM set_config('tapsite.anonymising', person::text, true);
    UPDATE token_transactions SET ip_address = NULL, user_agent = NULL, metadata = '{}', description = NULL
        WHERE user_id = person;
    UPDATE audit_logs SET ip_address = NULL, user_agent = NULL WHERE user_id = person;
    UPDATE audit_logs SET old_values = NULL, new_values = NULL, changes_summary = NULL
        WHERE entity_type = 'user' AND entity_id = person;
    PERFORM set_config('tapsite.anonymising', '', true);
    RETURN true;
END
$$;
COMMENT ON FUNCTION anonymise_user IS
    'Deletes a user''s sites with all content and empties every personal column; ledger, purchases, referrals and the log keep '
    'their amounts. False when there is no such user. Cannot be undone. Called by the console and administrators.';
