-- The sites.
-- compatible_from: 0005

CREATE TABLE websites (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,

    subdomain varchar(100) UNIQUE NOT NULL,
    custom_domain varchar(255),

    title varchar(200),
    description text,
    favicon_url varchar(500),

    -- A theme in use cannot be deleted, only withdrawn (is_active).
    template_id varchar(50) NOT NULL REFERENCES templates (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    template_variant varchar(20) DEFAULT 'default',

    config jsonb DEFAULT '{}'::jsonb,
    design_tokens jsonb DEFAULT '{}'::jsonb,
    generated_content jsonb DEFAULT '{}'::jsonb,
    components_config jsonb DEFAULT '[]'::jsonb,

    ai_model_used varchar(50),
    generation_count integer DEFAULT 0,
    last_generation_duration_ms integer,

    status varchar(20) DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived', 'suspended')),
    is_password_protected boolean DEFAULT false,
    password_hash varchar(255),
    password_version integer NOT NULL DEFAULT 1,

    view_count integer DEFAULT 0,
    unique_visitor_count integer DEFAULT 0,
    last_viewed_at timestamptz,

    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],
    og_image_url varchar(500),

    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    published_at timestamptz,
    last_generated_at timestamptz,
    suspended_at timestamptz,
    deleted_at timestamptz,

    oversized text[] NOT NULL DEFAULT '{}',
    content_revision integer NOT NULL DEFAULT 0,
    changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT valid_subdomain CHECK (is_subdomain(subdomain)),
    CONSTRAINT valid_custom_domain CHECK (custom_domain IS NULL OR is_host_name(lower(rtrim(custom_domain, '.'))))
);

CREATE INDEX idx_websites_user_id ON websites (user_id);
CREATE INDEX idx_websites_status ON websites (status);
CREATE INDEX idx_websites_template ON websites (template_id);
CREATE INDEX idx_websites_created_at ON websites (created_at DESC);
CREATE INDEX idx_websites_published ON websites (user_id, published_at) WHERE status = 'published';
CREATE INDEX idx_websites_config ON websites USING gin (config);
CREATE INDEX idx_websites_design_tokens ON websites USING gin (design_tokens);

COMMENT ON TABLE websites IS
    'One row a site: what is live. Written by generators, editors and the console; the edge reads it through edge_sites.';
COMMENT ON COLUMN websites.subdomain IS 'The label before the base domain: a DNS label in lower case, not reserved, not resting.';
COMMENT ON COLUMN websites.custom_domain IS
    'A claim, not a fact: a trigger copies it to website_domains, and only a verified row there serves. Several sites may claim one '
    'host. Blank becomes NULL.';
COMMENT ON COLUMN websites.template_id IS 'Theme. Must be a row of templates.';
COMMENT ON COLUMN websites.config IS 'How the site behaves: time zone, redirects, privacy (docs/content.md).';
COMMENT ON COLUMN websites.design_tokens IS 'Colours, fonts, shapes; plain values or W3C Design Tokens (docs/content.md).';
COMMENT ON COLUMN websites.generated_content IS 'Texts and data of all pages; its "language" also chooses the blog''s search.';
COMMENT ON COLUMN websites.components_config IS 'What stands where, in order. []: the theme''s default_sections.';
COMMENT ON COLUMN websites.status IS 'draft: as if unknown. archived: 410. suspended: 503 for seven days, then 404.';
COMMENT ON COLUMN websites.password_hash IS 'argon2id or bcrypt; the edge gets it by site_password_hash() alone.';
COMMENT ON COLUMN websites.password_version IS
    'Rises with each change of password or protection, never with a rehash; visitors'' cookies are bound to it. Kept by a trigger.';
COMMENT ON COLUMN websites.view_count IS 'Counter; like the two after it, it touches neither updated_at nor any cache.';
COMMENT ON COLUMN websites.published_at IS 'Set by a trigger when a site is published without one.';
COMMENT ON COLUMN websites.suspended_at IS 'Since when status is suspended, at the latest now; kept by a trigger.';
COMMENT ON COLUMN websites.deleted_at IS 'Soft delete: 410, hidden from every list, nothing lost.';
COMMENT ON COLUMN websites.oversized IS
    'JSON columns of this row that are more than 2 MiB as text; edge_sites leaves them out. Kept by a trigger.';
COMMENT ON COLUMN websites.content_revision IS 'Newest row of website_revisions; kept by a trigger.';
COMMENT ON COLUMN websites.changed_in IS 'Transaction of the last change that was more than counting; kept by a trigger, for change_log.';
