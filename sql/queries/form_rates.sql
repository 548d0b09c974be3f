-- How often forms are sent with, across all sites: who floods one floods many.

-- In the order of their keys, so that two never wait for each other. What is counted of the span before weighs less the
-- further this one has come.
-- scope: platform
-- name: count_rates
WITH wanted AS (
    SELECT subject, date_bin(make_interval(secs => seconds), now(), 'epoch') AS began, make_interval(secs => seconds) AS span
    FROM unnest(:subjects::bytea[], :spans::integer[]) AS w (subject, seconds)
    ORDER BY subject
), counted AS (
    INSERT INTO form_rates AS r (subject, began, taken) SELECT subject, began, 1 FROM wanted
    ON CONFLICT (subject, began) DO UPDATE SET taken = r.taken + 1
    RETURNING subject, taken
)
SELECT c.subject, c.taken + coalesce(ceil(p.taken * (1 - extract(epoch FROM now() - w.began) / extract(epoch FROM w.span))), 0)::int
    AS taken
FROM counted c
JOIN wanted w USING (subject)
LEFT JOIN form_rates p ON p.subject = w.subject AND p.began = w.began - w.span;

-- scope: platform
-- name: rates_of
SELECT subject, taken FROM form_rates
WHERE subject = ANY(:subjects) AND began > now() - interval '10 minutes';

-- scope: platform
-- name: forget_rates!
DELETE FROM form_rates WHERE began < now() - interval '2 days';
