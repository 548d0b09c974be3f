-- What a post is about, told by a plan that is made once a session and not once a post.
-- compatible_from: 0032

CREATE OR REPLACE FUNCTION topics_of(search tsvector) RETURNS SETOF integer
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
DECLARE
    -- Words that say nothing, stemmed, which PostgreSQL knows of many languages and not of this one.
    empty constant text[] := tsvector_to_array(to_tsvector('pg_catalog.indonesian',
        'ada adalah agar akan aku anda antara apa apabila apakah atas atau bagi bagian bahkan bahwa baik bagaimana banyak beberapa '
        'begitu belum berbagai bisa boleh bukan cara cukup dalam dan dapat dari dengan dia dua guna hal hanya harus hari hingga '
        'ini itu jadi jangan jika juga kali kalau kami kamu karena kata ke kembali kemudian kepada kini kita lagi lain lalu lebih '
        'maka mana masih mau mereka mungkin namun oleh orang pada paling para per pernah perlu pun saat saja salah sama sambil '
        'sampai sangat satu saya seperti sebagai sebelum sebuah secara sedang segera sehingga sejak selain selalu selama semua '
        'sendiri seorang serta sesuatu setelah setiap sudah supaya tahu tanpa tapi telah tentang terhadap tersebut tetapi tiap '
        'tidak tiga untuk waktu walau yaitu yakni yang'));
BEGIN
    RETURN QUERY
    SELECT DISTINCT ('x' || left(md5(l.lexeme), 8))::bit(32)::integer
    FROM (
        SELECT w.lexeme
        FROM unnest(search) AS w
        WHERE length(w.lexeme) BETWEEN 3 AND 60 AND w.lexeme ~ '[^0-9.,:/-]' AND w.lexeme <> ALL(empty)
        -- The title's words count for more than the excerpt's, and these for more than the body's; a word said often for more again.
        ORDER BY cardinality(w.positions)
                + CASE WHEN 'A' = ANY(w.weights) THEN 1000 WHEN 'B' = ANY(w.weights) THEN 2 ELSE 0 END DESC,
            length(w.lexeme) DESC, w.lexeme
        LIMIT 16
    ) AS l;
END
$$;
