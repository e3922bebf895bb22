-- Files that sources read, results of historical requests, training sets, and pushed rows that were written to files.

-- A file of the workspace. One that was replaced or deleted stays, not current, while a training set was made of it.
create table fts_file (
    tenant_id bigint not null,
    blob_key {text} not null,
    path {text} not null,
    size bigint not null,
    sha256 {text} not null,
    is_current smallint not null,
    uploaded_by {text} not null,
    uploaded_at bigint not null,        -- Unix milliseconds
    primary key (tenant_id, blob_key)) {clustered};
create unique index fts_file_path on fts_file (tenant_id, path) where is_current = 1;
create index fts_file_hash on fts_file (tenant_id, sha256);

-- What a historical request that ran as a job gave.
create table fts_historical (
    tenant_id bigint not null,
    job_id {text} not null,
    project {text} not null,
    format {text} not null,             -- parquet, csv, json
    blob_key {text} not null,
    size bigint not null,
    row_count bigint not null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, job_id)) {clustered};

create table fts_training_set (
    tenant_id bigint not null,
    training_set_id {text} not null,    -- a version-7 GUID with dashes
    project {text} not null,
    name {text} not null,
    state {text} not null,              -- building, ready, failed
    job_id {text} null,
    content_hash {text} null,           -- SHA-256, 64 hex digits
    row_count bigint null,
    manifest {text} null,               -- JSON
    statistics {text} null,             -- JSON
    blob_key {text} null,
    size bigint null,
    sha256 {text} null,                 -- of the file
    entities_key {text} null,
    entities_size bigint null,
    entities_sha256 {text} null,
    problem {text} null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, training_set_id)) {clustered};
create index fts_training_set_name on fts_training_set (tenant_id, project, name, created_at);

-- Which files a training set was made of.
create table fts_training_file (
    tenant_id bigint not null,
    training_set_id {text} not null,
    source {text} not null,
    position bigint not null,
    path {text} not null,
    sha256 {text} not null,
    primary key (tenant_id, training_set_id, source, position)) {clustered};
create index fts_training_file_hash on fts_training_file (tenant_id, sha256);

-- Parquet files of pushed rows, which are then gone from fts_pushed.
create table fts_segment (
    tenant_id bigint not null,
    project {text} not null,
    source {text} not null,
    first_sequence bigint not null,
    last_sequence bigint not null,
    row_count bigint not null,
    blob_key {text} not null,
    size bigint not null,
    sha256 {text} not null,
    created_at bigint not null,
    primary key (tenant_id, project, source, first_sequence)) {clustered};
