-- What owners see of their leads' deliveries, and do about them: the log, another try, the secrets of their webhooks.
-- compatible_from: 0049

INSERT INTO owner_rows (table_name, seen)
SELECT name, 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))'
FROM unnest(ARRAY['lead_attempts', 'form_webhooks']) AS name;
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON lead_attempts TO tapsite_console'),
    ('GRANT SELECT (submission_id, lease), INSERT (website_id, kind, submission_id), UPDATE (attempts, next_at) ON outbox TO tapsite_console'),
    ('GRANT SELECT, UPDATE (owner_id, key_id, generation, former_key_id, rotated_at, disabled_at, disabled_why) ON form_webhooks '
        'TO tapsite_console');
