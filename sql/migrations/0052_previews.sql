-- Drafts beside what is live, links that show them, and the views by which a preview reads in the live tables' place.
-- compatible_from: 0026

CREATE TABLE website_drafts (
    website_id uuid PRIMARY KEY REFERENCES websites (id) ON DELETE CASCADE,
    base_revision integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    title varchar(200),
    description text,
    favicon_url varchar(500),
    template_id varchar(50) NOT NULL,
    template_variant varchar(20),
    config jsonb CHECK (NOT is_oversized(config)),
    design_tokens jsonb CHECK (NOT is_oversized(design_tokens)),
    generated_content jsonb CHECK (NOT is_oversized(generated_content)),
    components_config jsonb CHECK (NOT is_oversized(components_config)),
    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],
    og_image_url varchar(500),
    edited_by uuid,
    edited_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE website_drafts IS
    'What an owner works on beside the live site, whole: at most one a site. Written by the console, shown by previews, gone once it '
    'is published or discarded.';
COMMENT ON COLUMN website_drafts.base_revision IS
    'Row of website_revisions it began from: what both sides are compared with when it is published.';
COMMENT ON COLUMN website_drafts.version IS 'Counted up by each save; who saves names the one they saw, so that the second of two editors is told.';
COMMENT ON COLUMN website_drafts.favicon_url IS 'As on websites.';
COMMENT ON COLUMN website_drafts.template_id IS 'As on websites, but no foreign key: publishing refuses one that is gone.';
COMMENT ON COLUMN website_drafts.template_variant IS 'As on websites.';
COMMENT ON COLUMN website_drafts.config IS 'As on websites; like the three after it refused where it is oversized.';
COMMENT ON COLUMN website_drafts.design_tokens IS 'As on websites.';
COMMENT ON COLUMN website_drafts.generated_content IS 'As on websites.';
COMMENT ON COLUMN website_drafts.components_config IS 'As on websites.';
COMMENT ON COLUMN website_drafts.seo_title IS 'As on websites.';
COMMENT ON COLUMN website_drafts.seo_description IS 'As on websites.';
COMMENT ON COLUMN website_drafts.seo_keywords IS 'As on websites.';
COMMENT ON COLUMN website_drafts.og_image_url IS 'As on websites.';
COMMENT ON COLUMN website_drafts.edited_by IS 'Who saved last; no foreign key. NULL: an operator.';
COMMENT ON COLUMN website_drafts.edited_at IS 'When that was.';

