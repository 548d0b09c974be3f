-- Leads as their site's owner reads them.

-- Newest first. `after` is the last one of the page before; without it the first page.
-- scope: site
-- name: leads
SELECT s.id, s.form_type, s.status, s.submitter_name, s.submitter_email, s.submitter_phone,
       readable_time(s.created_at) AS received_at, s.created_at::text AS place,
       CASE WHEN NOT is_oversized(s.data) AND length(s.data::text) <= 40000 THEN s.data END AS data
FROM form_submissions s
WHERE s.website_id = :website_id
    AND (s.created_at, s.id) < (coalesce(:after_at::text::timestamptz, 'infinity'), coalesce(:after_id::uuid, :last_id))
    AND (s.created_at >= :since::timestamptz) IS NOT FALSE AND (s.created_at < :until::timestamptz) IS NOT FALSE
    AND s.status = ANY(:statuses::text[])
    AND (:form_type::text IS NULL OR s.form_type = :form_type)
    AND (:ids::uuid[] IS NULL OR s.id = ANY(:ids))
    AND (:words::text IS NULL OR s.words @@ lead_query(:website_id, :words))
ORDER BY s.created_at DESC, s.id DESC
LIMIT :most;

-- A list of one status follows its own index: spam is rare among leads, or leads among spam.
-- scope: site
-- name: leads_of_status
SELECT s.id, s.form_type, s.status, s.submitter_name, s.submitter_email, s.submitter_phone,
       readable_time(s.created_at) AS received_at, s.created_at::text AS place,
       CASE WHEN NOT is_oversized(s.data) AND length(s.data::text) <= 40000 THEN s.data END AS data
FROM form_submissions s
WHERE s.website_id = :website_id
    AND (s.created_at, s.id) < (coalesce(:after_at::text::timestamptz, 'infinity'), coalesce(:after_id::uuid, :last_id))
    AND (s.created_at >= :since::timestamptz) IS NOT FALSE AND (s.created_at < :until::timestamptz) IS NOT FALSE
    AND s.status = :status
    AND (:form_type::text IS NULL OR s.form_type = :form_type)
    AND (:ids::uuid[] IS NULL OR s.id = ANY(:ids))
    AND (:words::text IS NULL OR s.words @@ lead_query(:website_id, :words))
ORDER BY s.created_at DESC, s.id DESC
LIMIT :most;

-- Zones as an owner's sites spell them: the days of a list over all sites are each site's own.
-- scope: owner
-- name: zones_of_owner
SELECT DISTINCT left(config ->> 'timezone', 64) AS zone FROM websites WHERE user_id = :user_id AND deleted_at IS NULL;

-- Types of the forms that an owner's sites have.
-- scope: owner
-- name: form_types_of_owner
SELECT DISTINCT f.form_type FROM form_templates f JOIN websites w ON w.id = f.website_id
WHERE w.user_id = :user_id AND w.deleted_at IS NULL AND f.form_type <> ''
ORDER BY f.form_type
LIMIT 50;

-- Of all sites of an owner, those whose title or address has `site`; or those of `ids`. The newest leads of all are among those of as
-- many sites and statuses as have the newest one: no other gives more than its first, by its index. `sinces` and `untils` are the moments
-- of each of `zones`; `bound` is where a site's list begins, whose id nothing is before where that is the end of the days.
-- scope: owner
-- name: leads_of_owner
WITH site AS MATERIALIZED (
    SELECT w.id, coalesce(d.since, '-infinity') AS since, d.until,
           least(coalesce(:after_at::text::timestamptz, 'infinity'), d.until) AS bound_at,
           CASE WHEN d.until <= coalesce(:after_at::text::timestamptz, 'infinity') THEN '00000000-0000-0000-0000-000000000000'::uuid
               ELSE coalesce(:after_id::uuid, :last_id) END AS bound_id
    FROM websites w
    LEFT JOIN unnest(:zones::text[], :sinces::timestamptz[], :untils::timestamptz[]) AS d (zone, since, until)
        ON d.zone IS NOT DISTINCT FROM left(w.config ->> 'timezone', 64)
    WHERE w.user_id = :user_id AND w.deleted_at IS NULL
        AND (:site::text = '' OR strpos(lower(concat_ws(' ', w.title, w.subdomain)), :site) > 0
            OR EXISTS (SELECT FROM website_domains d WHERE d.website_id = w.id AND strpos(d.host, :site) > 0))
), heads AS MATERIALIZED (
    SELECT w.id, wanted.status
    FROM site w CROSS JOIN unnest(:statuses::text[]) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT s.id, s.created_at FROM form_submissions s
        WHERE s.website_id = w.id AND s.status = wanted.status AND (s.created_at, s.id) < (w.bound_at, w.bound_id)
            AND s.created_at >= w.since AND (:form_type::text IS NULL OR s.form_type = :form_type)
        ORDER BY s.created_at DESC, s.id DESC
        LIMIT 1) AS l
    WHERE :ids::uuid[] IS NULL
    ORDER BY l.created_at DESC, l.id DESC
    LIMIT :most
), newest AS (
    (SELECT l.id
    FROM heads h JOIN site w ON w.id = h.id CROSS JOIN LATERAL (
        SELECT s.id, s.created_at FROM form_submissions s
        WHERE s.website_id = h.id AND s.status = h.status AND (s.created_at, s.id) < (w.bound_at, w.bound_id)
            AND s.created_at >= w.since AND (:form_type::text IS NULL OR s.form_type = :form_type)
        ORDER BY s.created_at DESC, s.id DESC
        LIMIT :most) AS l
    ORDER BY l.created_at DESC, l.id DESC
    LIMIT :most)
    UNION ALL
    SELECT s.id FROM form_submissions s JOIN site w ON w.id = s.website_id
    WHERE s.id = ANY(:ids::uuid[]) AND s.created_at >= w.since AND (s.created_at < w.until) IS NOT FALSE
        AND (:form_type::text IS NULL OR s.form_type = :form_type)
)
SELECT s.id, s.form_type, s.status, s.submitter_name, s.submitter_email, s.submitter_phone,
       readable_time(s.created_at) AS received_at, s.created_at::text AS place,
       CASE WHEN NOT is_oversized(s.data) AND length(s.data::text) <= 40000 THEN s.data END AS data,
       w.id AS website_id, left(coalesce(nullif(btrim(w.title), ''), w.subdomain), 200) AS site_title,
       left(w.config ->> 'timezone', 64) AS zone
