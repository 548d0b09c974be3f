-- Custom domains: claims and proofs.
-- compatible_from: 0007

CREATE TABLE website_domains (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    host varchar(253) NOT NULL CONSTRAINT valid_host CHECK (is_host_name(host)),
    claim_token text NOT NULL DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
    from_column boolean NOT NULL DEFAULT false,
    verified_at timestamptz,
    last_checked_at timestamptz,
    failing_since timestamptz,
    last_error text,
    is_primary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (website_id, host),
    CONSTRAINT primary_is_verified CHECK (NOT is_primary OR verified_at IS NOT NULL)
);

-- Only a proof excludes others: whoever merely types a host blocks nobody.
CREATE UNIQUE INDEX website_domains_verified_host ON website_domains (host) WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX website_domains_primary ON website_domains (website_id) WHERE is_primary;
CREATE INDEX website_domains_host ON website_domains (host);

COMMENT ON TABLE website_domains IS
    'Custom domains of a site. Written by a trigger from websites.custom_domain, by the console and by the domain check; '
    'the edge serves verified rows alone.';
COMMENT ON COLUMN website_domains.host IS 'Lower case, A-labels, no trailing dot.';
COMMENT ON COLUMN website_domains.claim_token IS 'What the DNS record must show: random, new for each claim, gone with it.';
COMMENT ON COLUMN website_domains.from_column IS 'Copied from websites.custom_domain, and removed when that changes.';
COMMENT ON COLUMN website_domains.verified_at IS 'When the proof was seen. NULL: a claim that serves nothing.';
COMMENT ON COLUMN website_domains.failing_since IS 'Since when the holder''s own check fails; only then may a new proof displace it.';
COMMENT ON COLUMN website_domains.is_primary IS 'The host in absolute URLs; the first one verified, unless the owner chooses another.';

CREATE FUNCTION settle_domain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.verified_at IS NULL THEN
        NEW.is_primary = false;
    ELSIF (TG_OP = 'INSERT' OR OLD.verified_at IS NULL)
          AND NOT EXISTS (SELECT FROM website_domains WHERE website_id = NEW.website_id AND is_primary AND id <> NEW.id) THEN
        NEW.is_primary = true;
    END IF;
    IF (TG_OP = 'INSERT' OR NEW.host <> OLD.host) AND EXISTS (
            SELECT FROM system_config, jsonb_array_elements_text(
                CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE '[]' END) AS ours (base)
            WHERE key = 'base_domains' AND (NEW.host = lower(base) OR right(NEW.host, length(base) + 1) = '.' || lower(base))) THEN
        RAISE EXCEPTION 'host "%" belongs to the platform', NEW.host USING ERRCODE = 'check_violation', CONSTRAINT = 'own_base_domain';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION settle_domain IS 'Makes the first verified domain the primary one; refuses the platform''s own hosts.';

CREATE TRIGGER settle_domain BEFORE INSERT OR UPDATE ON website_domains
    FOR EACH ROW EXECUTE FUNCTION settle_domain();
CREATE TRIGGER update_website_domains_updated_at BEFORE UPDATE ON website_domains
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_updated_at_column();

CREATE FUNCTION claim_custom_domain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    claimed text := nullif(lower(rtrim(NEW.custom_domain, '.')), '');
BEGIN
    DELETE FROM website_domains
        WHERE website_id = NEW.id AND from_column AND host IS DISTINCT FROM claimed;
    IF claimed IS NOT NULL THEN
        INSERT INTO website_domains (website_id, host, from_column) VALUES (NEW.id, claimed, true)
            ON CONFLICT (website_id, host) DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION claim_custom_domain IS 'Copies websites.custom_domain to website_domains as an unverified claim.';

CREATE TRIGGER claim_new_custom_domain AFTER INSERT ON websites
    FOR EACH ROW WHEN (NEW.custom_domain IS NOT NULL) EXECUTE FUNCTION claim_custom_domain();
CREATE TRIGGER claim_custom_domain AFTER UPDATE OF custom_domain ON websites
    FOR EACH ROW WHEN (OLD.custom_domain IS DISTINCT FROM NEW.custom_domain) EXECUTE FUNCTION claim_custom_domain();
