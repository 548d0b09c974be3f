-- A preview of changes that are kept beside a published post shows their categories, tags and day too: it showed those of the live post.
-- compatible_from: 0104

CREATE FUNCTION label_slug(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT btrim(left(btrim(regexp_replace(
        lower(regexp_replace(normalize(left(name, 200), NFKD), '[^\x01-\x7f]', '', 'g') COLLATE "C"), '[^a-z0-9]+', '-', 'g'
    ), '-'), 50), '-')
$$;
COMMENT ON FUNCTION label_slug IS 'The address that a category or tag of this name gets when its post is saved. As slug_of() of renderer.console.writing.';

CREATE FUNCTION label_names(typed text) RETURNS TABLE (name text, slug text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT said.name, label_slug(said.name)
    FROM (
        SELECT left(btrim(regexp_replace(one, '\s+', ' ', 'g')), 100) AS name, place
        FROM regexp_split_to_table(typed, ',') WITH ORDINALITY AS parts (one, place)
    ) AS said
    WHERE said.name <> ''
    GROUP BY said.name
    ORDER BY min(said.place)
    LIMIT 20
$$;
COMMENT ON FUNCTION label_names IS 'Names between commas, each once, with the addresses of those that are new.';

CREATE FUNCTION local_time(typed text, zone text) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    said timestamp;
BEGIN
    said = typed::timestamp;
    BEGIN
        RETURN said AT TIME ZONE coalesce(nullif(btrim(zone), ''), 'Asia/Jakarta');
    EXCEPTION
        WHEN invalid_parameter_value THEN
            RETURN said AT TIME ZONE 'Asia/Jakarta';
    END;
EXCEPTION
    WHEN data_exception THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION local_time IS 'What a form says of a day and time, in the zone of a site. NULL for what is none.';

-- The columns may come later than this (0172): they are looked for when it is asked.
CREATE FUNCTION preview.kept() RETURNS TABLE (blog_post_id uuid, website_id uuid, categories text, tags text, appears_at text)
LANGUAGE plpgsql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT d.blog_post_id, p.website_id, d.categories, d.tags, d.appears_at
    FROM preview.shown() l
    JOIN blog_posts p ON p.website_id = l.website_id
    JOIN blog_post_drafts d ON d.blog_post_id = p.id
    WHERE l.shows = 'draft' AND (l.blog_post_id IS NULL OR l.blog_post_id = p.id);
END
$$;
COMMENT ON FUNCTION preview.kept IS 'Labels and days that wait beside posts, as they were typed, where the link of this transaction shows what waits.';

-- One that is new has no row before it is published; its id follows from its address, so that all views know it by the same.
CREATE VIEW preview.blog_categories WITH (security_barrier) AS
SELECT c.id, c.website_id, c.name, c.slug, c.description, c.created_at
FROM preview.shown() l JOIN public.blog_categories c ON c.website_id = l.website_id
UNION ALL
(SELECT DISTINCT ON (n.slug)
    md5('category ' || k.website_id || ' ' || n.slug)::uuid, k.website_id, n.name::varchar(100), n.slug::varchar(100), NULL::text, now()
FROM preview.kept() k CROSS JOIN LATERAL public.label_names(k.categories) n
WHERE n.slug <> '' AND NOT EXISTS (
    SELECT FROM public.blog_categories c WHERE c.website_id = k.website_id AND (lower(c.name) = lower(n.name) OR c.slug = n.slug))
ORDER BY n.slug, k.blog_post_id);
COMMENT ON VIEW preview.blog_categories IS 'Categories of the site of the link, with those that kept changes add.';

CREATE VIEW preview.blog_tags WITH (security_barrier) AS
SELECT t.id, t.website_id, t.name, t.slug, t.created_at
FROM preview.shown() l JOIN public.blog_tags t ON t.website_id = l.website_id
UNION ALL
(SELECT DISTINCT ON (n.slug)
    md5('tag ' || k.website_id || ' ' || n.slug)::uuid, k.website_id, n.name::varchar(50), n.slug::varchar(50), now()
FROM preview.kept() k CROSS JOIN LATERAL public.label_names(k.tags) n
WHERE n.slug <> '' AND NOT EXISTS (
    SELECT FROM public.blog_tags t WHERE t.website_id = k.website_id AND (lower(t.name) = lower(n.name) OR t.slug = n.slug))
ORDER BY n.slug, k.blog_post_id);
COMMENT ON VIEW preview.blog_tags IS 'Tags of the site of the link, with those that kept changes add.';

CREATE VIEW preview.blog_post_categories WITH (security_barrier) AS
SELECT o.blog_post_id, o.category_id
FROM preview.shown() l
JOIN public.blog_posts p ON p.website_id = l.website_id
JOIN public.blog_post_categories o ON o.blog_post_id = p.id
WHERE NOT EXISTS (SELECT FROM preview.kept() k WHERE k.blog_post_id = p.id AND k.categories IS NOT NULL)
UNION ALL
SELECT DISTINCT k.blog_post_id, known.id
FROM preview.kept() k CROSS JOIN LATERAL public.label_names(k.categories) n
CROSS JOIN LATERAL ( -- as it is found when it is saved
    SELECT c.id FROM preview.blog_categories c
    WHERE c.website_id = k.website_id AND (lower(c.name) = lower(n.name) OR c.slug = n.slug)
    ORDER BY lower(c.name) = lower(n.name) DESC, c.id LIMIT 1) AS known;
COMMENT ON VIEW preview.blog_post_categories IS 'Which post stands in which category, as the link shows it.';

CREATE VIEW preview.blog_post_tags WITH (security_barrier) AS
SELECT o.blog_post_id, o.tag_id
FROM preview.shown() l
JOIN public.blog_posts p ON p.website_id = l.website_id
JOIN public.blog_post_tags o ON o.blog_post_id = p.id
WHERE NOT EXISTS (SELECT FROM preview.kept() k WHERE k.blog_post_id = p.id AND k.tags IS NOT NULL)
UNION ALL
SELECT DISTINCT k.blog_post_id, known.id
FROM preview.kept() k CROSS JOIN LATERAL public.label_names(k.tags) n
CROSS JOIN LATERAL ( -- as it is found when it is saved
    SELECT t.id FROM preview.blog_tags t
    WHERE t.website_id = k.website_id AND (lower(t.name) = lower(n.name) OR t.slug = n.slug)
    ORDER BY lower(t.name) = lower(n.name) DESC, t.id LIMIT 1) AS known;
COMMENT ON VIEW preview.blog_post_tags IS 'Which post carries which tag, as the link shows it.';

-- As before, but for the day, which is that of the kept changes where they have one.
CREATE OR REPLACE VIEW preview.published_posts AS
SELECT
    p.id, p.website_id, c.slug, c.title, left(c.excerpt, 10000) AS excerpt, c.content, c.extract, c.word_count,
    c.featured_image, c.gallery_images, c.seo_title, c.seo_description, c.seo_keywords,
    public.readable_time(coalesce(a.appears, p.published_at, l.as_of, now())) AS visible_from,
    public.readable_time(p.updated_at) AS updated_at, p.search
FROM preview.shown() l
JOIN public.blog_posts p ON p.website_id = l.website_id
CROSS JOIN LATERAL (
    SELECT l.shows <> 'revision' AND (l.blog_post_id IS NULL OR l.blog_post_id = p.id) AS opened
) AS o
CROSS JOIN LATERAL (
    SELECT d.slug, d.title, d.excerpt, d.content, m.beginning AS extract, m.word_count, d.featured_image, d.gallery_images, d.seo_title,
        d.seo_description, d.seo_keywords
    FROM public.blog_post_drafts d CROSS JOIN LATERAL public.post_measures(d.content) m
    WHERE l.shows = 'draft' AND o.opened AND d.blog_post_id = p.id
    UNION ALL
    SELECT p.slug, p.title, p.excerpt, CASE WHEN NOT 'content' = ANY(p.oversized) THEN p.content END, p.extract, p.word_count,
        p.featured_image, p.gallery_images, p.seo_title, p.seo_description, p.seo_keywords
    WHERE NOT (l.shows = 'draft' AND o.opened AND EXISTS (SELECT FROM public.blog_post_drafts d WHERE d.blog_post_id = p.id))
) c
LEFT JOIN preview.kept() k ON k.blog_post_id = p.id AND k.appears_at IS NOT NULL
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN k.blog_post_id IS NULL THEN p.scheduled_at
        WHEN k.appears_at = '' THEN CASE WHEN p.scheduled_at <= now() THEN p.scheduled_at END
        ELSE public.local_time(k.appears_at, (SELECT left(w.config ->> 'timezone', 64) FROM public.websites w WHERE w.id = p.website_id))
    END AS appears
) AS a
WHERE CASE
    WHEN l.blog_post_id = p.id THEN true
    WHEN o.opened THEN p.status IN ('draft', 'published')
        AND (l.as_of IS NULL OR coalesce(a.appears, p.published_at, l.as_of) <= l.as_of)
    ELSE p.status = 'published' AND public.readable_time(coalesce(p.scheduled_at, p.published_at)) <= coalesce(l.as_of, now())
END;

REVOKE EXECUTE ON FUNCTION label_slug(text), label_names(text), local_time(text, text), preview.kept() FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT SELECT ON preview.blog_categories, preview.blog_tags, preview.blog_post_categories, preview.blog_post_tags TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION label_slug(text), label_names(text), local_time(text, text), preview.kept() TO tapsite_edge');
