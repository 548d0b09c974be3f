-- Forms of a site, and what visitors send with them.

-- A site's own form stands before one that is offered to all; an own one that is switched off hides both.
-- scope: site
-- name: form_by_key^
SELECT form_type, is_active, CASE WHEN NOT is_oversized(fields) THEN fields END AS fields,
       CASE WHEN NOT is_oversized(settings) THEN settings END AS settings
FROM form_templates
WHERE (website_id = :website_id OR website_id IS NULL) AND (form_type = :key OR id::text = :key)
ORDER BY website_id IS NULL, is_active DESC, created_at DESC, id
LIMIT 1;

-- The row lock makes a second one wait until the first is stored, or is not.
-- scope: site
-- name: take_receipt$
INSERT INTO form_receipts (website_id, digest, submission_id) VALUES (:website_id, :digest, :submission_id)
ON CONFLICT (website_id, digest) DO UPDATE SET submission_id = excluded.submission_id, received_at = now()
WHERE form_receipts.received_at < now() - interval '10 minutes'
RETURNING submission_id;

-- scope: site
-- name: receipt$
SELECT submission_id FROM form_receipts WHERE website_id = :website_id AND digest = :digest;

-- scope: site
-- name: forget_receipts!
DELETE FROM form_receipts WHERE website_id = :website_id AND received_at < now() - interval '1 day';

-- scope: site
-- name: insert_submission!
INSERT INTO form_submissions (
    id, website_id, form_type, submitter_name, submitter_email, submitter_phone, data, ip_address, user_agent, referrer_url
) VALUES (
    :id, :website_id, :form_type, :name, :email, :phone, :data, :address, :user_agent, :referrer
);
