-- The templates table, as theme folders fill it. Counters and ratings are other programs' and stay.

-- scope: platform
-- name: upsert_template<!
INSERT INTO templates AS t (id, name, description, category, industry_tags, tone_tags, component_structure, css_variables,
                            default_sections, available_color_schemes, min_subscription_tier, is_premium)
VALUES (:id, :name, :description, :category, :industry_tags, :tone_tags, :component_structure, :css_variables,
        :default_sections, :available_color_schemes, :min_subscription_tier, :is_premium)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, description = excluded.description, category = excluded.category,
    industry_tags = excluded.industry_tags, tone_tags = excluded.tone_tags,
    component_structure = excluded.component_structure, css_variables = excluded.css_variables,
    default_sections = excluded.default_sections, available_color_schemes = excluded.available_color_schemes,
    min_subscription_tier = excluded.min_subscription_tier, is_premium = excluded.is_premium
WHERE (t.name, t.description, t.category, t.industry_tags, t.tone_tags, t.component_structure, t.css_variables,
       t.default_sections, t.available_color_schemes, t.min_subscription_tier, t.is_premium)
   IS DISTINCT FROM
      (excluded.name, excluded.description, excluded.category, excluded.industry_tags, excluded.tone_tags,
       excluded.component_structure, excluded.css_variables, excluded.default_sections,
       excluded.available_color_schemes, excluded.min_subscription_tier, excluded.is_premium)
RETURNING id;

-- scope: platform
-- name: known_templates
SELECT id, name, is_active FROM templates ORDER BY id;
