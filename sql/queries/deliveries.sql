-- Delivering leads, as the edge does it: what is read is bound to a job that is claimed.

-- scope: site
-- name: claimed_lead^
SELECT * FROM claimed_lead(:website_id, :job);

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
SELECT id, email, page, received_at FROM claimed_reply(:website_id, :job);

-- scope: site
-- name: may_reply$
SELECT may_reply(:website_id, :job, :recipient);

-- scope: site
-- name: number_is_confirmed$
SELECT number_is_confirmed(:website_id, :job, :number);

-- scope: site
-- name: note_recipients$
SELECT note_recipients(:website_id, :job, :accepted::text[], :refused::text[]);
