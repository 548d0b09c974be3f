-- Where a proxy gets certificates one by one, a site's previews need one as soon as there is a link to them, and no sooner.
-- compatible_from: 0055

CREATE FUNCTION has_preview(site uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM preview_links l, LATERAL live_preview(l.id, site) WHERE l.website_id = site)
$$;
COMMENT ON FUNCTION has_preview IS 'Whether anybody has a link to previews of a site that may be used now.';
REVOKE EXECUTE ON FUNCTION has_preview(uuid) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES ('GRANT EXECUTE ON FUNCTION has_preview(uuid) TO tapsite_edge');
