-- Deliveries of a site's leads, for its owner.

-- scope: site
-- name: leads_of_site
SELECT id, form_type, status, created_at, coalesce(email_notified, false) AS email, coalesce(webhook_called, false) AS webhook,
       coalesce(whatsapp_notified, false) AS whatsapp,
       EXISTS (
            SELECT FROM outbox o
            WHERE o.submission_id = s.id AND o.state = 'waiting' AND o.kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp')
       ) AS waits
FROM form_submissions s
WHERE website_id = :website_id
ORDER BY created_at DESC, id
LIMIT :most;

-- scope: site
-- name: find_lead$
SELECT id FROM form_submissions
WHERE website_id = :website_id AND replace(id::text, '-', '') LIKE lower(replace(:reference::text, '-', '')) || '%'
ORDER BY created_at DESC LIMIT 1;

-- scope: site
-- name: attempts_of_lead
SELECT channel, outcome, said, attempted_at FROM lead_attempts
WHERE website_id = :website_id AND submission_id = :submission_id
ORDER BY id;

-- Deliveries alone: what else is done about a lead is no channel.
-- scope: site
-- name: waiting_of_lead
SELECT substr(kind, 6) AS channel, attempts, deaths, next_at FROM outbox
WHERE website_id = :website_id AND submission_id = :submission_id AND state = 'waiting'
    AND kind IN ('lead_email', 'lead_webhook', 'lead_whatsapp')
ORDER BY kind;

-- What waits is tried at once, from the beginning of its schedule; for the rest there are new jobs. `again`: also those that
-- were confirmed.
-- scope: site
-- name: replay$
WITH wanted AS (
    SELECT s.id FROM form_submissions s
    WHERE s.website_id = :website_id AND s.status IS DISTINCT FROM 'spam'
        AND (:submission_id::uuid IS NULL OR s.id = :submission_id)
        AND (:since::timestamptz IS NULL OR s.created_at >= :since) AND (:until::timestamptz IS NULL OR s.created_at < :until)
        AND (:again OR NOT coalesce(CASE :channel::text WHEN 'email' THEN s.email_notified WHEN 'webhook' THEN s.webhook_called
            ELSE s.whatsapp_notified END, false))
    ORDER BY s.created_at, s.id
    LIMIT :most
), hurried AS (
    UPDATE outbox o SET attempts = 0, deaths = 0, next_at = now() FROM wanted
    WHERE o.website_id = :website_id AND o.submission_id = wanted.id AND o.kind = 'lead_' || :channel AND o.state = 'waiting'
        AND o.lease IS NULL
    RETURNING o.submission_id
), made AS (
    INSERT INTO outbox (website_id, kind, submission_id)
    SELECT :website_id, 'lead_' || :channel, wanted.id FROM wanted
    WHERE NOT EXISTS (
        SELECT FROM outbox o WHERE o.submission_id = wanted.id AND o.kind = 'lead_' || :channel AND o.state = 'waiting')
    RETURNING submission_id
)
SELECT (SELECT count(*) FROM hurried) + (SELECT count(*) FROM made) AS count;

-- scope: site
-- name: webhooks_of_site
SELECT id, url, owner_id, key_id, generation, former_key_id, rotated_at, disabled_at, disabled_why FROM form_webhooks
WHERE website_id = :website_id ORDER BY created_at, id;

-- Before anything was sent there, so that its owner can set up the receiver first.
-- scope: site
-- name: add_webhook!
INSERT INTO form_webhooks (website_id, url, owner_id, key_id)
SELECT w.id, :url::text, w.user_id, :key_id FROM websites w
WHERE w.id = :website_id AND NOT EXISTS (
    SELECT FROM form_webhooks h WHERE h.website_id = w.id AND md5(h.url) = md5(:url::text))
ON CONFLICT DO NOTHING;

-- The former secret signs for a day more, if it was the same owner's.
-- scope: site
-- name: rotate_webhook^
UPDATE form_webhooks h
SET former_key_id = CASE WHEN h.owner_id = w.user_id AND NOT :at_once THEN h.key_id END, key_id = :key_id,
    generation = h.generation + 1, owner_id = w.user_id, rotated_at = now(), disabled_at = NULL, disabled_why = NULL
FROM websites w
WHERE h.website_id = :website_id AND w.id = h.website_id AND h.id = :webhook
RETURNING h.id, h.url, h.owner_id, h.key_id, h.generation, h.former_key_id, h.rotated_at, h.disabled_at, h.disabled_why;

-- In the same hands it keeps its secret.
-- scope: site
-- name: enable_webhook!
UPDATE form_webhooks h SET disabled_at = NULL, disabled_why = NULL
FROM websites w
WHERE h.website_id = :website_id AND w.id = h.website_id AND h.id = :webhook AND h.owner_id = w.user_id AND h.key_id <> ''
    AND h.disabled_why <> 'owner';
