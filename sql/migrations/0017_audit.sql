-- The audit trail.
-- compatible_from: 0017

CREATE TABLE audit_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),

    action varchar(50) NOT NULL,
    entity_type varchar(50) NOT NULL,
    entity_id uuid,
    user_id uuid,

    old_values jsonb,
    new_values jsonb,
    changes_summary text,

    ip_address inet,
    user_agent text,
    request_id varchar(100),

    created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_audit_logs_entity ON audit_logs (entity_type, entity_id);
CREATE INDEX idx_audit_logs_user_id ON audit_logs (user_id);
CREATE INDEX idx_audit_logs_created_at ON audit_logs (created_at DESC);
CREATE INDEX idx_audit_logs_action ON audit_logs (action);

COMMENT ON TABLE audit_logs IS 'Who did what, append-only. Written by the console and other programs, read by administrators.';
COMMENT ON COLUMN audit_logs.entity_id IS 'No foreign key, nor has user_id: the log outlives what it names.';
COMMENT ON COLUMN audit_logs.old_values IS
    'Personal data belongs here as keyed digests only. Where other programs wrote it plainly, anonymise_user() empties it.';

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_update BEFORE UPDATE ON audit_logs FOR EACH ROW
    WHEN (NOT (is_anonymising(OLD.user_id) OR is_anonymising(OLD.entity_id))) EXECUTE FUNCTION refuse_change();
