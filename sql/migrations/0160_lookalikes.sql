-- Names that are drawn like a reserved one are reserved as well.
-- compatible_from: 0104

CREATE FUNCTION punycode_text(encoded text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
-- RFC 3492, section 6.2, of what punycode_decodes() took.
DECLARE
    hyphen integer := CASE WHEN strpos(encoded, '-') = 0 THEN 0 ELSE length(encoded) - strpos(reverse(encoded), '-') + 1 END;
    decoded text := left(encoded, greatest(hyphen - 1, 0));
    place integer := hyphen + 1;
    code_point bigint := 128;
    i bigint := 0;
    before bigint;
    bias bigint := 72;
    weight bigint;
    k integer;
    digit integer;
    threshold bigint;
    delta bigint;
    produced integer;
BEGIN
    WHILE place <= length(encoded) LOOP
        before = i;
        weight = 1;
        k = 36;
        LOOP
            digit = strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(encoded, place, 1)) - 1;
            place = place + 1;
            i = i + digit * weight;
            threshold = least(greatest(k - bias, 1), 26);
            EXIT WHEN digit < threshold OR place > length(encoded);
            weight = weight * (36 - threshold);
            k = k + 36;
        END LOOP;
        produced = length(decoded) + 1;
        delta = CASE WHEN before = 0 THEN (i - before) / 700 ELSE (i - before) / 2 END;
        delta = delta + delta / produced;
        k = 0;
        WHILE delta > 455 LOOP
            delta = delta / 35;
            k = k + 36;
        END LOOP;
        bias = k + 36 * delta / (delta + 38);
        code_point = code_point + i / produced;
        i = i % produced;
        decoded = left(decoded, i::integer) || chr(code_point::integer) || substr(decoded, i::integer + 1);
        i = i + 1;
    END LOOP;
    RETURN decoded;
END
$$;
COMMENT ON FUNCTION punycode_text IS 'What the Punycode (RFC 3492) behind "xn--" stands for, of a label for which is_subdomain() holds.';
REVOKE EXECUTE ON FUNCTION punycode_text(text) FROM PUBLIC;

CREATE FUNCTION subdomain_look(label text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    -- The letters of UTS #39's confusables that a name may have (IDNA2008), each beside what it is drawn like.
    SELECT replace(translate(
        normalize(CASE WHEN left(label, 4) = 'xn--' THEN punycode_text(substr(label, 5)) ELSE label END, NFD),
        '01ɑαаᏏᑲᖯᴄⲥс𐐽ԁᏧᑯꓒꬲеҽꬵꞙẝքɡᶃƍցһհᏂıɪɩιіꙇӏᎥ𑣃ϳјǀⵏᛁꓲ𖼨𐊊𐌉ոռంಂംං०੦૦௦౦೦'
            '൦๐໐၀ᴏᴑꬽοσⲟоჿօഠဝ𐓪𑣈𑣗𐐬ρⲣрԛգզꭇꭈᴦⲅгꜱƽѕ𑣁𐑈ꞟᴜꭎꭒʋυս𐓶𑣘ᴠνѵ𑜆𑣀ɯᴡѡԝա𑜊𑜎𑜏хᕁᕽ'
            'ɣᶌʏỿꭚγуүყ𑣜ᴢ𑣄',
        'olaaabbbccccddddeeeffffgggghhhiiiiiiiiijjlllllllnnoooooooooo'
            'ooooooooooooooooooopppqqqrrrrrsssssuuuuuuuuuvvvvvwwwwwwwwxxx'
            'yyyyyyyyyyzz'
    ), 'm', 'rn')
$$;
COMMENT ON FUNCTION subdomain_look IS
    'The skeleton (UTS #39) of a subdomain, by letters that are drawn like a to z: two labels of one look are taken for each other.';
REVOKE EXECUTE ON FUNCTION subdomain_look(text) FROM PUBLIC;

CREATE INDEX reserved_subdomains_by_look ON reserved_subdomains (subdomain_look(name));

CREATE OR REPLACE FUNCTION guard_subdomain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM reserved_subdomains WHERE subdomain_look(name) = subdomain_look(NEW.subdomain)) THEN
        RAISE EXCEPTION 'subdomain "%" is reserved', NEW.subdomain USING ERRCODE = 'check_violation', CONSTRAINT = 'reserved_subdomain';
    END IF;
    DELETE FROM resting_subdomains
        WHERE subdomain = NEW.subdomain AND (user_id = NEW.user_id OR rests_until <= now());
    IF EXISTS (SELECT FROM resting_subdomains WHERE subdomain = NEW.subdomain) THEN
        RAISE EXCEPTION 'subdomain "%" belonged to another site less than a year ago', NEW.subdomain
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resting_subdomain';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION guard_subdomain IS 'Refuses subdomains that rest, are reserved, or are drawn like a reserved one.';
