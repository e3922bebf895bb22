-- What came from another server, and what is being removed for good.

create table trk_import (
    tenant_id bigint not null,
    kind {text} not null,               -- run, model
    id {text} not null,
    source {text} not null,             -- the server or archive it came from
    stage {text} not null,              -- the lifecycle it gets when it is complete: active, deleted
    points bigint not null,             -- metric points that the import has stored
    completed_at bigint null,           -- null while it is open, and what it makes invisible
    primary key (tenant_id, kind, id)) {clustered};

-- Runs and logged models whose own row is gone already: the rest follows in small transactions, after a crash too.
create table trk_removal (
    tenant_id bigint not null,
    kind {text} not null,               -- run, model
    id {text} not null,
    folder {text} null,                 -- root of its artifacts in our store; null when they lie elsewhere
    primary key (tenant_id, kind, id)) {clustered};

create index trk_run_deleted on trk_run (tenant_id, deleted_at, run_id) where deleted_at is not null;

alter table trk_experiment add column deleted_at bigint null;
