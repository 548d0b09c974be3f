-- Whether a channel fails is told from one look at a week's attempts: each that failed was held against all that came after it.
-- compatible_from: 0104

CREATE OR REPLACE VIEW site_needs WITH (security_invoker = true) AS
SELECT w.id AS website_id, w.user_id,
       EXISTS (SELECT FROM form_submissions f WHERE f.website_id = w.id AND f.status = 'new') AS has_new_leads,
       EXISTS (SELECT FROM website_domains d WHERE d.website_id = w.id AND d.failing_since IS NOT NULL) AS domain_fails,
       EXISTS (
            SELECT FROM lead_attempts a
            WHERE a.website_id = w.id AND a.attempted_at > now() - interval '7 days'
            GROUP BY a.channel
            HAVING max(a.attempted_at) FILTER (WHERE a.outcome = 'failed' OR (a.outcome = 'skipped' AND a.said LIKE 'the webhook is disabled%'))
                >= coalesce(max(a.attempted_at) FILTER (WHERE a.outcome = 'delivered'), '-infinity')
       ) AS channel_fails
FROM websites w
WHERE w.deleted_at IS NULL;
