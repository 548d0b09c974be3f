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
