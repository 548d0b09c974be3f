-- Double posts of forms.
-- compatible_from: 0026

CREATE TABLE form_receipts (
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    submission_id uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (website_id, digest)
);
CREATE INDEX form_receipts_received_at ON form_receipts (website_id, received_at);

COMMENT ON TABLE form_receipts IS
    'What was received lately, so that the same sent twice is stored once. Written with the submission by the edge, forgotten after a day.';
COMMENT ON COLUMN form_receipts.digest IS
    'HMAC of form, answers and client under a key that is in no dump: it tells nothing of them. Taken once in ten minutes.';
COMMENT ON COLUMN form_receipts.submission_id IS 'Row of form_submissions. No foreign key: whoever erases that need not wait for this.';
COMMENT ON COLUMN form_receipts.received_at IS 'When the digest was taken last.';

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON form_receipts TO tapsite_edge');
