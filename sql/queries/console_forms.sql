-- A site's forms as their owner sets them: what they say, and where what is sent goes.

-- Who changes a form of the site waits for whoever is at it.
-- scope: owner
-- name: lock_site$
SELECT id FROM websites WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL FOR UPDATE;

-- scope: site
-- name: lock_forms!
SELECT id FROM form_templates WHERE website_id = :website_id FOR UPDATE;

-- The site's own before those that are offered to all, in the order in which visitors get them.
-- scope: site
-- name: forms
SELECT f.id, f.website_id IS NOT NULL AS is_own, f.form_type, f.name, f.is_active IS NOT FALSE AS is_on,
       is_oversized(f.fields) OR is_oversized(f.settings) AS is_oversized,
       CASE WHEN NOT is_oversized(f.fields) THEN f.fields END AS fields,
       CASE WHEN NOT is_oversized(f.settings) THEN f.settings END AS settings
FROM form_templates f
WHERE f.website_id = :website_id OR f.website_id IS NULL
ORDER BY f.website_id IS NULL, f.is_active DESC, f.created_at DESC, f.id
LIMIT :most;

-- scope: site
-- name: write_settings!
UPDATE form_templates SET settings = :settings::jsonb WHERE website_id = :website_id AND id = :form;

-- scope: site
-- name: add_form!
INSERT INTO form_templates (website_id, name, form_type, fields, settings)
VALUES (:website_id, :name, :form_type, :fields::jsonb, :settings::jsonb);

-- scope: site
-- name: switch_form!
UPDATE form_templates SET is_active = :is_on
WHERE website_id = :website_id AND (id = :form OR :form::uuid IS NULL AND form_type = :form_type);

-- scope: owner
-- name: recipients
SELECT r.email, r.asked, r.confirmed_at IS NOT NULL AS has_agreed FROM lead_recipients r
WHERE r.website_id = :website_id AND r.owner_id = :user_id
LIMIT 500;

-- scope: site
-- name: invite_recipients$
SELECT invite_recipients(:website_id, :addresses::text[]);

-- scope: owner
-- name: is_confirmed$
SELECT EXISTS (SELECT FROM lead_numbers n WHERE n.website_id = :website_id AND n.owner_id = :user_id AND n.number = :number);

-- scope: site
-- name: confirm_number$
SELECT confirm_number(:website_id, :number);

-- What the owner's tier has. A tier that lapsed has the channels of free, and loses no lead.
-- scope: owner
-- name: rights^
SELECT c.value -> CASE WHEN u.subscription_tier <> 'free' AND u.subscription_expires_at <= now() THEN 'free'
                       ELSE coalesce(u.subscription_tier, 'free') END -> 'form_channels' AS channels,
       c.value -> coalesce(u.subscription_tier, 'free') -> 'retention_days' AS days
FROM users u LEFT JOIN system_config c ON c.key = 'tier_rights'
WHERE u.id = :user_id;

-- How long leads are kept, among all else that the settings say. What is oversized is edited by nobody.
-- scope: owner
-- name: live_config^
SELECT config FROM websites
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL AND NOT 'config' = ANY(oversized);

-- The same, for who is going to change it.
-- scope: owner
-- name: held_config^
SELECT config FROM websites
WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL AND NOT 'config' = ANY(oversized)
FOR UPDATE;

-- scope: owner
-- name: write_config!
UPDATE websites SET config = :config::jsonb WHERE id = :website_id AND user_id = :user_id AND deleted_at IS NULL;

-- scope: site
-- name: older_leads$
SELECT count(*) FROM form_submissions
WHERE website_id = :website_id AND created_at < now() - make_interval(days => :days::integer);
