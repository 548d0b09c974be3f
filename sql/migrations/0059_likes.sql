-- Posts that visitors like.
-- compatible_from: 0058

CREATE TABLE blog_like_labels (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    date date NOT NULL,
    post_id uuid NOT NULL REFERENCES blog_posts (id) ON DELETE CASCADE,
    label varchar(64) NOT NULL,
    PRIMARY KEY (website_id, date, post_id, label)
);
CREATE INDEX blog_like_labels_date ON blog_like_labels (date);
CREATE INDEX blog_like_labels_post ON blog_like_labels (post_id);
COMMENT ON TABLE blog_like_labels IS
    'Who liked a post lately, so that a visitor counts once a day. Written by the edge, forgotten by maintenance when the day''s keys are.';
COMMENT ON COLUMN blog_like_labels.date IS 'Day of the site''s own time zone.';
COMMENT ON COLUMN blog_like_labels.post_id IS 'The post that was liked.';
COMMENT ON COLUMN blog_like_labels.label IS 'Of the visitor, the post and the day; it has nothing in common with the label of any view.';

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT ON blog_like_labels TO tapsite_edge'),
    ('GRANT SELECT (like_count), UPDATE (like_count) ON blog_posts TO tapsite_edge'),
    ('GRANT SELECT, DELETE ON blog_like_labels TO tapsite_maintain');