CREATE TABLE blog_post_drafts (
    blog_post_id uuid PRIMARY KEY REFERENCES blog_posts (id) ON DELETE CASCADE,
    base_revision integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    slug varchar(200) NOT NULL,
    title varchar(200) NOT NULL,
    excerpt text,
    content jsonb NOT NULL CHECK (NOT is_oversized(content)),
    featured_image varchar(500),
    gallery_images text[],
    seo_title varchar(70),
    seo_description varchar(160),
    seo_keywords text[],
    edited_by uuid,
    edited_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE blog_post_drafts IS 'The same of posts: changes to one, published or not, that nobody sees yet.';
COMMENT ON COLUMN blog_post_drafts.blog_post_id IS 'At most one draft a post.';
COMMENT ON COLUMN blog_post_drafts.base_revision IS 'Row of blog_post_revisions it began from.';
COMMENT ON COLUMN blog_post_drafts.version IS 'As on website_drafts.';
COMMENT ON COLUMN blog_post_drafts.excerpt IS 'As on blog_posts.';
COMMENT ON COLUMN blog_post_drafts.content IS 'As on blog_posts; refused where it is oversized.';
COMMENT ON COLUMN blog_post_drafts.featured_image IS 'As on blog_posts.';
COMMENT ON COLUMN blog_post_drafts.gallery_images IS 'As on blog_posts.';
COMMENT ON COLUMN blog_post_drafts.seo_title IS 'As on blog_posts.';
COMMENT ON COLUMN blog_post_drafts.seo_description IS 'As on blog_posts.';
COMMENT ON COLUMN blog_post_drafts.seo_keywords IS 'As on blog_posts.';
COMMENT ON COLUMN blog_post_drafts.edited_by IS 'Who saved last; no foreign key. NULL: an operator.';
COMMENT ON COLUMN blog_post_drafts.edited_at IS 'When that was.';

CREATE TABLE preview_generations (
    website_id uuid PRIMARY KEY REFERENCES websites (id) ON DELETE CASCADE,
    generation integer NOT NULL
);
COMMENT ON TABLE preview_generations IS
    'Which links to previews of a site count: those of this generation; without a row that is 1. Counted up when all are revoked, and '
    'by a trigger when the site changes hands.';
COMMENT ON COLUMN preview_generations.generation IS 'Of the links that are made now.';

CREATE TABLE preview_links (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    generation integer NOT NULL,
    shows varchar(20) NOT NULL DEFAULT 'site' CHECK (shows IN ('site', 'draft', 'revision')),
    revision integer CHECK ((revision IS NULL) = (shows <> 'revision')),
    blog_post_id uuid REFERENCES blog_posts (id) ON DELETE CASCADE,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days' CHECK (expires_at <= created_at + interval '30 days'),
    revoked_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX preview_links_website_id ON preview_links (website_id, created_at DESC);
CREATE INDEX preview_links_blog_post_id ON preview_links (blog_post_id);
COMMENT ON TABLE preview_links IS
    'Signed links to previews. The id is the secret that the link and its cookie carry: the edge asks for one at a time, by functions, '
    'and cannot list them. Written by the console and the command line.';
COMMENT ON COLUMN preview_links.generation IS 'Of preview_generations when it was made; another one there, and the link is dead.';
COMMENT ON COLUMN preview_links.shows IS 'site: what is stored, published or not. draft: drafts where there are any. revision: that one.';
COMMENT ON COLUMN preview_links.revision IS 'Row of website_revisions.';
COMMENT ON COLUMN preview_links.blog_post_id IS
    'NULL: all unpublished posts are shown. A post: that one alone, beside what visitors see.';
COMMENT ON COLUMN preview_links.created_by IS 'Who made it; no foreign key. NULL: an operator.';
COMMENT ON COLUMN preview_links.expires_at IS 'Thirty days at most.';
COMMENT ON COLUMN preview_links.revoked_at IS 'When it was taken back.';
COMMENT ON COLUMN preview_links.last_used_at IS 'When a page was shown through it last, to the minute.';

CREATE TABLE test_submissions (
    id uuid PRIMARY KEY,
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    form_type varchar(50) NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX test_submissions_website_id ON test_submissions (website_id, created_at DESC);
COMMENT ON TABLE test_submissions IS
    'What was sent from forms of previews: never a lead, never delivered; the newest fifty of a site. Written by the edge, read by the '
    'console.';
COMMENT ON COLUMN test_submissions.form_type IS 'As on form_submissions.';
COMMENT ON COLUMN test_submissions.data IS 'As on form_submissions.';

CREATE FUNCTION revoke_previews(site uuid) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO preview_generations (website_id, generation) SELECT id, 2 FROM websites WHERE id = site
    ON CONFLICT (website_id) DO UPDATE SET generation = preview_generations.generation + 1
$$;
COMMENT ON FUNCTION revoke_previews IS 'Makes all links to previews of a site, and every cookie that came of one, worthless.';

CREATE FUNCTION revoke_previews_of_former_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM revoke_previews(NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION revoke_previews_of_former_owner IS 'What the former owner gave away shows nothing of the next one''s.';
CREATE TRIGGER revoke_previews AFTER UPDATE OF user_id ON websites
    FOR EACH ROW WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id) EXECUTE FUNCTION revoke_previews_of_former_owner();

CREATE FUNCTION live_preview(link uuid, site uuid) RETURNS SETOF preview_links
LANGUAGE sql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.*
    FROM preview_links l
    JOIN websites w ON w.id = l.website_id
    JOIN users u ON u.id = w.user_id
    LEFT JOIN preview_generations g ON g.website_id = l.website_id
    WHERE l.id = link AND l.website_id = site
        AND l.revoked_at IS NULL AND l.expires_at > now() AND l.generation = coalesce(g.generation, 1)
        AND w.deleted_at IS NULL AND w.status IS DISTINCT FROM 'suspended' AND u.deactivated_at IS NULL
        -- A subscription that is over, where that takes sites away: previews would be the way round.
        AND NOT coalesce(u.subscription_tier <> 'free' AND u.subscription_expires_at <= now()
            AND coalesce((SELECT value #>> '{}' FROM system_config WHERE key = 'lapsed_sites'), 'unavailable') <> 'free', false)
$$;
COMMENT ON FUNCTION live_preview IS 'A link of a site that may be used now; no row otherwise, whatever the reason.';

CREATE FUNCTION use_preview(link uuid, site uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE preview_links SET last_used_at = now()
    WHERE id = link AND id IN (SELECT id FROM live_preview(link, site))
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute');
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION use_preview IS 'Notes that a page was shown through a link.';

-- A preview's transaction looks into schema preview before public: the queries of all rooms then read these views, and nothing else
-- changes. They show nothing without a live link, whose id the transaction states.
CREATE SCHEMA preview;
COMMENT ON SCHEMA preview IS
    'Stands in for public in the transactions of previews: views and functions of the same names, columns and types, over what the '
    'link in tapsite.preview shows.';

CREATE FUNCTION preview.shown() RETURNS TABLE (
    website_id uuid, shows text, revision integer, blog_post_id uuid, drafted boolean, as_of timestamptz)
LANGUAGE sql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.website_id, l.shows, l.revision, l.blog_post_id, l.shows = 'draft' AND l.blog_post_id IS NULL,
        nullif(current_setting('tapsite.preview_as_of', true), '')::timestamptz
    FROM live_preview(nullif(current_setting('tapsite.preview', true), '')::uuid,
                      nullif(current_setting('tapsite.preview_site', true), '')::uuid) l
$$;
COMMENT ON FUNCTION preview.shown IS
    'The link of this transaction. drafted: whether the site''s own draft is shown; as_of: the moment that was chosen for posts.';

CREATE VIEW preview.edge_sites AS
SELECT
    s.id, s.user_id, s.subdomain, c.title, left(c.description, 10000) AS description, c.favicon_url, c.template_id, c.template_variant,
    c.config, c.design_tokens, c.generated_content, c.components_config,
    false AS is_password_protected, s.password_version,
    c.seo_title, c.seo_description, c.seo_keywords, c.og_image_url,
    s.created_at, s.updated_at, s.published_at, 'live'::text AS state, s.state_since, s.tier, s.serves_custom_domains,
    s.primary_host, t.default_sections,
    CASE WHEN NOT 'css_variables' = ANY(t.oversized) THEN t.css_variables END AS css_variables,
    CASE WHEN NOT 'available_color_schemes' = ANY(t.oversized) THEN t.available_color_schemes END AS available_color_schemes,
    CASE WHEN NOT 'component_structure' = ANY(t.oversized) THEN t.component_structure END AS component_structure
FROM preview.shown() l
JOIN public.edge_sites s ON s.id = l.website_id
CROSS JOIN LATERAL (
    SELECT d.title, d.description, d.favicon_url, d.template_id, d.template_variant, d.config, d.design_tokens, d.generated_content,
        d.components_config, d.seo_title, d.seo_description, d.seo_keywords, d.og_image_url
    FROM public.website_drafts d WHERE l.drafted AND d.website_id = l.website_id
    UNION ALL
    SELECT r.title, r.description, r.favicon_url, r.template_id, r.template_variant,
        CASE WHEN NOT public.is_oversized(r.config) THEN r.config END,
        CASE WHEN NOT public.is_oversized(r.design_tokens) THEN r.design_tokens END,
        CASE WHEN NOT public.is_oversized(r.generated_content) THEN r.generated_content END,
        CASE WHEN NOT public.is_oversized(r.components_config) THEN r.components_config END,
        r.seo_title, r.seo_description, r.seo_keywords, r.og_image_url
    FROM public.website_revisions r WHERE l.shows = 'revision' AND r.website_id = l.website_id AND r.revision = l.revision
    UNION ALL
    SELECT s.title, s.description, s.favicon_url, s.template_id, s.template_variant, s.config, s.design_tokens, s.generated_content,
        s.components_config, s.seo_title, s.seo_description, s.seo_keywords, s.og_image_url
    WHERE l.shows <> 'revision'
        AND NOT (l.drafted AND EXISTS (SELECT FROM public.website_drafts d WHERE d.website_id = l.website_id))
) c
LEFT JOIN public.templates t ON t.id = c.template_id;
COMMENT ON VIEW preview.edge_sites IS 'The one site of the link, with the content that it shows; live and without a password, whatever it is.';

CREATE FUNCTION post_measures(content jsonb) RETURNS TABLE (beginning text, word_count integer)
LANGUAGE sql IMMUTABLE ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT nullif(rtrim(left(line, 400)), ''),
        CASE WHEN line = '' THEN 0 ELSE length(line) - length(replace(line, ' ', '')) + 1 END
    FROM (SELECT btrim(regexp_replace(coalesce(post_text(content, 200000), ''), '\s+', ' ', 'g')) AS line) AS body
$$;
COMMENT ON FUNCTION post_measures IS 'What index_blog_post() keeps of a document beside its words, for one that is not live.';

CREATE VIEW preview.published_posts AS
SELECT
    p.id, p.website_id, c.slug, c.title, left(c.excerpt, 10000) AS excerpt, c.content, c.extract, c.word_count,
    c.featured_image, c.gallery_images, c.seo_title, c.seo_description, c.seo_keywords,
    public.readable_time(coalesce(p.scheduled_at, p.published_at, l.as_of, now())) AS visible_from,
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
WHERE CASE
    WHEN l.blog_post_id = p.id THEN true
    WHEN o.opened THEN p.status IN ('draft', 'published')
        AND (l.as_of IS NULL OR coalesce(p.scheduled_at, p.published_at, l.as_of) <= l.as_of)
    ELSE p.status = 'published' AND public.readable_time(coalesce(p.scheduled_at, p.published_at)) <= coalesce(l.as_of, now())
END;
COMMENT ON VIEW preview.published_posts IS
    'Posts that the link shows: what visitors see, and the unpublished ones it opens. Chosen a moment, those that will be due by then.';

CREATE VIEW preview.visible_posts WITH (security_barrier) AS
SELECT * FROM preview.published_posts ORDER BY website_id, visible_from DESC, id;
COMMENT ON VIEW preview.visible_posts IS 'In the order of its namesake.';

CREATE VIEW preview.visible_posts_upward WITH (security_barrier) AS
SELECT id, website_id, slug, title, featured_image, visible_from, updated_at FROM preview.published_posts
ORDER BY website_id, visible_from, id DESC;
COMMENT ON VIEW preview.visible_posts_upward IS 'In the order of its namesake.';

CREATE FUNCTION preview.posts_under_label(site uuid, kind text, label uuid, most integer, skip integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = preview, public, pg_temp AS $$
    SELECT p.id FROM published_posts p
    WHERE p.website_id = site AND CASE kind
        WHEN 'category' THEN EXISTS (SELECT FROM blog_post_categories l WHERE l.blog_post_id = p.id AND l.category_id = label)
        ELSE EXISTS (SELECT FROM blog_post_tags l WHERE l.blog_post_id = p.id AND l.tag_id = label)
    END
    ORDER BY p.visible_from DESC, p.id LIMIT most OFFSET skip
$$;
COMMENT ON FUNCTION preview.posts_under_label IS 'As its namesake.';

CREATE FUNCTION preview.search_posts(site uuid, query text, most integer, skip integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = preview, public, pg_temp AS $$
    SELECT p.id FROM published_posts p, search_query(site_search_language(site), query) AS wanted
    WHERE p.website_id = site AND numnode(wanted) > 0 AND p.search @@ wanted
    ORDER BY ts_rank(p.search, wanted, 1) DESC, p.visible_from DESC, p.id LIMIT most OFFSET skip
$$;
COMMENT ON FUNCTION preview.search_posts IS 'As its namesake, among what the link shows. The words of a post are those it has without its draft.';

REVOKE EXECUTE ON FUNCTION
    revoke_previews(uuid), revoke_previews_of_former_owner(), live_preview(uuid, uuid), use_preview(uuid, uuid), preview.shown(),
    preview.posts_under_label(uuid, text, uuid, integer, integer), preview.search_posts(uuid, text, integer, integer)
FROM PUBLIC;

INSERT INTO role_rights (statement) VALUES
    ('GRANT USAGE ON SCHEMA preview TO tapsite_edge'),
    ('GRANT SELECT ON preview.edge_sites, preview.visible_posts, preview.visible_posts_upward TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION live_preview(uuid, uuid), use_preview(uuid, uuid), preview.shown() TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION preview.posts_under_label(uuid, text, uuid, integer, integer) TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION preview.search_posts(uuid, text, integer, integer) TO tapsite_edge'),
    ('GRANT INSERT, DELETE, SELECT ON test_submissions TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION revoke_previews(uuid) TO tapsite_console'),
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON website_drafts, blog_post_drafts, preview_links TO tapsite_console'),
    ('GRANT SELECT, INSERT, UPDATE ON preview_generations TO tapsite_console'),
    ('GRANT SELECT, DELETE ON test_submissions TO tapsite_console');

INSERT INTO owner_rows (table_name, seen)
SELECT name, 'website_id IN (SELECT id FROM websites WHERE user_id = (SELECT app_user_id()))'
FROM unnest(ARRAY['website_drafts', 'preview_links', 'preview_generations', 'test_submissions']) AS name
UNION ALL SELECT 'blog_post_drafts', 'EXISTS (SELECT FROM blog_posts p WHERE p.id = blog_post_id)';
