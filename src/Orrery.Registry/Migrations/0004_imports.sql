-- Versions by what garbage collection may not remove, and what came from which other server.

alter table reg_model add column imported_from {text} null;     -- "source#name", the name there
create unique index reg_model_imported on reg_model (tenant_id, imported_from) where imported_from is not null;

alter table reg_version add column imported_from {text} null;   -- that of its model when it came along with it

create index reg_version_logged on reg_version (tenant_id, logged_model_id) where logged_model_id is not null;

-- Those whose files lie neither below their run nor below their logged model: few.
create index reg_version_elsewhere on reg_version (tenant_id, storage_uri)
 where replace(storage_uri, coalesce(run_id, ' '), '') = storage_uri
   and replace(storage_uri, coalesce(logged_model_id, ' '), '') = storage_uri;
