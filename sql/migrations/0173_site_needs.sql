-- What of a site waits for its owner, for who has many of them.
-- compatible_from: 0104

CREATE VIEW site_needs WITH (security_invoker = true) AS
SELECT w.id AS website_id, w.user_id,
       EXISTS (SELECT FROM form_submissions f WHERE f.website_id = w.id AND f.status = 'new') AS has_new_leads,
       EXISTS (SELECT FROM website_domains d WHERE d.website_id = w.id AND d.failing_since IS NOT NULL) AS domain_fails,
       EXISTS (
            SELECT FROM lead_attempts a
            WHERE a.website_id = w.id AND a.attempted_at > now() - interval '7 days'
                AND (a.outcome = 'failed' OR (a.outcome = 'skipped' AND a.said LIKE 'the webhook is disabled%'))
                AND NOT EXISTS (
                    SELECT FROM lead_attempts b
                    WHERE b.website_id = w.id AND b.attempted_at > a.attempted_at AND b.channel = a.channel AND b.outcome = 'delivered')
       ) AS channel_fails
FROM websites w
WHERE w.deleted_at IS NULL;
COMMENT ON VIEW site_needs IS 'What of a site waits for its owner. Read by the console.';
COMMENT ON COLUMN site_needs.has_new_leads IS 'A lead that nobody read.';
COMMENT ON COLUMN site_needs.domain_fails IS 'The record of a host of its own is missing, whether the host still serves or no longer.';
COMMENT ON COLUMN site_needs.channel_fails IS 'A lead of the last week did not get to its owner, and none got there by the same channel since.';
INSERT INTO role_rights (statement) VALUES ('GRANT SELECT ON site_needs TO tapsite_console');
