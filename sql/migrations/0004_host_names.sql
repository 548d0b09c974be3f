-- What may be a subdomain or a host name.
-- compatible_from: 0004

CREATE FUNCTION punycode_decodes(encoded text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
-- RFC 3492, section 6.2, without keeping the string: only whether each code point is one that a name could have.
DECLARE
    hyphen integer := length(encoded) - strpos(reverse(encoded), '-') + 1;
    basic integer := CASE WHEN strpos(encoded, '-') = 0 THEN 0 ELSE hyphen - 1 END;
    digits text := CASE WHEN strpos(encoded, '-') = 0 THEN encoded ELSE substr(encoded, hyphen + 1) END;
    place integer := 1;
    code_point bigint := 128;
    i bigint := 0;
    before bigint;
    bias bigint := 72;
    weight bigint;
    k integer;
    digit integer;
    threshold bigint;
    delta bigint;
    produced integer := basic;
BEGIN
    IF digits = '' THEN
        RETURN false;
    END IF;
    WHILE place <= length(digits) LOOP
        before = i;
        weight = 1;
        k = 36;
        LOOP
            IF place > length(digits) THEN
                RETURN false;
            END IF;
            digit = strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(digits, place, 1)) - 1;
            place = place + 1;
            i = i + digit * weight;
            threshold = least(greatest(k - bias, 1), 26);
            EXIT WHEN digit < threshold;
            weight = weight * (36 - threshold);
            IF digit < 0 OR i > 2147483647 OR weight > 2147483647 THEN
                RETURN false;
            END IF;
            k = k + 36;
        END LOOP;
        produced = produced + 1;
        delta = CASE WHEN before = 0 THEN (i - before) / 700 ELSE (i - before) / 2 END;
        delta = delta + delta / produced;
        k = 0;
        WHILE delta > 455 LOOP
            delta = delta / 35;
            k = k + 36;
        END LOOP;
        bias = k + 36 * delta / (delta + 38);
        code_point = code_point + i / produced;
        i = i % produced + 1;
        IF code_point NOT BETWEEN 161 AND 1114111 OR code_point BETWEEN 55296 AND 57343 THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END
$$;
COMMENT ON FUNCTION punycode_decodes IS 'Whether what follows "xn--" is Punycode (RFC 3492) of characters above U+00A0.';

CREATE FUNCTION is_subdomain(label text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
    -- RFC 1035: 1 to 63 characters, no hyphen at the ends. RFC 5890: "??--" is kept for encodings, and xn-- is the only one.
    IF label COLLATE "C" !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' THEN
        RETURN false;
    ELSIF substr(label, 3, 2) <> '--' THEN
        RETURN true;
    END IF;
    RETURN left(label, 4) = 'xn--' AND punycode_decodes(substr(label, 5));
END
$$;
COMMENT ON FUNCTION is_subdomain IS 'A DNS label in lower case: 1-63, no hyphen at the ends, Punycode only if it decodes.';

CREATE FUNCTION is_host_name(host text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
    -- A last label of digits would be an IPv4 address.
    RETURN length(host) <= 253
        AND host COLLATE "C" ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'
        AND host COLLATE "C" !~ '\.[0-9]+$';
END
$$;
COMMENT ON FUNCTION is_host_name IS
    'A host name in lower case with at least two labels and no trailing dot. Public suffixes are judged by the program.';

CREATE TABLE reserved_subdomains (
    name varchar(63) PRIMARY KEY CHECK (is_subdomain(name)),
    reason text NOT NULL
);
COMMENT ON TABLE reserved_subdomains IS
    'Labels no site may have. Written by migrations and administrators, read by the trigger of websites.';

INSERT INTO reserved_subdomains (name, reason)
SELECT unnest(string_to_array(names, ' ')), why
FROM (VALUES
    ('www app api admin administrator dashboard console panel login signin signup register account accounts akun masuk '
     'daftar auth oauth sso id my billing pay payment payments bayar checkout', 'pages of the platform'),
    ('mail email smtp imap pop pop3 webmail mx mx1 mx2 autoconfig autodiscover newsletter postmaster hostmaster '
     'webmaster abuse security noreply no-reply', 'mail'),
    ('ns ns1 ns2 ns3 ns4 dns ftp sftp ssh vpn proxy gateway edge origin cdn static assets asset images img media files '
     'upload uploads download downloads cache lb git ci', 'infrastructure'),
    ('blog docs doc help bantuan support status about tentang contact kontak terms privacy privasi legal news press '
     'careers jobs kabar forum community shop store toko', 'the platform''s own sites'),
    ('preview previews draft staging stage dev test testing demo beta sandbox local localhost internal intranet '
     'example wpad isatap broadcasthost invalid', 'would be mistaken for something else'),
    ('tapsite tapsite-ai official resmi root system', 'would pass for the platform')
) AS groups (names, why)
ON CONFLICT DO NOTHING;
