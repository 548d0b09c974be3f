-- updated_at of leads, without a comparison that a restore refuses beside a generated column.
-- compatible_from: 0055

CREATE FUNCTION update_form_submissions_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was form_submissions%ROWTYPE := OLD;
BEGIN
    -- A generated column has no value yet in a BEFORE trigger.
    was.words = NEW.words;
    was.updated_at = NEW.updated_at;
    NEW.updated_at = CASE WHEN was IS DISTINCT FROM NEW THEN now() ELSE OLD.updated_at END;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION update_form_submissions_updated_at IS 'Touches updated_at when anything else changed.';

DROP TRIGGER update_form_submissions_updated_at ON form_submissions;
CREATE TRIGGER update_form_submissions_updated_at BEFORE UPDATE ON form_submissions
    FOR EACH ROW EXECUTE FUNCTION update_form_submissions_updated_at();
