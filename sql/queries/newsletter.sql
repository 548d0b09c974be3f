-- Subscribers of a site's newsletter.

-- scope: site
-- name: claimed_subscriber^
SELECT id, email, page, nonce FROM claimed_subscriber(:website_id, :job);

-- scope: site
-- name: may_ask_subscriber$
SELECT may_ask_subscriber(:website_id, :job, :recipient);

-- scope: site
-- name: confirm_subscriber$
SELECT confirm_subscriber(:website_id, :subscriber, :proof);

-- scope: site
-- name: leave_newsletter$
SELECT leave_newsletter(:website_id, :subscriber);

-- scope: site
-- name: subscribers
SELECT id, email, page, confirmed_at FROM newsletter_subscribers
WHERE website_id = :website_id AND confirmed_at IS NOT NULL
ORDER BY confirmed_at, id;
