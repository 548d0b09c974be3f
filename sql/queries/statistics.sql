-- What a site's owner reads of its page views, from the tables that the roll-up writes. Days are the site's own.

-- scope: site
-- name: days
SELECT date, coalesce(page_views, 0) AS views, coalesce(unique_visitors, 0) AS visitors, coalesce(sessions, 0) AS sessions,
    coalesce(session_seconds, avg_session_duration_seconds::bigint * sessions, 0) AS session_seconds,
    coalesce(bounces, round(nullif(bounce_rate, 'NaN') * sessions / 100)::bigint, 0) AS bounces
FROM website_analytics_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date;

-- Pages, and those that sessions began with. Summed once, since reading the days is what costs.
-- scope: site
-- name: paths
WITH named AS MATERIALIZED (
    SELECT path, sum(views) AS views, sum(entries) AS entries, sum(visitors) AS visitors
    FROM website_pages_daily
    WHERE website_id = :website_id AND date BETWEEN :first AND :last
    GROUP BY path
)
(SELECT 'pages' AS list, path AS name, '' AS detail, views::bigint, entries::bigint AS sessions, visitors::bigint
FROM named ORDER BY named.views DESC, path LIMIT :most)
UNION ALL
(SELECT 'entries', path, '', entries::bigint, entries::bigint, 0::bigint
FROM named WHERE entries > 0 ORDER BY named.entries DESC, path LIMIT :most);

-- Visits of these days that have something in common, from single views: each list is of the same visits.
-- scope: site
-- name: told_visits
SELECT list, name, detail, views, sessions, visitors, session_seconds, bounces
FROM told_visits(:website_id, :dates::date[], :starts::timestamptz[], :ends::timestamptz[], :nexts::timestamptz[], :turns::timestamptz[],
    :clocks::integer[], :later_clocks::integer[], :page, :channel, :source, :device, :country, :most, :most_countries);

-- Visitors who got in touch, by what their first session of the day began with.
-- scope: site
-- name: contacts
WITH named AS MATERIALIZED (
    SELECT path, channel, name, device, country, contacts FROM website_contacts_daily
    WHERE website_id = :website_id AND date BETWEEN :first AND :last
        AND (:page::text IS NULL OR path = :page) AND (:channel::text IS NULL OR channel = :channel)
        AND (:source::text IS NULL OR name = :source) AND (:device::text IS NULL OR device = :device)
        AND (:country::text IS NULL OR country = :country)
)
SELECT 'entries' AS list, path AS name, '' AS detail, sum(contacts)::bigint AS contacts FROM named GROUP BY path
UNION ALL SELECT 'channels', channel, '', sum(contacts)::bigint FROM named GROUP BY channel
UNION ALL SELECT 'sources', name, channel, sum(contacts)::bigint FROM named GROUP BY name, channel
UNION ALL SELECT 'countries', country, '', sum(contacts)::bigint FROM named GROUP BY country
UNION ALL SELECT 'devices', device, '', sum(contacts)::bigint FROM named GROUP BY device;

-- Channels, and the sources behind them: `list` says which.
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

-- Links to the owner that were followed, by way, and forms that were sent: these are counted by what there is of them, since spam
-- may be taken for none, and none for spam, later.
-- scope: site
-- name: conversions
SELECT way AS name, sum(clicks)::bigint AS views, 0::bigint AS sessions, sum(visitors)::bigint AS visitors
FROM website_clicks_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last AND way <> 'form'
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
SELECT date, page_views, unique_visitors, sessions, avg_session_duration_seconds, nullif(bounce_rate, 'NaN') AS bounce_rate
FROM website_analytics_daily
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
WHERE website_id = :website_id AND date BETWEEN :first AND :last AND way <> 'form'
ORDER BY date, clicks DESC, way;

-- scope: site
-- name: lines_of_uncounted
SELECT date, reason, visits FROM website_uncounted_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, visits DESC, reason;

-- scope: site
-- name: lines_of_contacts
SELECT date, path, channel, name, device, country, contacts FROM website_contacts_daily
WHERE website_id = :website_id AND date BETWEEN :first AND :last
ORDER BY date, contacts DESC, path, channel, name, device, country;
