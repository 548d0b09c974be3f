-- What columns mean that are neither obvious nor explained where their table is made.
-- compatible_from: 0024

COMMENT ON COLUMN schema_versions.number IS 'The first four digits of the file''s name.';
COMMENT ON COLUMN schema_versions.applied_at IS 'When it was applied here.';
COMMENT ON COLUMN system_config.key IS 'Keys the database itself reads: signup_token_bonus, usd_idr_rate, platform_time_zone, base_domains, lapsed_sites, tier_rights.';
COMMENT ON COLUMN system_config.value IS 'JSON. What is missing or cannot be read counts as the default, and stops nobody.';
COMMENT ON COLUMN system_config.updated_by IS 'The administrator, where a person changed it.';

COMMENT ON COLUMN users.email_verified_at IS 'NULL: the address has not been confirmed.';
COMMENT ON COLUMN users.subscription_started_at IS 'Start of the current subscription.';
COMMENT ON COLUMN users.is_admin IS 'May use the platform''s own pages.';
COMMENT ON COLUMN users.last_login_at IS 'Written by the console at each sign-in.';

COMMENT ON COLUMN templates.category IS 'For the chooser.';
COMMENT ON COLUMN templates.industry_tags IS 'Lines of business the theme suits; generators choose by it.';
COMMENT ON COLUMN templates.tone_tags IS 'Moods the theme suits; the same.';
COMMENT ON COLUMN templates.available_color_schemes IS 'Schemes that design_tokens.scheme may name.';
COMMENT ON COLUMN templates.min_subscription_tier IS 'Lowest tier that may choose it; sites below it are drawn with the theme''s free base.';
COMMENT ON COLUMN templates.avg_rating IS 'Counter, like review_count; does not touch updated_at.';

COMMENT ON COLUMN websites.template_variant IS 'A variant of the theme; an unknown one is its default.';
COMMENT ON COLUMN websites.ai_model_used IS 'Of the last generation.';
COMMENT ON COLUMN websites.generation_count IS 'Counted by the generator.';
COMMENT ON COLUMN websites.is_password_protected IS 'Asks for a password in front of everything the site has.';
COMMENT ON COLUMN websites.unique_visitor_count IS 'Daily visitors, summed; not a number of people.';
COMMENT ON COLUMN websites.last_viewed_at IS 'Of a counted view.';
COMMENT ON COLUMN websites.seo_title IS 'Before title, in <title> and share cards.';
COMMENT ON COLUMN websites.seo_description IS 'Before description, in the same places.';
COMMENT ON COLUMN websites.og_image_url IS 'Picture of share cards; none: one is drawn.';
COMMENT ON COLUMN website_domains.last_checked_at IS 'Of the DNS check, whatever its result.';
COMMENT ON COLUMN website_domains.last_error IS 'Why the last check failed, in words for the owner.';
COMMENT ON COLUMN reserved_subdomains.reason IS 'For the administrator who is asked for it.';
COMMENT ON COLUMN resting_subdomains.subdomain IS 'Nobody but its former owner may take it.';
COMMENT ON COLUMN resting_subdomains.rests_until IS 'A year after the site was deleted or renamed.';

COMMENT ON COLUMN token_transactions.related_user_id IS 'Who was referred.';
COMMENT ON COLUMN token_packages.token_amount IS 'Before bonus_tokens and bonus_percentage.';
COMMENT ON COLUMN token_packages.price_idr IS 'Whole rupiah, as it is asked for; original_price_idr is struck out beside it.';
COMMENT ON COLUMN token_packages.available_from IS 'Sold from then until available_until; NULL: no limit.';
COMMENT ON COLUMN token_purchases.token_amount IS 'Tokens sold, bonus included.';
COMMENT ON COLUMN token_purchases.payment_method IS 'transfer, qris, credit_card, ewallet.';
COMMENT ON COLUMN token_purchases.payment_reference IS 'Of the payment provider; emptied by anonymise_user(), like metadata.';

