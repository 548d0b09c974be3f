-- How often strangers do things, across all sites: who floods one floods many.

-- scope: platform
-- name: count_rates$
SELECT count_rates(:subjects::bytea[], :spans::integer[]);

-- scope: platform
-- name: add_rate!
INSERT INTO form_rates AS r (subject, began, taken)
VALUES (:subject, date_bin(make_interval(secs => :seconds), now(), 'epoch'), :number)
ON CONFLICT (subject, began) DO UPDATE SET taken = r.taken + excluded.taken;

-- scope: platform
-- name: rates_of
SELECT subject, taken FROM form_rates
WHERE subject = ANY(:subjects) AND began > now() - interval '10 minutes'
    -- Not what was counted while the clock was ahead.
    AND began <= now();

-- scope: platform
-- name: forget_rates!
DELETE FROM form_rates WHERE began < now() - interval '2 days';

-- scope: platform
-- name: admit_attempt$
SELECT admit_attempt(:digests, :free, :longest);

-- scope: platform
-- name: forgive_attempt!
SELECT forgive_attempt(:forgotten, :returned);
