-- Programs that wait for a person to let them in (RFC 8628). Times are Unix milliseconds, UTC. Old servers ignore it.
create table ten_device_code (
    device_code {bytes} not null,       -- SHA-256 of what the program asks with
    user_code {bytes} not null,         -- keyed code of what the person types: it is short, so a bare hash could be turned back
    client_name {text} not null,        -- as the program calls itself
    address {text} null,                -- it asked from
    token_days bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    interval_seconds bigint not null,   -- between two questions of the program; grows when it asks faster
    polled_at bigint null,
    state {text} not null,              -- pending, approved, denied
    principal_id {text} null,           -- who decided
    second_factor smallint not null,    -- 1: they had shown one
    decided_at bigint null,
    primary key (device_code)) {clustered};
create unique index ten_device_code_user on ten_device_code (user_code);
create index ten_device_code_end on ten_device_code (expires_at);
