-- Who else gets a site's leads by mail has said so; and a service may be asked whether a lead is spam.
-- compatible_from: 0055

CREATE TABLE lead_recipients (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    website_id uuid NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
    email text NOT NULL CHECK (length(email) <= 254),
    owner_id uuid NOT NULL,
    nonce uuid NOT NULL DEFAULT gen_random_uuid(),
    asked integer NOT NULL DEFAULT 1,
    asked_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz
);
CREATE UNIQUE INDEX lead_recipients_email ON lead_recipients (website_id, email);

COMMENT ON TABLE lead_recipients IS
    'Addresses beside the owner''s own that a site wants its leads mailed to (notify_emails, a vouched contact). Nothing but one question is '
    'mailed there before somebody confirmed it. Written by the edge through functions, when a lead is to be delivered.';
COMMENT ON COLUMN lead_recipients.email IS 'In lower case.';
COMMENT ON COLUMN lead_recipients.owner_id IS 'For whose leads: in other hands it has to be confirmed anew. No foreign key: it is told apart, not looked up.';
COMMENT ON COLUMN lead_recipients.nonce IS 'In the link that confirms; nobody else knows it.';
COMMENT ON COLUMN lead_recipients.asked IS 'How often: three times at most, a week apart.';
COMMENT ON COLUMN lead_recipients.asked_at IS 'When last.';
COMMENT ON COLUMN lead_recipients.confirmed_at IS 'When somebody who reads that mailbox agreed.';

CREATE FUNCTION claimed_recipients(site uuid, job uuid, addresses text[]) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder record;
    address text;
    known lead_recipients;
    agreed text[] := '{}';
BEGIN
    SELECT w.user_id, lower(u.email) AS email INTO holder
    FROM outbox o JOIN websites w ON w.id = o.website_id JOIN users u ON u.id = w.user_id
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_email' AND o.state = 'waiting' AND o.lease IS NOT NULL;
    IF NOT FOUND THEN
        RETURN agreed;
    END IF;
    FOREACH address IN ARRAY addresses[1:5] LOOP
        SELECT * INTO known FROM lead_recipients r WHERE r.website_id = site AND r.email = lower(address);
        IF lower(address) = holder.email OR known.owner_id = holder.user_id AND known.confirmed_at IS NOT NULL THEN
            agreed = agreed || address;
            CONTINUE;
        END IF;
        -- However many addresses an owner thinks of: ten questions a day.
        CONTINUE WHEN (SELECT count(*) FROM lead_recipients r WHERE r.website_id = site AND r.asked_at > now() - interval '1 day') >= 10;
        INSERT INTO lead_recipients AS r (website_id, email, owner_id) VALUES (site, lower(address), holder.user_id)
        ON CONFLICT (website_id, email) DO UPDATE
        SET owner_id = excluded.owner_id, nonce = gen_random_uuid(), confirmed_at = NULL, asked_at = now(),
            asked = CASE WHEN r.owner_id = excluded.owner_id THEN r.asked + 1 ELSE 1 END
        WHERE r.owner_id <> excluded.owner_id
            OR r.confirmed_at IS NULL AND r.asked < 3 AND r.asked_at < now() - interval '7 days'
        RETURNING * INTO known;
        IF FOUND THEN
            INSERT INTO outbox (website_id, kind, payload) VALUES (site, 'lead_recipient', jsonb_build_object('recipient', known.id));
        END IF;
    END LOOP;
    RETURN agreed;
END
$$;
COMMENT ON FUNCTION claimed_recipients IS
    'Which of these addresses a claimed job may mail its lead to: the owner''s own, and those that agreed. The others are asked whether they '
    'want to, three times in all.';

CREATE FUNCTION claimed_recipient(site uuid, job uuid) RETURNS TABLE (id uuid, email text, nonce uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.email, r.nonce
    FROM outbox o
    JOIN websites w ON w.id = o.website_id
    JOIN lead_recipients r ON r.website_id = w.id AND r.id::text = o.payload ->> 'recipient' AND r.owner_id = w.user_id
    WHERE o.id = job AND o.website_id = site AND o.kind = 'lead_recipient' AND o.state = 'waiting' AND o.lease IS NOT NULL
        AND r.confirmed_at IS NULL
$$;
COMMENT ON FUNCTION claimed_recipient IS 'Who is to be asked, while a job to do so is claimed. No row: nobody (any more).';

CREATE FUNCTION may_ask_recipient(site uuid, job uuid, who bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One after the other for one address, whichever site it is; counted together with what newsletters ask.
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(who, 'hex'), 0));
    IF NOT EXISTS (SELECT FROM claimed_recipient(site, job)) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM newsletter_mails m WHERE m.recipient = who AND m.job = may_ask_recipient.job) THEN
        RETURN true;
    END IF;
    IF (SELECT count(*) FROM newsletter_mails m WHERE m.recipient = who AND m.sent_at > now() - interval '1 day') >= 3 THEN
        RETURN false;
    END IF;
    INSERT INTO newsletter_mails (recipient, job) VALUES (who, may_ask_recipient.job);
    RETURN true;
END
$$;
COMMENT ON FUNCTION may_ask_recipient IS
    'Whether one more question may be sent to an address, known by its digest: three a day, on all sites together. Counts it.';

CREATE FUNCTION confirm_recipient(site uuid, recipient uuid, proof uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE lead_recipients r SET confirmed_at = now()
    FROM websites w
    WHERE r.id = recipient AND r.website_id = site AND r.nonce = proof AND w.id = site AND w.user_id = r.owner_id
        AND r.confirmed_at IS NULL;
    IF FOUND THEN
        RETURN 'confirmed';
    END IF;
    RETURN (SELECT 'already' FROM lead_recipients r JOIN websites w ON w.id = r.website_id AND w.user_id = r.owner_id
        WHERE r.id = recipient AND r.website_id = site AND r.nonce = proof);
END
$$;
COMMENT ON FUNCTION confirm_recipient IS
    'Somebody followed the link that was mailed: confirmed, or already; NULL: there is nobody (any more) with this proof, or the site is in '
    'other hands.';

REVOKE EXECUTE ON FUNCTION
    claimed_recipients(uuid, uuid, text[]), claimed_recipient(uuid, uuid), may_ask_recipient(uuid, uuid, bytea),
    confirm_recipient(uuid, uuid, uuid)
FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION claimed_recipients(uuid, uuid, text[]), claimed_recipient(uuid, uuid), '
        'may_ask_recipient(uuid, uuid, bytea), confirm_recipient(uuid, uuid, uuid) TO tapsite_edge');
