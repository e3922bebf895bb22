-- Experiments, runs and what is logged to them. Times are Unix milliseconds, UTC. tenant_id is the workspace's number.

create table trk_experiment (
    tenant_id bigint not null,
    experiment_id bigint not null,      -- rises per workspace; 0 is 'Default'
    name {text} not null,
    artifact_location {text} not null,
    lifecycle {text} not null,          -- active, deleted
    created_at bigint not null,
    updated_at bigint not null,
    source {text} null,                 -- where it was imported from
    primary key (tenant_id, experiment_id)) {clustered};
create unique index trk_experiment_name on trk_experiment (tenant_id, name);
create unique index trk_experiment_source on trk_experiment (tenant_id, source) where source is not null;

create table trk_experiment_tag (
    tenant_id bigint not null,
    experiment_id bigint not null,
    key {text} not null,
    value {text} not null,
    primary key (tenant_id, experiment_id, key)) {clustered};

create table trk_run (
    tenant_id bigint not null,
    run_id {text} not null,             -- 32 hex
    experiment_id bigint not null,
    name {text} not null,
    user_name {text} not null,
    status {text} not null,             -- RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
    started_at bigint not null,
    ended_at bigint null,
    lifecycle {text} not null,          -- active, deleted, importing (seen by nobody yet)
    deleted_at bigint null,
    artifact_uri {text} not null,
    revision bigint not null,           -- rises with every write to the run or what is logged to it
    environment {text} null,            -- JSON: the captured environment
    fingerprint {text} null,            -- hash of code version, parameters and data sets: equal runs have equal ones
    primary key (tenant_id, run_id)) {clustered};
create index trk_run_newest on trk_run (tenant_id, experiment_id, lifecycle, started_at desc, run_id);
create index trk_run_equal on trk_run (tenant_id, fingerprint) where fingerprint is not null;

-- experiment_id stands in these too (a run never moves), so that an index serves a search within one experiment; it holds the
-- head of a value, since an index entry may not be as long as a value.
create table trk_param (
    tenant_id bigint not null,
    run_id {text} not null,
    key {text} not null,
    value {text} not null,
    experiment_id bigint not null,
    head {text} generated always as (substr(value, 1, 64)) stored,
    primary key (tenant_id, run_id, key)) {clustered};
create index trk_param_value on trk_param (tenant_id, experiment_id, key, head, run_id);

create table trk_tag (
    tenant_id bigint not null,
    run_id {text} not null,
    key {text} not null,
    value {text} not null,
    experiment_id bigint not null,
    head {text} generated always as (substr(value, 1, 64)) stored,
    primary key (tenant_id, run_id, key)) {clustered};
create index trk_tag_value on trk_tag (tenant_id, experiment_id, key, head, run_id);

-- Metric histories: the points of one request are rows of packed binary (see Metrics/MetricSegment.cs), one for each metric,
-- or one with the key '' for several metrics with few points each.
create table trk_metric (
    tenant_id bigint not null,
    run_id {text} not null,
    key {text} not null,
    seq bigint not null,                -- the run's revision that wrote it
    points {bytes} not null,
    primary key (tenant_id, run_id, key, seq)) {clustered};

-- A metric's latest value: the greatest (step, at, value).
create table trk_latest (
    tenant_id bigint not null,
    run_id {text} not null,
    key {text} not null,
    is_nan smallint not null,           -- 1: the value is NaN and stands here as 0
    value double precision not null,
    step bigint not null,
    at bigint not null,
    experiment_id bigint not null,
    primary key (tenant_id, run_id, key)) {clustered};
create index trk_latest_value on trk_latest (tenant_id, experiment_id, key, is_nan, value, run_id);

create table trk_dataset (
    tenant_id bigint not null,
    experiment_id bigint not null,
    name {text} not null,
    digest {text} not null,
    source_type {text} not null,
    source {text} not null,
    schema {text} null,
    profile {text} null,
    primary key (tenant_id, experiment_id, name, digest)) {clustered};

create table trk_input (
    tenant_id bigint not null,
    run_id {text} not null,
    dataset_name {text} not null,
    dataset_digest {text} not null,
    experiment_id bigint not null,
    context {text} null,                -- the input tag mlflow.data.context
    tags {text} not null,               -- JSON [[key, value], ...]
    position bigint not null,
    primary key (tenant_id, run_id, dataset_name, dataset_digest)) {clustered};

create table trk_model (
    tenant_id bigint not null,
    model_id {text} not null,           -- m-32 hex
    experiment_id bigint not null,
    name {text} not null,
    model_type {text} null,
    source_run_id {text} null,
    status {text} not null,             -- LOGGED_MODEL_PENDING, _READY, _UPLOAD_FAILED
    status_message {text} null,
    lifecycle {text} not null,
    artifact_uri {text} not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, model_id)) {clustered};
create index trk_model_newest on trk_model (tenant_id, experiment_id, lifecycle, created_at desc, model_id);

create table trk_model_param (
    tenant_id bigint not null,
    model_id {text} not null,
    key {text} not null,
    value {text} not null,
    primary key (tenant_id, model_id, key)) {clustered};

create table trk_model_tag (
    tenant_id bigint not null,
    model_id {text} not null,
    key {text} not null,
    value {text} not null,
    primary key (tenant_id, model_id, key)) {clustered};

create table trk_model_metric (
    tenant_id bigint not null,
    model_id {text} not null,
    key {text} not null,
    dataset_name {text} not null,       -- '' when the metric names none
    dataset_digest {text} not null,
    run_id {text} not null,
    step bigint not null,
    at bigint not null,
    is_nan smallint not null,
    value double precision not null,
    primary key (tenant_id, model_id, key, dataset_name, dataset_digest, run_id, step, at, value)) {clustered};

-- Logged models that a run read (input) or made (output).
create table trk_run_model (
    tenant_id bigint not null,
    run_id {text} not null,
    direction {text} not null,          -- input, output
    model_id {text} not null,
    step bigint not null,
    primary key (tenant_id, run_id, direction, model_id)) {clustered};

-- The index of artifacts: a path of the workspace, and the immutable blob, or for a small file the row in
-- trk_artifact_content, that holds its content.
create table trk_artifact (
    tenant_id bigint not null,
    folder {text} not null,             -- '' at the top; no slash at either end
    name {text} not null,
    blob_key {text} not null,
    size bigint not null,
    sha256 {text} not null,
    created_at bigint not null,
    primary key (tenant_id, folder, name)) {clustered};

create table trk_artifact_content (
    tenant_id bigint not null,
    blob_key {text} not null,
    content {bytes} not null,
    primary key (tenant_id, blob_key));

create table trk_counter (
    tenant_id bigint not null,
    name {text} not null,
    next bigint not null,
    primary key (tenant_id, name)) {clustered};
