-- Attempts at sites' passwords are counted across workers, as those at the console's doors are; claims to domains are read in one way.
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

CREATE VIEW domain_claims WITH (security_invoker) AS
SELECT d.id, d.website_id, s.subdomain, s.state, d.host, d.claim_token AS token, d.verified_at, d.last_checked_at, d.failing_since,
    d.last_error, d.is_primary, d.created_at,
    coalesce((SELECT c.value -> s.tier -> 'custom_domain' FROM system_config c WHERE c.key = 'tier_rights') = 'true', false) AS entitled
FROM website_domains d
JOIN edge_sites s ON s.id = d.website_id;
COMMENT ON VIEW domain_claims IS
    'Claims to custom domains with what decides about them: the state of the site, and whether its tier has the right (entitled). '
    'Shows what its reader may read of website_domains.';

INSERT INTO role_rights (statement) VALUES ('GRANT SELECT ON domain_claims TO tapsite_maintain');
