-- What an operator is told about the database.

-- scope: platform
-- name: zone_of_database$
SELECT current_setting('TimeZone');

-- scope: platform
-- name: rights_beyond_need
SELECT right_name FROM (VALUES
    ('is a superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)),
    ('owns the tables', (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass('websites'))),
    ('reads password hashes of users', has_column_privilege('users', 'password_hash', 'SELECT')),
    ('reads the token ledger', has_table_privilege('token_transactions', 'SELECT'))
) AS rights (right_name, held)
WHERE held;

-- A standby takes no LISTEN and no lead. NULL: the role was never made.
-- scope: platform
-- name: stands_as^
SELECT pg_is_in_recovery() AS is_standby, (SELECT pg_has_role(oid, 'USAGE') FROM pg_roles WHERE rolname = :role) AS has_role;

-- Those of the server, or of the connected user where it was given fewer.
-- scope: platform
-- name: connections_allowed$
SELECT least(
    current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
    (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user)
);

-- Only added to: another program of the platform may serve other base domains from the same database.
-- scope: platform
-- name: remember_base_domains$
WITH known AS (
    SELECT coalesce((SELECT value FROM system_config WHERE key = 'base_domains' AND jsonb_typeof(value) = 'array'), '[]') AS hosts
)
INSERT INTO system_config (key, value, description)
SELECT 'base_domains', hosts || (:hosts::jsonb - ARRAY(SELECT jsonb_array_elements_text(hosts))),
       'Hosts of the platform itself: no site may claim one of them, or one below'
FROM known
WHERE NOT hosts @> :hosts::jsonb
ON CONFLICT (key) DO UPDATE SET value = excluded.value
RETURNING true;

-- scope: platform
-- name: knows_base_domains$
SELECT EXISTS (SELECT FROM system_config WHERE key = 'base_domains' AND value @> :hosts::jsonb);
