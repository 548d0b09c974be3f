-- Triggers of websites: dates that follow the state, documents too large to serve, subdomains that are free, updated_at.
-- compatible_from: 0006

CREATE FUNCTION settle_website() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status = 'published' THEN
        NEW.published_at = coalesce(NEW.published_at, now());
    END IF;
    -- A date to come, or infinity, would keep the seven days from ever ending.
    NEW.suspended_at = CASE WHEN NEW.status = 'suspended' THEN least(NEW.suspended_at, now()) END;
    IF NEW.custom_domain !~ '\S' THEN
        NEW.custom_domain = NULL; -- as a form sends a field that was left empty
    END IF;
    IF TG_OP = 'UPDATE' THEN
        NEW.password_version = OLD.password_version;
        IF (NEW.password_hash, NEW.is_password_protected) IS DISTINCT FROM (OLD.password_hash, OLD.is_password_protected)
           AND current_setting('tapsite.rehash', true) IS DISTINCT FROM NEW.id::text THEN
            NEW.password_version = OLD.password_version + 1;
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION settle_website IS
    'Keeps published_at, suspended_at and password_version true, and blank custom domains out. site_password_rehash() names the site '
    'in tapsite.rehash.';

CREATE TRIGGER settle_website
    BEFORE INSERT OR UPDATE OF custom_domain, status, published_at, suspended_at, password_hash, is_password_protected,
        password_version ON websites
    FOR EACH ROW EXECUTE FUNCTION settle_website();

CREATE FUNCTION measure_website() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.oversized = OLD.oversized;
        IF (NEW.config, NEW.design_tokens, NEW.generated_content, NEW.components_config)
           IS NOT DISTINCT FROM (OLD.config, OLD.design_tokens, OLD.generated_content, OLD.components_config) THEN
            RETURN NEW;
        END IF;
    END IF;
    NEW.oversized = array_remove(ARRAY[
        CASE WHEN is_oversized(NEW.config) THEN 'config' END,
        CASE WHEN is_oversized(NEW.design_tokens) THEN 'design_tokens' END,
        CASE WHEN is_oversized(NEW.generated_content) THEN 'generated_content' END,
        CASE WHEN is_oversized(NEW.components_config) THEN 'components_config' END], NULL);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION measure_website IS 'Keeps websites.oversized, so that reading a site never has to measure.';

CREATE TRIGGER measure_website
    BEFORE INSERT OR UPDATE OF config, design_tokens, generated_content, components_config, oversized ON websites
    FOR EACH ROW EXECUTE FUNCTION measure_website();

CREATE FUNCTION update_websites_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was websites%ROWTYPE := OLD;
BEGIN
    was.view_count = NEW.view_count;
    was.unique_visitor_count = NEW.unique_visitor_count;
    was.last_viewed_at = NEW.last_viewed_at;
    was.updated_at = NEW.updated_at;
    was.changed_in = NEW.changed_in;
    was.oversized = NEW.oversized; -- follows from the rest
    IF current_setting('tapsite.rehash', true) = NEW.id::text THEN
        was.password_hash = NEW.password_hash;
    END IF;
    IF was IS DISTINCT FROM NEW THEN
        NEW.updated_at = now();
        NEW.changed_in = pg_current_xact_id();
    ELSE
        NEW.updated_at = OLD.updated_at;
        NEW.changed_in = OLD.changed_in;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION update_websites_updated_at IS
    'Touches updated_at unless counters alone changed: ETag, Last-Modified, sitemap and caches hang on it.';

-- Row triggers fire in the order of their names; this one must see what the others wrote. It names every column but the
-- counters, so that counting does not compare documents of megabytes.
CREATE TRIGGER update_websites_updated_at
    BEFORE UPDATE OF id, user_id, subdomain, custom_domain, title, description, favicon_url, template_id, template_variant, config,
        design_tokens, generated_content, components_config, ai_model_used, generation_count, last_generation_duration_ms, status,
        is_password_protected, password_hash, password_version, seo_title, seo_description, seo_keywords, og_image_url, created_at,
        updated_at, published_at, last_generated_at, suspended_at, deleted_at, oversized, content_revision,
        changed_in ON websites
    FOR EACH ROW EXECUTE FUNCTION update_websites_updated_at();

CREATE TABLE resting_subdomains (
    subdomain varchar(63) PRIMARY KEY,
    website_id uuid NOT NULL,
    user_id uuid NOT NULL,
    rests_until timestamptz NOT NULL
);
COMMENT ON TABLE resting_subdomains IS
    'Subdomains of deleted or renamed sites: for a year only their former owner may take them again, so that nobody inherits '
    'somebody else''s links and visitors. Written and read by triggers of websites.';
COMMENT ON COLUMN resting_subdomains.website_id IS 'The site that had it; no foreign key, it may be gone.';
COMMENT ON COLUMN resting_subdomains.user_id IS 'The owner who may have it back; no foreign key, the same.';

CREATE FUNCTION guard_subdomain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM reserved_subdomains WHERE name = NEW.subdomain) THEN
        RAISE EXCEPTION 'subdomain "%" is reserved', NEW.subdomain USING ERRCODE = 'check_violation', CONSTRAINT = 'reserved_subdomain';
    END IF;
    DELETE FROM resting_subdomains
        WHERE subdomain = NEW.subdomain AND (user_id = NEW.user_id OR rests_until <= now());
    IF EXISTS (SELECT FROM resting_subdomains WHERE subdomain = NEW.subdomain) THEN
        RAISE EXCEPTION 'subdomain "%" belonged to another site less than a year ago', NEW.subdomain
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resting_subdomain';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION guard_subdomain IS 'Refuses reserved and resting subdomains.';

-- AFTER, because only then is a deletion visible that the unique index made this statement wait for.
CREATE TRIGGER guard_new_subdomain AFTER INSERT ON websites
    FOR EACH ROW EXECUTE FUNCTION guard_subdomain();
CREATE TRIGGER guard_subdomain AFTER UPDATE OF subdomain ON websites
    FOR EACH ROW WHEN (OLD.subdomain IS DISTINCT FROM NEW.subdomain) EXECUTE FUNCTION guard_subdomain();

CREATE FUNCTION rest_subdomain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO resting_subdomains (subdomain, website_id, user_id, rests_until)
    VALUES (OLD.subdomain, OLD.id, OLD.user_id, coalesce(OLD.deleted_at, now()) + interval '1 year')
    ON CONFLICT (subdomain) DO UPDATE
        SET website_id = excluded.website_id, user_id = excluded.user_id, rests_until = excluded.rests_until;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION rest_subdomain IS 'Puts the subdomain of a deleted or renamed site to rest.';

CREATE TRIGGER rest_subdomain_of_deleted AFTER DELETE ON websites
    FOR EACH ROW EXECUTE FUNCTION rest_subdomain();
CREATE TRIGGER rest_subdomain_of_renamed AFTER UPDATE OF subdomain ON websites
    FOR EACH ROW WHEN (OLD.subdomain IS DISTINCT FROM NEW.subdomain) EXECUTE FUNCTION rest_subdomain();
