-- Forms of a site, and what visitors send with them.

-- A site's own form stands before one that is offered to all; an own one that is switched off hides both.
-- scope: site
-- name: forms_by_key
SELECT DISTINCT ON (k.key) k.key, f.form_type, f.is_active,
       CASE WHEN NOT is_oversized(f.fields) THEN f.fields END AS fields,
       CASE WHEN NOT is_oversized(f.settings) THEN f.settings END AS settings
FROM unnest(:keys::text[]) AS k (key)
JOIN form_templates f ON f.form_type = k.key OR f.id::text = k.key
WHERE f.website_id = :website_id OR f.website_id IS NULL
ORDER BY k.key, f.website_id IS NULL, f.is_active DESC, f.created_at DESC, f.id;

-- What waited on disk comes later than it was sent, and perhaps after what was sent later.
-- The row lock makes a second one wait until the first is stored, or is not.
-- scope: site
-- name: take_receipt$
INSERT INTO form_receipts (website_id, digest, submission_id, received_at)
VALUES (:website_id, :digest, :submission_id, :received_at)
ON CONFLICT (website_id, digest) DO UPDATE SET submission_id = excluded.submission_id, received_at = excluded.received_at
WHERE excluded.received_at NOT BETWEEN form_receipts.received_at - interval '10 minutes'
    AND form_receipts.received_at + interval '10 minutes'
RETURNING submission_id;

-- scope: site
-- name: receipt$
SELECT submission_id FROM form_receipts WHERE website_id = :website_id AND digest = :digest;

-- Of what was erased meanwhile: sent again, it is new.
-- scope: site
-- name: forget_receipt!
DELETE FROM form_receipts
WHERE website_id = :website_id AND digest = :digest AND NOT EXISTS (SELECT FROM form_submissions WHERE id = :submission_id);

-- scope: site
-- name: forget_receipts!
DELETE FROM form_receipts WHERE website_id = :website_id AND received_at < now() - interval '1 day';

-- scope: site
-- name: insert_submission$
INSERT INTO form_submissions (
    id, website_id, form_type, submitter_name, submitter_email, submitter_phone, data, ip_address, user_agent,
    referrer_url, created_at, status
)
SELECT :id, :website_id, :form_type, :name, :email, :phone, :data, :address, :user_agent, :referrer, :received_at, :status
WHERE NOT EXISTS (
    SELECT FROM form_erasures WHERE website_id = :website_id AND submission_id = :id AND erased_at > :received_at)
ON CONFLICT (id) DO NOTHING
RETURNING id;

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
