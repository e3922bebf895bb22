-- Run names by the trigrams in them, for who searches by a part of a name: without it the names of all runs are read. pg_trgm comes with PostgreSQL, and
-- whoever may make tables in a database of their own may have it. Where it cannot be had searches answer the same, more slowly.
do $$
begin
    create extension if not exists pg_trgm;
    create index trk_run_name_part on trk_run using gin (name gin_trgm_ops);
exception
    when insufficient_privilege or undefined_file or undefined_object or feature_not_supported then
        raise notice 'Searches for parts of run names read all names: %', sqlerrm;
end
$$;
