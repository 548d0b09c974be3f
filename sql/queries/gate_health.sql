-- What an operator is told of the gate.

-- Which sites are protected, to find those whose hash lets nobody in. For the owner of the tables: nobody else reads
-- hashes.
-- scope: platform
-- name: protected_sites
SELECT subdomain, password_hash
FROM websites
WHERE is_password_protected AND deleted_at IS NULL
ORDER BY subdomain;
