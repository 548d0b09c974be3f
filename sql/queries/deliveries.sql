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

-- scope: site
-- name: note_delivery$
SELECT note_delivery(:website_id, :job, :became, :why);

-- scope: site
-- name: note_insight$
SELECT note_insight(:website_id, :job, :summary, :sentiment);
