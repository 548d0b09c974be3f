-- How often forms are sent with, across all sites: who floods one floods many.

-- scope: platform
-- name: count_rates$
SELECT count_rates(:subjects::bytea[], :spans::integer[]);

-- scope: platform
-- name: rates_of
SELECT subject, taken FROM form_rates
WHERE subject = ANY(:subjects) AND began > now() - interval '10 minutes';

-- scope: platform
-- name: forget_rates!
DELETE FROM form_rates WHERE began < now() - interval '2 days';
