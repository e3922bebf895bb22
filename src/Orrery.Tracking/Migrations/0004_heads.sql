-- The head of a value becomes a plain column: SQLite does not answer from an index alone where a generated column is in it.

drop index trk_param_value;
alter table trk_param drop column head;
alter table trk_param add column head {text} not null default '';
update trk_param set head = substr(value, 1, 64);
create index trk_param_value on trk_param (tenant_id, experiment_id, key, head, run_id);

drop index trk_tag_value;
alter table trk_tag drop column head;
alter table trk_tag add column head {text} not null default '';
update trk_tag set head = substr(value, 1, 64);
create index trk_tag_value on trk_tag (tenant_id, experiment_id, key, head, run_id);