COMMENT ON COLUMN ai_generation_logs.stage IS 'intent_parsing, design_decision, content_gen, refinement, image_gen.';
COMMENT ON COLUMN ai_generation_logs.total_tokens IS 'input_tokens + output_tokens, computed.';
COMMENT ON COLUMN ai_generation_logs.cost_idr IS 'cost_usd × usd_idr_rate, computed.';
COMMENT ON COLUMN ai_generation_logs.was_cached IS 'Answered without asking the model.';
COMMENT ON COLUMN ai_generation_logs.response_preview IS 'First 500 characters.';
COMMENT ON COLUMN prompt_versions.stage IS 'As in ai_generation_logs.';
COMMENT ON COLUMN prompt_versions.output_schema IS 'JSON Schema of the answer.';
COMMENT ON COLUMN prompt_versions.validation_rules IS 'What the generator checks beyond the schema.';

COMMENT ON COLUMN blog_posts.excerpt IS 'For lists and feeds; none: one is made from the body.';
COMMENT ON COLUMN blog_posts.gallery_images IS 'Addresses of pictures below the post.';
COMMENT ON COLUMN blog_posts.like_count IS 'Counter.';
COMMENT ON COLUMN blog_posts.ai_prompt IS 'What the generator was asked. Never shown to visitors.';
COMMENT ON COLUMN slug_history.kind IS 'post, category or tag.';
COMMENT ON COLUMN slug_history.retired_at IS 'When it was last given up.';

COMMENT ON COLUMN form_submissions.form_type IS 'contact, order, registration, newsletter, custom.';
COMMENT ON COLUMN form_submissions.data IS 'Every field as sent, under its name.';
COMMENT ON COLUMN form_submissions.is_ai_processed IS 'ai_summary and ai_sentiment are filled.';
COMMENT ON COLUMN form_submissions.status IS 'The owner''s; spam is stored and not delivered.';
COMMENT ON COLUMN form_submissions.referrer_url IS 'Page the form stood on.';
COMMENT ON COLUMN form_templates.form_type IS 'As in form_submissions.';
COMMENT ON COLUMN form_templates.fields IS 'Array of {name, type, required, label, …} in order.';

COMMENT ON COLUMN website_analytics_daily.bounce_rate IS 'Per cent of sessions with one view.';
COMMENT ON COLUMN website_analytics_daily.traffic_sources IS 'Views by source: {"direct": 100, "search": 50, …}.';
COMMENT ON COLUMN website_analytics_daily.device_breakdown IS 'Views by device: {"mobile": 150, …}.';
COMMENT ON COLUMN website_analytics_daily.top_countries IS 'Array of countries with their views, most first.';
COMMENT ON COLUMN page_views.referrer IS 'Without query and fragment.';
COMMENT ON COLUMN page_views.session_id IS 'Views of one visitor less than 30 minutes apart.';
COMMENT ON COLUMN page_views.device_type IS 'mobile, desktop, tablet.';
COMMENT ON COLUMN page_views.country IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN day_key_roots.day IS 'Calendar day; sites derive the keys of their own days from it.';
COMMENT ON COLUMN day_key_roots.destroy_after IS 'When maintenance deletes it: the zones of the world span 50 hours.';

COMMENT ON COLUMN affiliate_profiles.total_referrals IS 'Sums over affiliate_referrals and payments, kept by the affiliate programme; the columns after it too.';
COMMENT ON COLUMN affiliate_profiles.reviewed_by IS 'The administrator who decided.';
COMMENT ON COLUMN affiliate_referrals.converted_at IS 'First purchase of the person referred.';
COMMENT ON COLUMN affiliate_referrals.ip_address IS 'Of the sign-up; emptied by anonymise_user().';

COMMENT ON COLUMN audit_logs.action IS 'create, update, delete, login, logout, generate, publish, …';
COMMENT ON COLUMN audit_logs.entity_type IS 'user, website, blog_post, form_submission, …; entity_id is its id.';
COMMENT ON COLUMN audit_logs.request_id IS 'Of the request in the program''s log.';
COMMENT ON COLUMN change_log.logged_at IS 'Start of the writing transaction, for pruning; order is the xid''s matter.';

COMMENT ON COLUMN takeover_notes.table_name IS 'Where the row is now.';
COMMENT ON COLUMN takeover_notes.row_id IS 'Its key.';
COMMENT ON COLUMN takeover_notes.column_name IS 'What was changed.';
COMMENT ON COLUMN takeover_notes.new_value IS 'As it is now; NULL: left out.';
COMMENT ON COLUMN takeover_notes.reason IS 'In words.';
COMMENT ON COLUMN takeover_notes.noted_at IS 'When it was taken over.';
