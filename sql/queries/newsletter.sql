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

-- scope: site
-- name: newest_subscribers
SELECT id, email, page, confirmed_at FROM newsletter_subscribers
WHERE website_id = :website_id AND confirmed_at IS NOT NULL
ORDER BY confirmed_at DESC, id DESC LIMIT :most OFFSET :skip;

-- scope: site
-- name: subscribers_after
SELECT id, email, page, confirmed_at FROM newsletter_subscribers
WHERE website_id = :website_id AND (confirmed_at, id) > (:after_at::timestamptz, :after_id::uuid)
ORDER BY confirmed_at, id LIMIT :most;

-- scope: site
-- name: count_subscribers$
SELECT count(*) FROM newsletter_subscribers WHERE website_id = :website_id AND confirmed_at IS NOT NULL;

-- scope: site
-- name: remove_subscriber$
DELETE FROM newsletter_subscribers WHERE website_id = :website_id AND id = :subscriber RETURNING true;
