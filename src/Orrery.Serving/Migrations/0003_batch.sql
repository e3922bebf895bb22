-- Batch predictions, their partitions, and who works on them. Times are Unix milliseconds.

create table srv_batch (
    tenant_id bigint not null,
    batch_id {text} not null,           -- UUID of version 7, 32 hexadecimal digits
    state {text} not null,              -- planning, running, succeeded, failed, cancelled
    spec {text} not null,               -- JSON, a BatchPredictionSpec
    model {text} not null,
    version {text} not null,
    model_sha256 {text} not null,       -- of the package when it was asked for
    idempotency_key {text} null,
    body_hash {text} not null,          -- SHA-256 of the spec, for the key
    job_id {text} not null,             -- that plans it
    plan {text} null,                   -- JSON, the server's own
    error_code {text} null,
    error {text} null,
    partitions bigint not null,
    partitions_done bigint not null,
    partitions_failed bigint not null,
    row_count bigint not null,
    rows_done bigint not null,
    rows_refused bigint not null,
    output_bytes bigint not null,
    created_by {text} not null,
    created_at bigint not null,
    started_at bigint null,
    finished_at bigint null,
    expires_at bigint null,
    primary key (tenant_id, batch_id)) {clustered};
create unique index srv_batch_key on srv_batch (tenant_id, idempotency_key);
create index srv_batch_state on srv_batch (state, expires_at);

create table srv_batch_partition (
    tenant_id bigint not null,
    batch_id {text} not null,
    number bigint not null,
    state {text} not null,              -- pending, running, done, failed
    first_row bigint not null,
    row_count bigint not null,
    input_key {text} null,              -- blob of rows that were taken when it was planned; null where files are read in place
    input_bytes bigint not null,
    worker bigint null,
    attempts bigint not null,
    failures bigint not null,
    output_key {text} null,
    output_rows bigint not null,
    output_bytes bigint not null,
    output_sha256 {text} null,
    refused_key {text} null,
    refused_rows bigint not null,
    refused_bytes bigint not null,
    refused_sha256 {text} null,
    error_code {text} null,
    error {text} null,
    started_at bigint null,
    finished_at bigint null,
    primary key (tenant_id, batch_id, number)) {clustered};
create index srv_batch_partition_state on srv_batch_partition (tenant_id, batch_id, state, number);

create table srv_batch_worker (
    tenant_id bigint not null,
    batch_id {text} not null,
    worker bigint not null,
    job_id {text} not null,             -- that works for it now; an older one takes nothing any more
    primary key (tenant_id, batch_id, worker)) {clustered};
