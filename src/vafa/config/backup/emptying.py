"""SQL that throws away everything in the schema "public" that is not an extension's."""

from __future__ import annotations

EMPTY = b"""
DO $empty$
DECLARE
    one record;
    names text;
BEGIN
    SELECT string_agg(c.oid::regclass::text, ', ') INTO names
    FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid
            AND d.classid = 'pg_class'::regclass AND d.deptype = 'e');
    IF names IS NOT NULL THEN
        EXECUTE 'DROP TABLE ' || names || ' CASCADE';
    END IF;
    FOR one IN
        SELECT c.relkind, c.oid::regclass::text AS name
        FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm', 'S')
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid
                AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
    LOOP
        EXECUTE format(
            'DROP %s IF EXISTS %s CASCADE',
            CASE one.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                ELSE 'SEQUENCE' END,
            one.name
        );
    END LOOP;
    FOR one IN
        SELECT p.oid::regprocedure::text AS name FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid
                AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
    LOOP
        EXECUTE 'DROP ROUTINE IF EXISTS ' || one.name || ' CASCADE';
    END LOOP;
    FOR one IN
        SELECT t.oid::regtype::text AS name FROM pg_type AS t
        WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('c', 'd', 'e')
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = t.oid
                AND d.classid = 'pg_type'::regclass AND d.deptype = 'e')
    LOOP
        EXECUTE 'DROP TYPE IF EXISTS ' || one.name || ' CASCADE';
    END LOOP;
END $empty$;
"""
