-- The latest time that a key put on a document: whoever ends the key ends it no earlier.
alter table aud_key add column last_at bigint not null default 0;
