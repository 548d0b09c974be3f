-- A lead is counted and stored in a statement each.
-- compatible_from: 0055

CREATE FUNCTION store_lead(
    site uuid, lead uuid, known_by bytea, sent_at timestamptz, kind text, name text, email text, phone text, answers jsonb,
    address text, agent text, referrer text, judged text) RETURNS uuid
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    before uuid;
BEGIN
    -- The row's lock makes a second one wait until the first is stored, or is not. What waited on disk comes later than it
    -- was sent, and perhaps after what was sent later.
    INSERT INTO form_receipts AS r (website_id, digest, submission_id, received_at) VALUES (site, known_by, lead, sent_at)
    ON CONFLICT (website_id, digest) DO UPDATE SET submission_id = excluded.submission_id, received_at = excluded.received_at
    WHERE excluded.received_at NOT BETWEEN r.received_at - interval '10 minutes' AND r.received_at + interval '10 minutes';
    IF NOT FOUND THEN
        SELECT r.submission_id INTO before FROM form_receipts r WHERE r.website_id = site AND r.digest = known_by;
        RETURN coalesce(before, lead);
    END IF;
    DELETE FROM form_receipts r WHERE r.website_id = site AND r.received_at < now() - interval '1 day';
    INSERT INTO form_submissions (
        id, website_id, form_type, submitter_name, submitter_email, submitter_phone, data, ip_address, user_agent, referrer_url,
        created_at, status)
    SELECT lead, site, kind, name, email, phone, answers, address::inet, agent, referrer, sent_at, judged
    WHERE NOT EXISTS (
        SELECT FROM form_erasures e WHERE e.website_id = site AND e.submission_id = lead AND e.erased_at > sent_at)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        -- Of what was erased meanwhile: sent again, it is new.
        DELETE FROM form_receipts r
        WHERE r.website_id = site AND r.digest = known_by AND NOT EXISTS (SELECT FROM form_submissions s WHERE s.id = lead);
    END IF;
    RETURN lead;
END
$$;
COMMENT ON FUNCTION store_lead IS
    'Stores a lead with what tells it when it is sent twice; its id, or that of the same one of the ten minutes about it, and nothing '
    'is stored again. What was erased after it was sent is not stored. With the rights of whoever calls it.';

CREATE FUNCTION count_rates(subjects bytea[], spans integer[]) RETURNS integer[]
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    counts integer[] := array_fill(0, ARRAY[cardinality(subjects)]);
    place integer;
    span interval;
    start timestamptz;
    here integer;
    earlier integer;
BEGIN
    -- In the order of their keys, so that two never wait for each other.
    FOR place IN SELECT n FROM unnest(subjects) WITH ORDINALITY AS s (subject, n) ORDER BY s.subject LOOP
        span = make_interval(secs => spans[place]);
        start = date_bin(span, now(), 'epoch');
        INSERT INTO form_rates AS r (subject, began, taken) VALUES (subjects[place], start, 1)
        ON CONFLICT (subject, began) DO UPDATE SET taken = r.taken + 1
        RETURNING taken INTO here;
        SELECT taken INTO earlier FROM form_rates WHERE subject = subjects[place] AND began = start - span;
        IF earlier > 0 THEN
            here = here + ceil(earlier * (1 - extract(epoch FROM now() - start) / extract(epoch FROM span)))::integer;
        END IF;
        counts[place] = here;
    END LOOP;
    RETURN counts;
END
$$;
COMMENT ON FUNCTION count_rates IS
    'Counts one more of each of these in spans of so many seconds, and says how many that makes: what was counted of the span before '
    'weighs less the further this one has come. With the rights of whoever calls it.';

REVOKE EXECUTE ON FUNCTION count_rates(bytea[], integer[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION store_lead(uuid, uuid, bytea, timestamptz, text, text, text, text, jsonb, text, text, text, text) FROM PUBLIC;
INSERT INTO role_rights (statement) VALUES
    ('GRANT EXECUTE ON FUNCTION store_lead(uuid, uuid, bytea, timestamptz, text, text, text, text, jsonb, text, text, text, text) '
        'TO tapsite_edge'),
    ('GRANT EXECUTE ON FUNCTION count_rates(bytea[], integer[]) TO tapsite_edge');
