-- How principals prove who they are. Times are Unix milliseconds, UTC.
create table ten_identity (
    name {text} not null,               -- on_since: identity is on, and never goes off again
    value {text} not null,
    primary key (name)) {clustered};

create table ten_password (
    principal_id {text} not null,
    hash {text} not null,               -- PBKDF2-HMAC-SHA512, with its salt and count
    changed_at bigint not null,
    failures bigint not null,           -- since the last success
    locked_until bigint not null,       -- 0: not locked
    primary key (principal_id)) {clustered};

create table ten_token (
    token_id {text} not null,           -- tok_ and 22 characters
    hash {bytes} not null,              -- SHA-256 of the secret, which is kept nowhere
    principal_id {text} not null,
    name {text} not null,
    workspace bigint null,              -- the only one it is good for
    permissions {text} null,            -- JSON array: the only ones it is good for
    created_by {text} not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint null,
    last_used_at bigint null,           -- to about a minute
    primary key (token_id)) {clustered};
create unique index ten_token_hash on ten_token (hash);
create index ten_token_principal on ten_token (principal_id, created_at, token_id);

-- Of browsers.
create table ten_session (
    hash {bytes} not null,              -- SHA-256 of the cookie
    principal_id {text} not null,
    second_factor bigint not null,      -- 1: shown at sign-in
    created_at bigint not null,
    seen_at bigint not null,            -- to about a minute
    ends_at bigint not null,
    primary key (hash)) {clustered};
create index ten_session_principal on ten_session (principal_id);
create index ten_session_ends on ten_session (ends_at);
