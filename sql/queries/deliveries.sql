-- Delivering leads, as the edge does it: what is read is bound to a job that is claimed.

-- With what its form is called by who made it, chosen as for visitors.
-- scope: site
-- name: claimed_lead^
SELECT l.*, (
    SELECT f.name FROM form_templates f
    WHERE (f.website_id = :website_id OR f.website_id IS NULL) AND (f.form_type = l.form_key OR f.id::text = l.form_key)
    ORDER BY f.website_id IS NULL, f.is_active DESC, f.created_at DESC, f.id
    LIMIT 1
) AS form_name
FROM claimed_lead(:website_id, :job) l;

-- scope: site
-- name: claimed_alert^
SELECT * FROM claimed_alert(:website_id, :job);

-- scope: site
-- name: claimed_webhook^
SELECT * FROM claimed_webhook(:website_id, :job, :ring_key);

-- scope: site
-- name: disable_webhook$
SELECT disable_webhook(:website_id, :webhook);

-- Of a claim, whose jobs may be of several sites.
-- scope: platform
-- name: note_deliveries
SELECT note_delivery(n.site, n.job, :became, :why) FROM unnest(:sites::uuid[], :jobs::uuid[]) AS n (site, job);

-- scope: site
-- name: note_insight$
SELECT note_insight(:website_id, :job, :summary, :sentiment);

-- scope: site
-- name: claimed_sender^
SELECT * FROM claimed_sender(:website_id, :job);

-- scope: site
-- name: note_verdict$
SELECT note_verdict(:website_id, :job, :verdict);

-- scope: site
-- name: claimed_reply^
SELECT r.id, r.email, r.page, r.received_at, l.settings
FROM claimed_reply(:website_id, :job) r LEFT JOIN claimed_lead(:website_id, :job) l ON true;

-- scope: site
-- name: may_reply$
SELECT may_reply(:website_id, :job, :recipient);

-- scope: site
-- name: number_is_confirmed$
SELECT number_is_confirmed(:website_id, :job, :number);

-- scope: site
-- name: note_recipients$
SELECT note_recipients(:website_id, :job, :accepted::text[], :refused::text[]);

-- scope: site
-- name: gather_jobs
SELECT id FROM gather_jobs(:website_id, :job, :most) AS id;

-- scope: site
-- name: settle_gathered$
SELECT settle_gathered(:website_id, :job, :others::uuid[], :became, :why);
