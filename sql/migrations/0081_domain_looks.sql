-- What the owner saw who asked for a claim's DNS records just now.
-- compatible_from: 0055

CREATE TABLE domain_looks (
    domain_id uuid PRIMARY KEY REFERENCES website_domains (id) ON DELETE CASCADE,
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    looked_at timestamptz NOT NULL DEFAULT now(),
    is_proven boolean NOT NULL DEFAULT false,
    seen jsonb NOT NULL CHECK (octet_length(seen::text) <= 20000)
);
CREATE INDEX domain_looks_website_id ON domain_looks (website_id);
COMMENT ON TABLE domain_looks IS
    'The last look of an owner at a claim''s DNS records, as each name server told it. Written and read by the console; it proves nothing: '
    'where it found the record, the domain check looks by itself at once.';
COMMENT ON COLUMN domain_looks.is_proven IS 'Most name servers had the claim''s TXT record.';
COMMENT ON COLUMN domain_looks.seen IS '[{"server", "texts", "addresses", "leads"}]: null where that name server did not answer.';

INSERT INTO owner_rows (table_name, seen)
VALUES ('domain_looks', 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))');
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT, INSERT, UPDATE ON domain_looks TO tapsite_console'),
    ('GRANT SELECT ON domain_looks TO tapsite_maintain');
COMMENT ON COLUMN domain_looks.domain_id IS 'The claim; gone with it.';
COMMENT ON COLUMN domain_looks.website_id IS 'The site that claims.';
COMMENT ON COLUMN domain_looks.looked_at IS 'Shown for an hour.';
