-- An entry is never changed, and removed only once a signed document says so.
create trigger aud_entry_no_update before update on aud_entry
begin
    select raise(abort, 'audit entries are never changed');
end;
create trigger aud_entry_no_delete before delete on aud_entry
    when not exists (
        select 1
          from aud_checkpoint
         where tenant_id = old.tenant_id and kind = 'pruned' and size >= old.seq)
begin
    select raise(abort, 'audit entries are removed by retention only');
end;
