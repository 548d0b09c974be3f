-- Links to the owner that visitors followed: WhatsApp, telephone, the way, marketplaces.
-- compatible_from: 0049

CREATE TABLE website_clicks_daily (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    way varchar(40) NOT NULL,
    clicks integer NOT NULL,
    visitors integer NOT NULL,
    PRIMARY KEY (website_id, date, way)
);
COMMENT ON TABLE website_clicks_daily IS
    'Links to the owner that were followed, by day and way. Written by the edge, read by the console.';
COMMENT ON COLUMN website_clicks_daily.date IS 'Day of the site''s own time zone.';
COMMENT ON COLUMN website_clicks_daily.way IS 'whatsapp, phone, email, route, or the channel: gofood, tokopedia, …, channel for unknown ones.';
COMMENT ON COLUMN website_clicks_daily.clicks IS 'All of them.';
COMMENT ON COLUMN website_clicks_daily.visitors IS
    'Visitors who did so, each once a day; whoever asks not to be tracked is among the clicks alone.';

CREATE TABLE website_click_labels (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    way varchar(40) NOT NULL,
    label varchar(64) NOT NULL,
    PRIMARY KEY (website_id, date, way, label)
);
CREATE INDEX website_click_labels_date ON website_click_labels (date);
COMMENT ON TABLE website_click_labels IS
    'Who followed a link lately, so that a visitor counts once. Written by the edge, forgotten by maintenance when the day''s keys are.';
COMMENT ON COLUMN website_click_labels.date IS 'Day of the site''s own time zone.';
COMMENT ON COLUMN website_click_labels.way IS 'As in website_clicks_daily.';
COMMENT ON COLUMN website_click_labels.label IS 'The visitor''s label of the day, as in page_views.';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('website_clicks_daily', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE ON website_clicks_daily TO tapsite_edge'),
    ('GRANT SELECT, INSERT ON website_click_labels TO tapsite_edge'),
    ('GRANT SELECT, DELETE ON website_clicks_daily, website_click_labels TO tapsite_maintain'),
    ('GRANT SELECT ON website_clicks_daily TO tapsite_console');
