-- Related posts of a rare label, where another site's label has most of the links.
-- compatible_from: 0033

-- The plan is made for a label of average size: where a few have nearly all links, reading the table until twenty are found looks cheap
-- to the planner, and reads all sites' links for a label that has three.
ALTER FUNCTION related_posts(uuid, uuid, integer) SET enable_seqscan = off;
