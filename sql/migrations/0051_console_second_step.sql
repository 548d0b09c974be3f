-- The second step of signing in: codes of an app, for owners who want it.
-- compatible_from: 0050

CREATE TABLE console_totp (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret bytea NOT NULL,
    last_step bigint NOT NULL DEFAULT 0,
    recovery bytea[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE console_totp IS
    'Owners who sign in with a code as well (RFC 6238). Written and read by the console; a row that an administrator deletes takes the '
    'second step away.';
COMMENT ON COLUMN console_totp.secret IS 'The shared secret, sealed under the keyring and bound to the user.';
COMMENT ON COLUMN console_totp.last_step IS 'The newest 30 seconds whose code was used: each is good once.';
COMMENT ON COLUMN console_totp.recovery IS 'SHA-256 of codes for who has lost the app, each good once.';

INSERT INTO owner_rows (table_name, seen) VALUES ('console_totp', 'user_id = (SELECT app_user_id())');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE (last_step, recovery), DELETE ON console_totp TO tapsite_console');

-- Taking a person out of the database takes the way in with it.
CREATE OR REPLACE FUNCTION end_sessions_of_closed_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM console_sessions WHERE user_id = NEW.id;
    DELETE FROM console_links WHERE user_id = NEW.id;
    IF NEW.deleted_at IS NOT NULL THEN
        DELETE FROM console_totp WHERE user_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
