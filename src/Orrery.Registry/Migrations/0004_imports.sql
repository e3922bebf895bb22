-- Versions by what garbage collection may not remove, and what came from which other server.

alter table reg_model add column imported_from {text} null;         -- "source#name", the name there
alter table reg_model add column imported_updated bigint null;      -- its updated_at as the last import wrote it: another one means changed here
create unique index reg_model_imported on reg_model (tenant_id, imported_from) where imported_from is not null;

alter table reg_version add column imported_from {text} null;       -- that of its model when it came along with it
alter table reg_version add column imported_updated bigint null;
alter table reg_version add column below {text} null;               -- its run or logged model, when its files are known to be below it

alter table reg_alias add column imported_version bigint null;      -- what the last import set it to: another one means moved here

create index reg_version_logged on reg_version (tenant_id, logged_model_id) where logged_model_id is not null;
create index reg_version_elsewhere on reg_version (tenant_id, storage_uri) where below is null;
