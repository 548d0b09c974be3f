-- Steps in which a site's draft came about, so that its owner can take the last of them back.
-- compatible_from: 0055

CREATE TABLE website_draft_steps (
    website_id uuid NOT NULL REFERENCES website_drafts (website_id) ON DELETE CASCADE,
    version integer NOT NULL,
    before integer NOT NULL,
    former jsonb,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, version)
);
COMMENT ON TABLE website_draft_steps IS
    'What the console changed of a draft, so that it can be taken back: the newest thirty steps, gone with the draft. Written by the console.';
COMMENT ON COLUMN website_draft_steps.version IS 'Of website_drafts, which the step made.';
COMMENT ON COLUMN website_draft_steps.before IS 'The version that it changed; 0: there was no draft.';
COMMENT ON COLUMN website_draft_steps.former IS
    'Columns as they were before, by name, documents as text. NULL: there was no draft. What is too large to be kept twice makes no step.';
COMMENT ON COLUMN website_draft_steps.taken_at IS 'When it was.';

INSERT INTO owner_rows (table_name, seen) VALUES
    ('website_draft_steps', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON website_draft_steps TO tapsite_console');
