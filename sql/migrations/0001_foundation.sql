-- What every later file stands on: versions, configuration, roles, and functions that many tables share.
-- compatible_from: 0001

CREATE TABLE schema_versions (
    number integer PRIMARY KEY,
    id text NOT NULL UNIQUE,
    compatible_from integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE schema_versions IS
    'One row an applied migration. Written by `renderer migrate`, read by every process that starts.';
COMMENT ON COLUMN schema_versions.compatible_from IS
    'A program whose newest migration file has this number, or a higher one, still works after this migration.';

-- Cluster-wide, so another database of the same cluster may have made them, or may be making them now.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['tapsite_migrate', 'tapsite_edge', 'tapsite_console', 'tapsite_maintain'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
                EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
                NULL; -- `renderer check` names a role that is missing
        END;
    END LOOP;
END
$$;

CREATE TABLE system_config (
    key varchar(100) PRIMARY KEY,
    value jsonb NOT NULL,
    description text,
    updated_by uuid, -- references users, which comes later
    updated_at timestamptz DEFAULT now()
);
COMMENT ON TABLE system_config IS
    'Values an administrator changes while the platform runs. Written by the console and by hand, read by triggers and views.';

CREATE FUNCTION config_integer(wanted text, fallback integer) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found numeric;
BEGIN
    found = (SELECT trunc((value #>> '{}')::numeric) FROM system_config WHERE key = wanted);
    -- NaN counts as above every number. Sums of what is configured must still fit an integer.
    RETURN CASE WHEN found BETWEEN -1000000000 AND 1000000000 THEN found::integer ELSE fallback END;
EXCEPTION
    WHEN data_exception OR feature_not_supported THEN
        RETURN fallback;
END
$$;
COMMENT ON FUNCTION config_integer IS
    'A whole number of system_config between ±1,000,000,000; the fallback where it is missing or is none.';

CREATE FUNCTION platform_day(moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (moment AT TIME ZONE
            coalesce((SELECT value #>> '{}' FROM system_config WHERE key = 'platform_time_zone'), 'Asia/Jakarta'))::date;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN (least(greatest(moment, '4000-01-01 00:00+00 BC'), '294000-01-01 00:00+00') AT TIME ZONE 'Asia/Jakarta')::date;
    WHEN datetime_field_overflow THEN
        RETURN (moment AT TIME ZONE 'UTC')::date; -- at either end of what PostgreSQL can store, where a zone would lead beyond it
END
$$;
COMMENT ON FUNCTION platform_day IS 'The calendar day of a moment for what belongs to no site: daily bonus, revenue.';

CREATE FUNCTION readable_time(moment timestamptz) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
    RETURN least(greatest(moment, '0002-01-01 00:00:00+00'), '9998-12-30 00:00:00+00');
END
$$;
COMMENT ON FUNCTION readable_time IS
    'The nearest time that programs can hold, in every zone: PostgreSQL also stores years before Christ, after 9999, and infinity.';

CREATE FUNCTION is_oversized(document jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
DECLARE
    most constant integer := 2097152;
    digits bigint := 0;
    number jsonb;
BEGIN
    -- #> '{}' is the document itself, unpacked. One of more than four times the limit is too long as text whatever it holds
    -- (the shortest item there is takes 12 bytes, and three as text).
    IF pg_column_size(document #> '{}') > 4 * most + 1024 THEN
        RETURN true;
    END IF;
    -- 1e131071 is stored in a few bytes and is 131 KB as text: numbers are counted one by one before anything is written out.
    -- (As an array, because PostgreSQL takes a time quadratic in their number to return them as rows.)
    FOR number IN SELECT jsonb_array_elements(jsonb_path_query_array(document, 'strict $.** ? (@.type() == "number")')) LOOP
        digits = digits + octet_length(number::text);
        IF digits > most THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN octet_length(document::text) > most;
EXCEPTION
    WHEN OTHERS THEN
        RETURN true; -- nested too deep, no memory: whoever reads it fares no better
END
$$;
COMMENT ON FUNCTION is_oversized IS
    'Whether a document is more than 2 MiB (2,097,152 bytes) as text, found out without ever writing out much more than that.';

CREATE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION update_updated_at_column IS
    'For tables without counters; those that have them compare the rest of the row themselves.';

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Correct it with a new row.';
END
$$;
COMMENT ON FUNCTION refuse_change IS 'Trigger of the append-only tables.';

CREATE TRIGGER update_system_config_updated_at BEFORE UPDATE ON system_config
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_updated_at_column();
