-- An entry is never changed, and removed only once a signed document says so.
create function aud_entry_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and exists (
        select 1
          from aud_checkpoint
         where tenant_id = old.tenant_id and kind = 'pruned' and size >= old.seq) then
        return old;
    end if;
    raise exception 'audit entries are never changed, and removed by retention only';
end $$;
create trigger aud_entry_guard before update or delete on aud_entry for each row execute function aud_entry_guard();
create function aud_entry_no_truncate() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are removed by retention only';
end $$;
create trigger aud_entry_no_truncate before truncate on aud_entry for each statement execute function aud_entry_no_truncate();
