-- Forms of the console that were taken already.

-- What is being taken stands without a location; patience ends whatever the clock does.
-- scope: owner
-- name: taken_form^
SELECT begun_at, location, mark, begun_at > now() - interval '1 hour' AS is_fresh,
       :patience::interval > '0' AND begun_at > now() - :patience::interval AS is_young
FROM taken_forms
WHERE website_id = :website_id AND user_id = :user_id AND digest = :digest;

-- Nothing where another request claimed it since `found`.
-- scope: owner
-- name: claim_form$
INSERT INTO taken_forms (website_id, user_id, digest)
SELECT w.id, w.user_id, :digest FROM websites w WHERE w.id = :website_id AND w.user_id = :user_id
ON CONFLICT (website_id, user_id, digest) DO UPDATE SET begun_at = clock_timestamp(), location = NULL, mark = NULL
    WHERE taken_forms.begun_at = :found::timestamptz
RETURNING begun_at;

-- scope: owner
-- name: settle_form!
UPDATE taken_forms SET location = :location, mark = :mark
WHERE website_id = :website_id AND user_id = :user_id AND digest = :digest AND begun_at = :begun_at;

-- scope: owner
-- name: release_form!
DELETE FROM taken_forms
WHERE website_id = :website_id AND user_id = :user_id AND digest = :digest AND begun_at = :begun_at;

-- Counting changes none of it; xmin is the row's version.
-- scope: owner
-- name: mark_of_site$
SELECT concat_ws(' ', w.changed_in, d.version, extract(epoch FROM d.edited_at),
    (SELECT string_agg(f.xmin::text, ',' ORDER BY f.id) FROM form_templates f WHERE f.website_id = w.id),
    (SELECT string_agg(concat_ws(' ', p.id, p.changed_in, b.version, extract(epoch FROM b.edited_at)), ',' ORDER BY p.id)
     FROM blog_posts p LEFT JOIN blog_post_drafts b ON b.blog_post_id = p.id
     WHERE p.website_id = w.id AND p.id = ANY(:posts::uuid[])))
FROM websites w LEFT JOIN website_drafts d ON d.website_id = w.id
WHERE w.id = :website_id AND w.user_id = :user_id;