FROM newest n JOIN form_submissions s ON s.id = n.id JOIN websites w ON w.id = s.website_id
WHERE w.user_id = :user_id AND w.deleted_at IS NULL
ORDER BY s.created_at DESC, s.id DESC
LIMIT :most;

-- At most so many: what more leads have is found soonest by reading the newest.
-- scope: site
-- name: leads_with_words
SELECT found AS id FROM leads_with_words(:website_id, :words, :most) AS found;

-- One by one: the planner expects a thousand of them, and would read all leads of everybody for that.
-- scope: owner
-- name: leads_of_owner_with_words
SELECT s.id, s.created_at::text AS place
FROM owner_leads_with_words(
    :words, :statuses::text[], :site, coalesce(:after_at::text::timestamptz, 'infinity'), coalesce(:after_id::uuid, :last_id), :most
) AS f (id) CROSS JOIN LATERAL (SELECT l.id, l.created_at FROM form_submissions l WHERE l.id = f.id LIMIT 1) AS s
WHERE :user_id::uuid = (SELECT app_user_id())
ORDER BY s.created_at DESC, s.id DESC;

-- As many as are worth saying.
-- scope: site
-- name: counts
SELECT wanted.status,
       (SELECT count(*) FROM (
            SELECT FROM form_submissions s WHERE s.website_id = :website_id AND s.status = wanted.status LIMIT :most
        ) AS found) AS found
FROM unnest(ARRAY['new', 'read', 'replied', 'archived', 'spam']) AS wanted (status);

-- scope: owner
-- name: counts_of_owner
SELECT wanted.status,
       (SELECT count(*) FROM (
            SELECT FROM websites w JOIN form_submissions s ON s.website_id = w.id
            WHERE w.user_id = :user_id AND w.deleted_at IS NULL AND s.status = wanted.status LIMIT :most
        ) AS found) AS found
FROM unnest(ARRAY['new', 'spam']) AS wanted (status);

-- scope: site
-- name: form_types
SELECT DISTINCT form_type FROM (
    SELECT form_type FROM form_submissions WHERE website_id = :website_id ORDER BY created_at DESC, id DESC LIMIT 2000
) AS newest
ORDER BY form_type
LIMIT 20;

-- scope: site
-- name: lead^
SELECT s.id, s.form_type, s.status, s.submitter_name, s.submitter_email, s.submitter_phone,
       readable_time(s.created_at) AS received_at, s.referrer_url, s.ai_summary, s.ai_sentiment, s.email_notified,
       s.whatsapp_notified, s.webhook_called, CASE WHEN NOT is_oversized(s.data) THEN s.data END AS data
FROM form_submissions s
WHERE s.website_id = :website_id AND s.id = :lead_id;

-- scope: site
-- name: changes
SELECT user_id, was, became, changed_at FROM lead_changes
WHERE website_id = :website_id AND submission_id = :lead_id
ORDER BY id DESC
LIMIT 50;

-- scope: site
-- name: set_status
UPDATE form_submissions SET status = :status
WHERE website_id = :website_id AND id = ANY(:lead_ids::uuid[]) AND status <> :status
RETURNING id;

-- scope: owner
-- name: set_status_of_owner
UPDATE form_submissions s SET status = :status
FROM websites w
WHERE w.id = s.website_id AND w.user_id = :user_id AND w.deleted_at IS NULL AND s.id = ANY(:lead_ids::uuid[]) AND s.status <> :status
RETURNING s.id;

-- scope: site
-- name: open_lead!
UPDATE form_submissions SET status = 'read'
WHERE website_id = :website_id AND id = :lead_id AND status = 'new';

-- The log names the lead, and nothing that was in it.
-- scope: site
-- name: erase_lead$
WITH gone AS (
    DELETE FROM form_submissions WHERE website_id = :website_id AND id = :lead_id RETURNING id, form_type, status, created_at
)
INSERT INTO audit_logs (action, entity_type, entity_id, user_id, old_values, changes_summary)
SELECT 'lead.erased', 'form_submission', id, :user_id,
       jsonb_build_object('website_id', :website_id::uuid, 'form_type', form_type, 'status', status, 'received_at', created_at),
       'erased on request'
FROM gone
RETURNING entity_id;

-- The questions that leads of a list were asked, for the columns of a table.
-- scope: site
-- name: question_names
SELECT key FROM (
    SELECT answers.key, min(answers.place) AS place, count(*) AS asked
    FROM (
        SELECT data FROM form_submissions
        WHERE website_id = :website_id AND jsonb_typeof(data) = 'object' AND status = ANY(:statuses::text[])
            AND (:form_type::text IS NULL OR form_type = :form_type)
        ORDER BY created_at DESC
        LIMIT 20000
    ) AS s, jsonb_object_keys(s.data) WITH ORDINALITY AS answers (key, place)
    WHERE answers.key NOT LIKE '\_%'
    GROUP BY answers.key
    ORDER BY asked DESC
    LIMIT :most
) AS names
ORDER BY place, key;
