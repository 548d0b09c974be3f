-- What is forgotten of leads, whosever they are.

-- scope: platform
-- name: erasures
SELECT website_id, submission_id, erased_at FROM form_erasures WHERE erased_at > :since ORDER BY erased_at LIMIT 10000;

-- scope: platform
-- name: known_leads
SELECT id FROM form_submissions WHERE id = ANY(:ids::uuid[]);

-- scope: platform
-- name: blank_lead_addresses$
SELECT blank_lead_addresses(:days, :most);

-- scope: platform
-- name: purge_leads$
SELECT purge_leads(:most);

-- scope: platform
-- name: prune_newsletter$
SELECT prune_newsletter();
