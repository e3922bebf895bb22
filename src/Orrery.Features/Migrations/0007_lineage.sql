-- What a training set was made of, so that it is found by view, service and source. The manifests say it too: sets whose rows are not here yet
-- (is_linked = 0: made before this table was, or brought from elsewhere) get them when they are first asked about.
create table fts_training_part (
    tenant_id bigint not null,
    project {text} not null,
    kind {text} not null,               -- service, view, on_demand, source
    name {text} not null,
    training_set_id {text} not null,
    version bigint not null,            -- 0 of a source
    features {text} not null,           -- JSON: names of the features that were asked for
    primary key (tenant_id, project, kind, name, training_set_id, version)) {clustered};
create index fts_training_part_set on fts_training_part (tenant_id, training_set_id);

alter table fts_training_set add column is_linked smallint not null default 0;
create index fts_training_set_unlinked on fts_training_set (tenant_id, project, training_set_id) where is_linked = 0;
create index fts_training_set_hash on fts_training_set (tenant_id, content_hash) where content_hash is not null;
-- Entity rows that wait for their job, in blobs.
create table fts_request (
    tenant_id bigint not null,
    blob_key {text} not null,
    size bigint not null,
    created_at bigint not null,
    primary key (tenant_id, blob_key)) {clustered};
create index fts_request_age on fts_request (tenant_id, created_at);

create index fts_historical_age on fts_historical (tenant_id, created_at);
