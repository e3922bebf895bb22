-- What is in the packages of versions, and where the registry keeps its copy of them.

create table reg_package (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,
    state {text} not null,              -- stored, external, missing, refused
    problem {text} null,                -- what is wrong with it; null when nothing is
    folder {text} null,                 -- of blobs, without a slash at its end
    size bigint not null,
    sha256 {text} null,                 -- over the sorted lines "sha256  path"
    document {text} not null,           -- JSON: flavors, signature, input example, requirements (see Packages/PackageDocument.cs)
    read_at bigint not null,
    primary key (tenant_id, model_id, version)) {clustered};

create table reg_package_file (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,
    path {text} not null,
    size bigint not null,
    sha256 {text} not null,
    primary key (tenant_id, model_id, version, path)) {clustered};

-- Who may write to a folder of blobs: models may be renamed, and deleted ones made anew under the same name.
create table reg_folder (
    tenant_id bigint not null,
    folder {text} not null,
    model_id {text} not null,
    version bigint not null,
    primary key (tenant_id, folder)) {clustered};
create index reg_folder_owner on reg_folder (tenant_id, model_id, version);
