-- What was brought online, and what is due. Times of data are microseconds since 1970 UTC, others Unix milliseconds.

create table fts_materialized (
    tenant_id bigint not null,
    project {text} not null,
    view_id {text} not null,
    storage_version bigint not null,
    since_us bigint null,               -- event times from it on were brought online, up to until_us; null for none yet
    until_us bigint null,               -- the greatest event time that was brought online in order; later ones are new
    created_until_us bigint null,       -- the greatest created time seen; later ones are late rows
    newest_us bigint null,              -- event time of the newest row online, as far as is known
    is_stale smallint not null,         -- 1 while the freshness target is missed and was told
    updated_at bigint not null,
    primary key (tenant_id, project, view_id, storage_version)) {clustered};

create table fts_materialization (
    tenant_id bigint not null,
    run_id {text} not null,             -- the job's id
    project {text} not null,
    view_id {text} not null,
    view {text} not null,
    version bigint not null,
    storage_version bigint not null,
    mode {text} not null,               -- range, incremental, rebuild
    from_us bigint null,
    to_us bigint not null,
    cursor_us bigint null,              -- event times up to it are done; where a resumed run goes on
    rows_read bigint not null,
    rows_written bigint not null,
    quarantined bigint not null,
    state {text} not null,              -- queued, running, succeeded, failed, cancelled
    error {text} null,
    created_by {text} not null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (tenant_id, run_id)) {clustered};
create index fts_materialization_view on fts_materialization (tenant_id, project, view_id, run_id);

-- When scheduled views were last started, so that no time is run twice.
create table fts_schedule (
    tenant_id bigint not null,
    project {text} not null,
    view_id {text} not null,
    last_due bigint not null,
    primary key (tenant_id, project, view_id)) {clustered};
