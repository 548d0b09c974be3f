-- What was typed into a form of the console and not saved.

-- Nothing where another open page of the same form keeps its own.
-- scope: owner
-- name: keep_form$
INSERT INTO unsaved_forms (website_id, user_id, place, typed, tab)
SELECT w.id, w.user_id, :place, :typed::jsonb, :tab
FROM websites w
WHERE w.id = :website_id AND w.user_id = :user_id
ON CONFLICT (website_id, user_id, place) DO UPDATE SET typed = excluded.typed, tab = excluded.tab, typed_at = now()
    WHERE unsaved_forms.tab = ANY(:tabs::text[])
RETURNING place;

-- scope: owner
-- name: keep_newest!
DELETE FROM unsaved_forms WHERE website_id = :website_id AND user_id = :user_id AND place IN (
    SELECT place FROM unsaved_forms WHERE website_id = :website_id AND user_id = :user_id ORDER BY typed_at DESC OFFSET :most
);

-- scope: owner
-- name: kept_form^
SELECT CASE WHEN NOT is_oversized(typed) THEN typed END AS typed, tab, typed_at
FROM unsaved_forms
WHERE website_id = :website_id AND user_id = :user_id AND place = :place;

-- scope: owner
-- name: kept_places
SELECT place FROM unsaved_forms WHERE website_id = :website_id AND user_id = :user_id;

-- scope: owner
-- name: forget_form!
DELETE FROM unsaved_forms
WHERE website_id = :website_id AND user_id = :user_id AND place = :place AND (:tabs::text[] IS NULL OR tab = ANY(:tabs::text[]));
