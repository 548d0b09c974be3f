-- Leads that waited on disk keep the time they were sent at.
-- compatible_from: 0036

COMMENT ON COLUMN form_submissions.created_at IS
    'When it was sent; what waited on disk while the database was away is written later.';

INSERT INTO role_rights (statement) VALUES
    ('GRANT INSERT (created_at) ON form_submissions TO tapsite_edge');
