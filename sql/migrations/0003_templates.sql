-- Website templates, one row a theme.
-- compatible_from: 0003

CREATE TABLE templates (
    id varchar(50) PRIMARY KEY,

    name varchar(100) NOT NULL,
    description text,
    category varchar(50) NOT NULL,
    industry_tags text[],
    tone_tags text[],

    thumbnail_url varchar(500),
    preview_url varchar(500),
    demo_url varchar(500),

    component_structure jsonb NOT NULL,
    css_variables jsonb NOT NULL,
    default_sections text[],
    available_color_schemes jsonb DEFAULT '[]'::jsonb,

    min_subscription_tier varchar(20) DEFAULT 'free',
    is_premium boolean DEFAULT false,

    usage_count integer DEFAULT 0,
    avg_rating numeric(2, 1),
    review_count integer DEFAULT 0,

    is_active boolean DEFAULT true,
    is_featured boolean DEFAULT false,

    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),

    oversized text[] NOT NULL DEFAULT '{}'
);

CREATE INDEX idx_templates_category ON templates (category);
CREATE INDEX idx_templates_active ON templates (is_active) WHERE is_active = true;
CREATE INDEX idx_templates_featured ON templates (is_featured) WHERE is_featured = true;
CREATE INDEX idx_templates_industry ON templates USING gin (industry_tags);

COMMENT ON TABLE templates IS
    'Themes a site can choose. Written by `renderer themes sync` from themes/<id>/theme.toml, read by the edge and by generators.';
COMMENT ON COLUMN templates.id IS 'Name of the theme''s folder.';
COMMENT ON COLUMN templates.component_structure IS 'Section types the theme draws, with their variants.';
COMMENT ON COLUMN templates.css_variables IS 'Default design tokens; a site''s own stand before them.';
COMMENT ON COLUMN templates.default_sections IS 'What a site shows, in order, while its components_config is empty.';
COMMENT ON COLUMN templates.usage_count IS 'Counter; does not touch updated_at.';
COMMENT ON COLUMN templates.is_active IS 'Whether it is offered to new sites; sites that have it go on.';
COMMENT ON COLUMN templates.oversized IS
    'JSON columns of this row that are more than 2 MiB as text; edge_sites leaves them out. Kept by a trigger.';

CREATE FUNCTION measure_template() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.oversized = array_remove(ARRAY[
        CASE WHEN is_oversized(NEW.component_structure) THEN 'component_structure' END,
        CASE WHEN is_oversized(NEW.css_variables) THEN 'css_variables' END,
        CASE WHEN is_oversized(NEW.available_color_schemes) THEN 'available_color_schemes' END], NULL);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION measure_template IS 'Keeps templates.oversized.';

CREATE TRIGGER measure_template
    BEFORE INSERT OR UPDATE OF component_structure, css_variables, available_color_schemes, oversized ON templates
    FOR EACH ROW EXECUTE FUNCTION measure_template();

CREATE FUNCTION update_templates_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was templates%ROWTYPE := OLD;
BEGIN
    was.usage_count = NEW.usage_count;
    was.avg_rating = NEW.avg_rating;
    was.review_count = NEW.review_count;
    was.oversized = NEW.oversized; -- follows from the rest
    was.updated_at = NEW.updated_at;
    NEW.updated_at = CASE WHEN was IS DISTINCT FROM NEW THEN now() ELSE OLD.updated_at END;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION update_templates_updated_at IS 'Touches updated_at unless counters alone changed.';

CREATE TRIGGER update_templates_updated_at BEFORE UPDATE ON templates
    FOR EACH ROW EXECUTE FUNCTION update_templates_updated_at();
