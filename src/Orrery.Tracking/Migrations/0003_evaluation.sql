-- Evaluation data sets and scorers (MLflow 3.4). Times are Unix milliseconds, UTC. tenant_id is the workspace's number.

create table trk_eval_dataset (
    tenant_id bigint not null,
    dataset_id {text} not null,         -- d-32 hex
    name {text} not null,               -- not unique
    digest {text} not null,             -- 8 hex; changes with every change of the records
    schema {text} null,                 -- JSON: the type of each field of the records; null before the first
    record_count bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    created_by {text} null,
    updated_by {text} null,
    primary key (tenant_id, dataset_id)) {clustered};
create index trk_eval_dataset_newest on trk_eval_dataset (tenant_id, created_at desc, dataset_id desc);

create table trk_eval_dataset_tag (
    tenant_id bigint not null,
    dataset_id {text} not null,
    key {text} not null,
    value {text} not null,
    primary key (tenant_id, dataset_id, key)) {clustered};

create table trk_eval_dataset_experiment (
    tenant_id bigint not null,
    dataset_id {text} not null,
    experiment_id bigint not null,
    primary key (tenant_id, dataset_id, experiment_id)) {clustered};
create index trk_eval_dataset_of_experiment on trk_eval_dataset_experiment (tenant_id, experiment_id, dataset_id);

-- One row for each different inputs of a data set. inputs, outputs, expectations, tags and source_data are JSON.
create table trk_eval_record (
    tenant_id bigint not null,
    dataset_id {text} not null,
    input_hash {text} not null,         -- SHA-256 of the inputs with their keys sorted
    position bigint not null,           -- 0, 1, ... in the order of arrival
    record_id {text} not null,          -- dr-32 hex
    inputs {text} not null,
    outputs {text} null,
    expectations {text} null,
    tags {text} not null,
    source_type {text} null,            -- UNSPECIFIED, TRACE, HUMAN, DOCUMENT, CODE
    source_data {text} null,
    created_at bigint not null,
    updated_at bigint not null,
    created_by {text} null,
    updated_by {text} null,
    primary key (tenant_id, dataset_id, input_hash));
create index trk_eval_record_position on trk_eval_record (tenant_id, dataset_id, position);

create table trk_scorer (
    tenant_id bigint not null,
    experiment_id bigint not null,
    name {text} not null,
    scorer_id {text} not null,
    last_version bigint not null,       -- the greatest number ever given: a deleted version's number does not come back
    primary key (tenant_id, experiment_id, name)) {clustered};

create table trk_scorer_version (
    tenant_id bigint not null,
    scorer_id {text} not null,
    version bigint not null,
    serialized {text} not null,         -- the client's own JSON
    created_at bigint not null,
    primary key (tenant_id, scorer_id, version));
