-- Pictures that have AVIF beside WebP say so in their name.
-- compatible_from: 0077

ALTER TABLE pictures DROP CONSTRAINT pictures_name_check;
ALTER TABLE pictures ADD CONSTRAINT pictures_name_check CHECK (name ~ '^[0-9a-f]{32}-[1-9][0-9]{0,3}x[1-9][0-9]{0,3}a?$');
COMMENT ON COLUMN pictures.name IS
    'Half a SHA-256 of what was uploaded and how it is drawn, the size of the largest file, and an a where there is AVIF: part of the address.';
