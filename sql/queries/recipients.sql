-- Who else gets a site's leads by mail.

-- scope: site
-- name: claimed_recipients$
SELECT claimed_recipients(:website_id, :job, :addresses::text[]);

-- scope: site
-- name: claimed_recipient^
SELECT id, email, nonce FROM claimed_recipient(:website_id, :job);

-- scope: site
-- name: may_ask_recipient$
SELECT may_ask_recipient(:website_id, :job, :recipient);

-- scope: site
-- name: confirm_recipient$
SELECT confirm_recipient(:website_id, :recipient, :proof);
