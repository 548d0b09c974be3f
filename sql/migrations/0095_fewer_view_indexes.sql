-- A view stands in fewer indexes: what is read of visitors is read by site and time.
-- compatible_from: 0065

-- Sessions after midnight were looked up by their visitor. A label is another each day, so each of them lay at another place of
-- the index: more than a third of what storing a view took. session_id is never written; sessions are computed.
DROP INDEX idx_page_views_visitor;
DROP INDEX idx_page_views_session;

CREATE OR REPLACE FUNCTION midnight_crossings(website_ids uuid[], midnights timestamptz[], ends timestamptz[])
RETURNS TABLE (website_id uuid, midnight timestamptz, evening_hash text, morning_hash text, evening_at timestamptz, views integer, seconds integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH night AS MATERIALIZED (
        SELECT * FROM unnest(website_ids, midnights, ends) AS n (website_id, midnight, ends)
    ), morning AS MATERIALIZED (
        -- Night by night, so that each looks at its half hours in the index and at nothing else; once, so that no evening is
        -- read again for each visitor of the morning.
        SELECT n.website_id, n.midnight, n.ends, m.* FROM night n CROSS JOIN LATERAL (
            SELECT v.visitor_hash, max(v.earlier_hash) AS earlier_hash, min(v.created_at) AS first_at
            FROM page_views v
            WHERE v.website_id = n.website_id AND v.visitor_hash IS NOT NULL
                AND v.created_at >= n.midnight AND v.created_at < n.midnight + interval '30 minutes'
            GROUP BY v.visitor_hash HAVING max(v.earlier_hash) IS NOT NULL
        ) AS m
    ), evening AS MATERIALIZED (
        SELECT n.website_id, n.midnight, e.* FROM night n CROSS JOIN LATERAL (
            SELECT v.visitor_hash, max(v.created_at) AS last_at
            FROM page_views v
            WHERE v.website_id = n.website_id AND v.visitor_hash IS NOT NULL
                AND v.created_at > n.midnight - interval '30 minutes' AND v.created_at < n.midnight
            GROUP BY v.visitor_hash
        ) AS e
    ), crossing AS MATERIALIZED (
        SELECT DISTINCT ON (m.website_id, m.midnight, e.visitor_hash)
            m.website_id, m.midnight, m.ends, e.visitor_hash AS evening_hash, m.visitor_hash AS morning_hash, e.last_at
        FROM morning m JOIN evening e ON e.website_id = m.website_id AND e.midnight = m.midnight AND e.visitor_hash = m.earlier_hash
        WHERE e.last_at > m.first_at - interval '30 minutes'
        ORDER BY m.website_id, m.midnight, e.visitor_hash, m.visitor_hash
    ), soon AS MATERIALIZED (
        -- Most sessions end within these hours. A night's views are read once for all its sessions.
        SELECT n.website_id, n.midnight, v.visitor_hash, v.created_at, v.id
        FROM (SELECT DISTINCT c.website_id, c.midnight, c.ends FROM crossing c) AS n CROSS JOIN LATERAL (
            SELECT v.visitor_hash, v.created_at, v.id FROM page_views v
            WHERE v.website_id = n.website_id AND v.visitor_hash IS NOT NULL
                AND v.created_at >= n.midnight AND v.created_at < least(n.midnight + interval '3 hours', n.ends)
        ) AS v
    ), long AS MATERIALIZED (
        -- Who was there in the last half hour of them may have gone on.
        SELECT c.website_id, c.midnight, c.ends, c.morning_hash
        FROM crossing c JOIN soon s ON s.website_id = c.website_id AND s.midnight = c.midnight AND s.visitor_hash = c.morning_hash
        GROUP BY c.website_id, c.midnight, c.ends, c.morning_hash
        HAVING max(s.created_at) > c.midnight + interval '150 minutes'
    ), later AS MATERIALIZED (
        SELECT n.website_id, n.midnight, v.visitor_hash, v.created_at, v.id
        FROM (SELECT DISTINCT l.website_id, l.midnight, l.ends FROM long l) AS n CROSS JOIN LATERAL (
            SELECT v.visitor_hash, v.created_at, v.id FROM page_views v
            WHERE v.website_id = n.website_id AND v.visitor_hash IS NOT NULL
                AND v.created_at >= n.midnight + interval '3 hours' AND v.created_at < n.ends
        ) AS v
        JOIN long l ON l.website_id = n.website_id AND l.midnight = n.midnight AND l.morning_hash = v.visitor_hash
    ), after AS (
        SELECT c.website_id, c.midnight, c.evening_hash, c.morning_hash, c.last_at, v.id, v.created_at,
            v.created_at - lag(v.created_at) OVER visits >= interval '30 minutes' AS begins
        FROM crossing c JOIN (SELECT * FROM soon UNION ALL SELECT * FROM later) AS v
            ON v.website_id = c.website_id AND v.midnight = c.midnight AND v.visitor_hash = c.morning_hash
        WINDOW visits AS (PARTITION BY c.website_id, c.midnight, c.morning_hash ORDER BY v.created_at, v.id)
    ), counted AS (
        SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY a.website_id, a.midnight, a.morning_hash ORDER BY a.created_at, a.id) AS gaps
        FROM after a
    )
    SELECT c.website_id, c.midnight, c.evening_hash, c.morning_hash, c.last_at, count(*)::integer,
        floor(extract(epoch FROM max(c.created_at) - c.last_at))::integer
    FROM counted c WHERE c.gaps = 0
    GROUP BY c.website_id, c.midnight, c.evening_hash, c.morning_hash, c.last_at
$$;

COMMENT ON COLUMN page_views.session_id IS 'The seed''s. Never written: the roll-up computes sessions from hashes and times.';
