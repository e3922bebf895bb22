-- What people write on model cards, and cards as they were. Times are Unix milliseconds.

create table gov_card_text (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,            -- 0: of all versions
    path {text} not null,               -- of the form, such as intended_use.primary_uses
    body {text} not null,               -- Markdown
    written_by {text} not null,
    written_at bigint not null,
    primary key (tenant_id, model_id, version, path)) {clustered};

create table gov_card_snapshot (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,
    sequence bigint not null,           -- of the version, from 1
    sha256 {text} not null,             -- of the canonical JSON
    model_name {text} not null,         -- as the model was called
    score double precision not null,    -- share of the fields that were filled
    body {text} not null,               -- canonical JSON
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, model_id, version, sequence)) {clustered};
