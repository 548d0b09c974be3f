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
BEGIN
    RETURN coalesce((SELECT trunc((value #>> '{}')::numeric)::integer FROM system_config WHERE key = wanted), fallback);
EXCEPTION
    WHEN invalid_text_representation OR numeric_value_out_of_range THEN
        RETURN fallback; -- a typing error in the configuration must not stop anybody from signing up
END
$$;
COMMENT ON FUNCTION config_integer IS 'A whole number of system_config; the fallback where it is missing or is no number.';

CREATE FUNCTION platform_day(moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (moment AT TIME ZONE
            coalesce((SELECT value #>> '{}' FROM system_config WHERE key = 'platform_time_zone'), 'Asia/Jakarta'))::date;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN (moment AT TIME ZONE 'Asia/Jakarta')::date;
END
$$;
COMMENT ON FUNCTION platform_day IS 'The calendar day of a moment for what belongs to no site: daily bonus, revenue.';

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
