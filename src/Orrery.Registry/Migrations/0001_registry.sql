-- Registered models, their versions and aliases. Times are Unix milliseconds, UTC. tenant_id is the workspace's number.

create table reg_model (
    tenant_id bigint not null,
    model_id {text} not null,           -- 32 hex; never changes, so a rename touches one row
    name {text} not null,
    description {text} null,
    last_version bigint not null,       -- the highest number ever given: numbers are not used twice
    created_by {text} not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, model_id)) {clustered};
create unique index reg_model_name on reg_model (tenant_id, name);
create index reg_model_updated on reg_model (tenant_id, updated_at desc, name);

create table reg_model_tag (
    tenant_id bigint not null,
    model_id {text} not null,
    key {text} not null,
    value {text} not null,
    primary key (tenant_id, model_id, key)) {clustered};
create index reg_model_tag_value on reg_model_tag (tenant_id, key, (substr(value, 1, 64)), model_id);

create table reg_version (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,
    stage {text} not null,              -- None, Staging, Production, Archived
    description {text} null,
    source {text} not null,             -- as it was given
    storage_uri {text} not null,        -- where the files are: the source, or what it stands for when it names another model
    run_id {text} null,
    run_link {text} null,
    logged_model_id {text} null,
    created_by {text} not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, model_id, version)) {clustered};
create index reg_version_stage on reg_version (tenant_id, model_id, stage, version);
create index reg_version_newest on reg_version (tenant_id, updated_at desc);
create index reg_version_run on reg_version (tenant_id, run_id) where run_id is not null;

create table reg_version_tag (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,
    key {text} not null,
    value {text} not null,
    primary key (tenant_id, model_id, version, key)) {clustered};
create index reg_version_tag_value on reg_version_tag (tenant_id, key, (substr(value, 1, 64)), model_id, version);

create table reg_alias (
    tenant_id bigint not null,
    model_id {text} not null,
    alias {text} not null,
    version bigint not null,
    primary key (tenant_id, model_id, alias)) {clustered};
create index reg_alias_version on reg_alias (tenant_id, model_id, version);
