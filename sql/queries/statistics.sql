-- What a site's owner reads of its page views, from the tables that the roll-up writes. Days are the site's own.

-- scope: site
-- name: days
SELECT date, coalesce(page_views, 0) AS views, coalesce(unique_visitors, 0) AS visitors, coalesce(sessions, 0) AS sessions,
    coalesce(session_seconds, avg_session_duration_seconds::bigint * sessions, 0) AS session_seconds,
    coalesce(bounces, round(bounce_rate * sessions / 100)::integer, 0) AS bounces
FROM website_analytics_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date;

-- scope: site
-- name: pages
SELECT path AS name, sum(views)::bigint AS views, sum(entries)::bigint AS sessions, sum(visitors)::bigint AS visitors
FROM website_pages_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
GROUP BY path ORDER BY views DESC, name LIMIT :most;

-- Channels, and the sources behind them: `list` says which. Summed once, since reading the days is what costs.
-- scope: site
-- name: origins
WITH named AS MATERIALIZED (
    SELECT channel, name, sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors
    FROM website_referrers_daily
    WHERE website_id = :website_id AND date BETWEEN :first AND :last
    GROUP BY channel, name
)
(SELECT 'channels' AS list, channel AS name, '' AS detail, sum(views)::bigint AS views, sum(sessions)::bigint AS sessions,
    sum(visitors)::bigint AS visitors
FROM named GROUP BY channel ORDER BY 4 DESC, 2 LIMIT :most)
UNION ALL
(SELECT 'sources', name, channel, views::bigint, sessions::bigint, visitors::bigint
FROM named WHERE channel NOT IN ('direct', 'campaign') ORDER BY 4 DESC, 2, 3 LIMIT :most);

-- Countries, at most as many as there can be, and cities.
-- scope: site
-- name: places
WITH named AS MATERIALIZED (
    SELECT country, city, sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors
    FROM website_places_daily
    WHERE website_id = :website_id AND date BETWEEN :first AND :last
    GROUP BY country, city
)
(SELECT 'countries' AS list, country AS name, '' AS detail, sum(views)::bigint AS views, sum(sessions)::bigint AS sessions,
    sum(visitors)::bigint AS visitors
FROM named GROUP BY country ORDER BY 4 DESC, 2 LIMIT :most_countries)
UNION ALL
(SELECT 'cities', city, country, views::bigint, sessions::bigint, visitors::bigint
FROM named WHERE city <> '' ORDER BY 4 DESC, 2, 3 LIMIT :most);

-- Kinds of devices, and browsers.
-- scope: site
-- name: machines
WITH named AS MATERIALIZED (
    SELECT device, browser, sum(views) AS views, sum(sessions) AS sessions, sum(visitors) AS visitors
    FROM website_browsers_daily
    WHERE website_id = :website_id AND date BETWEEN :first AND :last
    GROUP BY device, browser
)
(SELECT 'devices' AS list, device AS name, '' AS detail, sum(views)::bigint AS views, sum(sessions)::bigint AS sessions,
    sum(visitors)::bigint AS visitors
FROM named GROUP BY device ORDER BY 4 DESC, 2 LIMIT :most)
UNION ALL
(SELECT 'browsers', browser, '', sum(views)::bigint, sum(sessions)::bigint, sum(visitors)::bigint
FROM named GROUP BY browser ORDER BY 4 DESC, 2 LIMIT :most);

-- scope: site
-- name: referrers
SELECT referrer AS name, sum(views)::bigint AS views, sum(sessions)::bigint AS sessions, sum(visitors)::bigint AS visitors
FROM website_referrers_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last AND referrer <> ''
GROUP BY referrer ORDER BY views DESC, name LIMIT :most;

-- scope: site
-- name: systems
SELECT os AS name, sum(views)::bigint AS views, sum(sessions)::bigint AS sessions, sum(visitors)::bigint AS visitors
FROM website_browsers_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
GROUP BY os ORDER BY views DESC, name LIMIT :most;

-- scope: site
-- name: campaigns
SELECT utm_campaign AS name, utm_source || CASE WHEN utm_medium <> '' THEN ' / ' || utm_medium ELSE '' END AS detail,
    sum(views)::bigint AS views, sum(sessions)::bigint AS sessions, sum(visitors)::bigint AS visitors
FROM website_campaigns_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
GROUP BY utm_campaign, utm_source, utm_medium ORDER BY views DESC, name, detail LIMIT :most;

-- Programs and visits that are no views, by reason.
-- scope: site
-- name: uncounted
SELECT reason AS name, sum(visits)::bigint AS views, 0::bigint AS sessions, 0::bigint AS visitors
FROM website_uncounted_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
GROUP BY reason ORDER BY views DESC, name LIMIT :most;

-- Links to the owner that were followed, by way, and forms that were sent.
-- scope: site
-- name: conversions
SELECT way AS name, sum(clicks)::bigint AS views, 0::bigint AS sessions, sum(visitors)::bigint AS visitors
FROM website_clicks_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
GROUP BY way
UNION ALL
SELECT 'form', count(*), 0, 0 FROM form_submissions
WHERE website_id = :website_id AND created_at >= :since AND created_at < :until AND status <> 'spam'
HAVING count(*) > 0
ORDER BY views DESC, name;

-- scope: site
-- name: live^
SELECT views, visitors FROM live_views(:website_id);

-- scope: site
-- name: zone$
SELECT left(config ->> 'timezone', 100) FROM websites WHERE id = :website_id;

-- scope: site
-- name: lines_of_days
SELECT date, page_views, unique_visitors, sessions, avg_session_duration_seconds, bounce_rate FROM website_analytics_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date;

-- scope: site
-- name: lines_of_pages
SELECT date, path, views, visitors, entries FROM website_pages_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, views DESC, path;

-- scope: site
-- name: lines_of_referrers
SELECT date, channel, name, referrer, views, sessions, visitors FROM website_referrers_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, views DESC, channel, name, referrer;

-- scope: site
-- name: lines_of_browsers
SELECT date, device, browser, os, views, sessions, visitors FROM website_browsers_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, views DESC, device, browser, os;

-- scope: site
-- name: lines_of_places
SELECT date, country, city, views, sessions, visitors FROM website_places_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, views DESC, country, city;

-- scope: site
-- name: lines_of_campaigns
SELECT date, utm_source, utm_medium, utm_campaign, views, sessions, visitors FROM website_campaigns_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, views DESC, utm_source, utm_medium, utm_campaign;

-- scope: site
-- name: lines_of_conversions
SELECT date, way, clicks, visitors FROM website_clicks_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, clicks DESC, way;

-- scope: site
-- name: lines_of_uncounted
SELECT date, reason, visits FROM website_uncounted_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, visits DESC, reason;
