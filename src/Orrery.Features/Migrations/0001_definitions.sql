-- Feature projects and their definitions. Times are Unix milliseconds, UTC.

create table fts_project (
    tenant_id bigint not null,
    name {text} not null,
    description {text} null,
    revision bigint not null,           -- counts the applies
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, name)) {clustered};

-- One version of an entity, source, view, on-demand view or service. Old versions stay; the newest may be one that says it is gone.
create table fts_definition (
    tenant_id bigint not null,
    project {text} not null,
    kind {text} not null,               -- entity, source, view, on_demand, service
    name {text} not null,
    version bigint not null,            -- from 1
    object_id {text} not null,          -- a version-7 GUID with dashes, the same for all versions
    storage_version bigint not null,    -- of views: the version whose stored values it reads
    revision bigint not null,           -- of the project, when it was applied
    is_removed smallint not null,       -- 1 when this version says that it is gone
    document {text} not null,           -- JSON; an empty object when it is gone
    pins {text} null,                   -- of services: JSON, the version of each view
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, project, kind, name, version)) {clustered};
create index fts_definition_object on fts_definition (tenant_id, object_id);

-- What each apply did.
create table fts_apply (
    tenant_id bigint not null,
    project {text} not null,
    revision bigint not null,
    description {text} null,            -- the project's, from then on
    note {text} null,
    changes {text} not null,            -- JSON: kind, name, from version, to version
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, project, revision)) {clustered};
