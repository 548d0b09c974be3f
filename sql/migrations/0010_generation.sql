-- What generators log, and the prompts they use.
-- compatible_from: 0010

CREATE TABLE ai_generation_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),

    website_id uuid,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,

    stage varchar(30) NOT NULL,
    model varchar(50) NOT NULL,
    provider varchar(30) NOT NULL,

    input_tokens integer,
    output_tokens integer,
    total_tokens integer GENERATED ALWAYS AS (coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) STORED,

    cost_usd numeric(10, 6),
    usd_idr_rate numeric(12, 4) NOT NULL,
    cost_idr numeric(12, 2) GENERATED ALWAYS AS (cost_usd * usd_idr_rate) STORED,

    latency_ms integer,

    retry_count integer DEFAULT 0,
    was_cached boolean DEFAULT false,

    success boolean DEFAULT true,
    error_code varchar(50),
    error_message text,

    prompt_preview text,
    response_preview text,

    created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_ai_logs_website_id ON ai_generation_logs (website_id);
CREATE INDEX idx_ai_logs_user_id ON ai_generation_logs (user_id);
CREATE INDEX idx_ai_logs_model ON ai_generation_logs (model);
CREATE INDEX idx_ai_logs_stage ON ai_generation_logs (stage);
CREATE INDEX idx_ai_logs_created_at ON ai_generation_logs (created_at DESC);
CREATE INDEX idx_ai_logs_success ON ai_generation_logs (success);
CREATE INDEX idx_ai_logs_failed ON ai_generation_logs (created_at) WHERE success = false;
CREATE INDEX idx_ai_logs_costly ON ai_generation_logs (cost_usd) WHERE cost_usd > 0.01;

COMMENT ON TABLE ai_generation_logs IS 'One row a call of a model. Written by generators, read by cost reports. A money row: it outlives its site.';
COMMENT ON COLUMN ai_generation_logs.website_id IS 'No foreign key: what a deleted site cost still counts.';
COMMENT ON COLUMN ai_generation_logs.usd_idr_rate IS 'Rupiah a dollar when the call was made: system_config usd_idr_rate unless given.';
COMMENT ON COLUMN ai_generation_logs.prompt_preview IS 'First 500 characters; emptied, like response_preview, by anonymise_user().';

CREATE FUNCTION set_exchange_rate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.usd_idr_rate = coalesce(NEW.usd_idr_rate,
        (SELECT CASE jsonb_typeof(value) WHEN 'number' THEN value::text::numeric END
         FROM system_config WHERE key = 'usd_idr_rate' AND length(value::text) <= 12), 16000);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION set_exchange_rate IS 'Fixes the rate in the row, so that old costs do not move with today''s rate.';

CREATE TRIGGER set_exchange_rate BEFORE INSERT ON ai_generation_logs
    FOR EACH ROW EXECUTE FUNCTION set_exchange_rate();

CREATE TABLE prompt_versions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),

    name varchar(100) NOT NULL,
    stage varchar(30) NOT NULL,
    version varchar(10) NOT NULL,

    model varchar(50) NOT NULL,
    provider varchar(30) NOT NULL,
    temperature numeric(3, 2) DEFAULT 0.7,
    max_tokens integer,

    system_prompt text NOT NULL,
    user_prompt_template text NOT NULL,
    output_schema jsonb,
    validation_rules jsonb DEFAULT '[]'::jsonb,

    is_active boolean DEFAULT false,
    is_default boolean DEFAULT false,

    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    notes text,

    created_at timestamptz DEFAULT now(),

    UNIQUE (name, stage, version)
);
CREATE INDEX idx_prompt_versions_stage ON prompt_versions (stage);
CREATE INDEX idx_prompt_versions_active ON prompt_versions (is_active) WHERE is_active = true;
CREATE UNIQUE INDEX one_default_prompt ON prompt_versions (name, stage) WHERE is_default;

COMMENT ON TABLE prompt_versions IS 'Prompts of the generators, which write and read it.';
COMMENT ON COLUMN prompt_versions.is_default IS 'One for each name and stage.';
