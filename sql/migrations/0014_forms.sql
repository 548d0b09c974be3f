-- Forms and what visitors send with them.
-- compatible_from: 0014

CREATE TABLE form_submissions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,

    form_type varchar(50) NOT NULL,

    submitter_name varchar(100),
    submitter_email varchar(255),
    submitter_phone varchar(20),

    data jsonb NOT NULL,

    is_ai_processed boolean DEFAULT false,
    ai_summary text,
    ai_sentiment varchar(20),

    email_notified boolean DEFAULT false,
    whatsapp_notified boolean DEFAULT false,
    webhook_called boolean DEFAULT false,

    status varchar(20) DEFAULT 'new' CHECK (status IN ('new', 'read', 'replied', 'archived', 'spam')),

    ip_address inet,
    user_agent text,
    referrer_url text,

    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE INDEX idx_form_submissions_website_id ON form_submissions (website_id);
CREATE INDEX idx_form_submissions_status ON form_submissions (status);
CREATE INDEX idx_form_submissions_created_at ON form_submissions (created_at DESC);
CREATE INDEX idx_form_submissions_type ON form_submissions (form_type);
CREATE INDEX idx_form_submissions_unread ON form_submissions (created_at) WHERE status = 'new';

COMMENT ON TABLE form_submissions IS
    'Leads: what visitors sent. The edge inserts what came with the request, and never reads it; the console shows it to the owner.';
COMMENT ON COLUMN form_submissions.email_notified IS 'True once delivery was confirmed, like the two after it.';

CREATE TRIGGER update_form_submissions_updated_at BEFORE UPDATE ON form_submissions
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_updated_at_column();

CREATE TABLE form_templates (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid REFERENCES websites (id) ON DELETE CASCADE,

    name varchar(100) NOT NULL,
    form_type varchar(50) NOT NULL,

    fields jsonb NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb,

    is_active boolean DEFAULT true,

    created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_form_templates_website ON form_templates (website_id);

COMMENT ON TABLE form_templates IS 'Definitions of forms. Written by generators and the console, read by the edge.';
COMMENT ON COLUMN form_templates.website_id IS 'NULL: offered to every site.';
COMMENT ON COLUMN form_templates.settings IS 'Notifications, webhook address, thank-you text. Never sent to a visitor as it stands.';
