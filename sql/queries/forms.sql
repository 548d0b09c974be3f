-- Forms of a site, and what visitors send with them.

-- A site's own form stands before one that is offered to all; an own one that is switched off hides both.
-- scope: site
-- name: forms_by_key
SELECT DISTINCT ON (k.key) k.key, f.form_type, f.is_active, f.name,
       CASE WHEN NOT is_oversized(f.fields) THEN f.fields END AS fields,
       CASE WHEN NOT is_oversized(f.settings) THEN f.settings END AS settings
FROM unnest(:keys::text[]) AS k (key)
JOIN form_templates f ON f.form_type = k.key OR f.id::text = k.key
WHERE f.website_id = :website_id OR f.website_id IS NULL
ORDER BY k.key, f.website_id IS NULL, f.is_active DESC, f.created_at DESC, f.id;

-- scope: site
-- name: store_lead$
SELECT store_lead(:website_id, :id, :digest, :received_at, :form_type, :name, :email, :phone, :data, :address, :user_agent,
    :referrer, :status);

-- A challenge is solved once.
-- scope: site
-- name: take_proof$
INSERT INTO form_receipts (website_id, digest, submission_id) VALUES (:website_id, :digest, gen_random_uuid())
ON CONFLICT (website_id, digest) DO NOTHING
RETURNING website_id;

-- What was sent from a preview.
-- scope: site
-- name: insert_test!
INSERT INTO test_submissions (id, website_id, form_type, data) VALUES (:id, :website_id, :form_type, :data);

-- scope: site
-- name: forget_tests!
DELETE FROM test_submissions
WHERE website_id = :website_id AND id NOT IN (
    SELECT id FROM test_submissions WHERE website_id = :website_id ORDER BY created_at DESC, id LIMIT 50);

-- A lead's sender withdraws the consent: nothing of it is kept, and what still waits is never delivered.
-- scope: site
-- name: withdraw_consent$
SELECT withdraw_consent(:website_id, :submission_id, :user_id);
