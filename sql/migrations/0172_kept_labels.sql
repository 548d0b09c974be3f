-- Categories, tags and the time to appear wait with the other changes that are kept beside a published post: they were dropped.
-- compatible_from: 0104

ALTER TABLE blog_post_drafts
    ADD COLUMN categories text CHECK (length(categories) <= 2000),
    ADD COLUMN tags text CHECK (length(tags) <= 2000),
    ADD COLUMN appears_at text CHECK (length(appears_at) <= 19);
COMMENT ON COLUMN blog_post_drafts.categories IS 'Names between commas, as they were typed; NULL: as on the post.';
COMMENT ON COLUMN blog_post_drafts.tags IS 'The same of tags.';
COMMENT ON COLUMN blog_post_drafts.appears_at IS 'A time of day in the site''s zone (2026-12-01T08:00), or empty: at once; NULL: as on the post.';
