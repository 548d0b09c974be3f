-- Attempts at sites' passwords are counted across workers, as those at the console's doors are.
-- compatible_from: 0050

COMMENT ON TABLE console_attempts IS
    'How often a door was tried: the console''s, for each account and each client, and those of sites with a password, for each client. '
    'Written and read by functions, for all workers; forgotten an hour after the last attempt.';
COMMENT ON COLUMN console_attempts.digest IS
    'HMAC of what is counted (an e-mail address, a client''s network, with the door or the site) under a key of the keyring.';
COMMENT ON TABLE form_rates IS
    'Counts of what strangers send: to forms by client and site, by client, by site, and by text; likes, clicks and views that pages '
    'tell of by client and site; attempts at a site''s password by site. Unlogged: a crash forgets them, and nothing is lost.';

INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION admit_attempt(bytea[], integer[], integer) TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION forgive_attempt(bytea, bytea) TO tapsite_edge');
