-- A referrer is looked up by the index whatever is known of the list: before it was analysed, all of it was read for each.
-- compatible_from: 0104

ALTER FUNCTION referrer_origins(text[], text[], boolean[]) SET enable_seqscan = off;
ALTER FUNCTION referrer_origins(text[], text[], boolean[]) SET enable_hashjoin = off;
ALTER FUNCTION referrer_origins(text[], text[], boolean[]) SET enable_mergejoin = off;
