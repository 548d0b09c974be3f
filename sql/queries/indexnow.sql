-- Whether search engines are told of anything.

-- scope: platform
-- name: announces_changes$
SELECT announces_changes();
