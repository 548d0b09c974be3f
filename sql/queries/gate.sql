-- The password of a protected site. The edge has no right to the column: it gets one hash at a time, by a function.

-- scope: site
-- name: site_password_hash$
SELECT site_password_hash(website_id => :website_id);

-- scope: site
-- name: site_password_rehash$
SELECT site_password_rehash(website_id => :website_id, old_hash => :old, new_hash => :new);
