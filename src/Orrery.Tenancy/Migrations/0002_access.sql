-- Who may do what. Times are Unix milliseconds, UTC. tenant_id 0 is the platform as a whole.
create table ten_principal (
    principal_id {text} not null,       -- usr_, svc_ or grp_ and 22 characters; never given again
    kind {text} not null,               -- person, service, group
    name {text} not null,               -- what one signs in with, or the group's name; one namespace for all kinds
    display_name {text} not null,
    email {text} null,
    state {text} not null,              -- active, disabled
    owner_tenant bigint not null,       -- the workspace that a service account belongs to; 0 for people and groups
    created_by {text} not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (principal_id)) {clustered};
create unique index ten_principal_name on ten_principal (name);
create index ten_principal_owner on ten_principal (owner_tenant, name);

create table ten_member (
    group_id {text} not null,
    principal_id {text} not null,       -- a person or a service account
    source {text} not null,             -- local, or oidc: told by the identity provider at each sign-in
    added_at bigint not null,
    primary key (group_id, principal_id)) {clustered};
create index ten_member_principal on ten_member (principal_id, group_id);

-- Roles of a workspace's own, beside the built-in ones.
create table ten_role (
    tenant_id bigint not null,
    name {text} not null,
    description {text} not null,
    permissions {text} not null,        -- names, spaces between them
    updated_at bigint not null,
    primary key (tenant_id, name)) {clustered};

create table ten_grant (
    tenant_id bigint not null,          -- where it holds; 0: everywhere
    grant_id {text} not null,
    subject_kind {text} not null,       -- principal (a person, service account or group) or workspace (everybody with a role in it)
    subject_id {text} not null,         -- principal id, or the number of the workspace
    role {text} not null,
    object_kind {text} not null,        -- experiment, model, feature-view; empty: the whole workspace
    object_id {text} not null,          -- empty: the whole workspace
    granted_by {text} not null,
    granted_at bigint not null,
    expires_at bigint null,
    primary key (tenant_id, grant_id)) {clustered};
create unique index ten_grant_once on ten_grant (tenant_id, subject_kind, subject_id, role, object_kind, object_id);
create index ten_grant_subject on ten_grant (subject_kind, subject_id);

-- Rises with each change of what servers remember, in the same transaction.
create table ten_epoch (
    name {text} not null,               -- access
    value bigint not null,
    primary key (name)) {clustered};
insert into ten_epoch (name, value) values ('access', 1);

alter table ten_workspace add column display_name {text} not null default '';
alter table ten_workspace add column description {text} not null default '';
alter table ten_workspace add column cost_centre {text} not null default '';
alter table ten_workspace add column contact {text} not null default '';    -- whom to ask, for access and quota
alter table ten_workspace add column needs_second_factor smallint not null default 0;
alter table ten_workspace add column version bigint not null default 1;
