-- How often forms are sent with, counted for all workers alike; and leads that are stored as spam.
-- compatible_from: 0036

CREATE UNLOGGED TABLE form_rates (
    subject bytea NOT NULL,
    began timestamptz NOT NULL,
    taken integer NOT NULL,
    PRIMARY KEY (subject, began)
);
CREATE INDEX form_rates_began ON form_rates (began);

COMMENT ON TABLE form_rates IS
    'Counts of what was sent: by client and site, by client, by site, and by text. Unlogged: a crash forgets them, and nothing is lost.';
COMMENT ON COLUMN form_rates.subject IS 'HMAC of what is counted, under a key that is in no dump: no address can be told from it.';
COMMENT ON COLUMN form_rates.began IS 'Beginning of the span of time that is counted.';
COMMENT ON COLUMN form_rates.taken IS 'How often.';

COMMENT ON COLUMN form_submissions.status IS
    'spam: stored, not delivered; when it turns out to be none it becomes new and is delivered. data._about.spam says why.';

INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON form_rates TO tapsite_edge'),
    ('GRANT SELECT, DELETE ON form_rates TO tapsite_maintain'),
    ('GRANT INSERT (status) ON form_submissions TO tapsite_edge');
