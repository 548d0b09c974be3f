-- Who sends a form gets in touch, as who follows a link to the owner: both are counted beside where visitors came from.
-- compatible_from: 0104

COMMENT ON COLUMN website_contacts_daily.contacts IS
    'Visitors who followed a link to the owner, by any way, or sent a form (website_click_labels).';
COMMENT ON TABLE website_clicks_daily IS
    'Links to the owner that visitors followed, and forms that they sent (way ''form''), by day and way. Written by the edge, read by '
    'the console.';
COMMENT ON COLUMN website_clicks_daily.way IS
    'whatsapp, phone, email, route, form, or the channel: gofood, tokopedia, …, channel for unknown ones.';
COMMENT ON TABLE website_click_labels IS
    'Who followed a link or sent a form lately, so that a visitor counts once. Written by the edge, forgotten by maintenance when the '
    'day''s keys are.';
