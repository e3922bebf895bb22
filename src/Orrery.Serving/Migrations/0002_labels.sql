-- What turned out to be true of predictions, and what was said of them before. Times are Unix milliseconds.

create table srv_label (
    tenant_id bigint not null,
    prediction_id {text} not null,      -- UUID, 32 hexadecimal digits
    row_index bigint not null,          -- row of the request, from 0
    label {text} not null,              -- JSON: a number, a text, true or false
    at bigint not null,                 -- when it came true
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, prediction_id, row_index)) {clustered};

create table srv_label_change (
    tenant_id bigint not null,
    prediction_id {text} not null,
    row_index bigint not null,
    replaced_at bigint not null,
    label {text} not null,              -- the one that was replaced
    at bigint not null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, prediction_id, row_index, replaced_at)) {clustered};
