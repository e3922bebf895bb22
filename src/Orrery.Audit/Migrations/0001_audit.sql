-- The audit trail: who did what. Times are Unix milliseconds, UTC.

-- Entries that wait to be put into their chain, written in the transaction of the act.
create table aud_inbox (
    tenant_id bigint not null,
    entry_id {text} not null,
    body {bytes} not null,              -- canonical JSON (RFC 8785)
    primary key (tenant_id, entry_id)) {clustered};

-- The chain: hash(n) = SHA-256(hash(n-1) || sealed_at || body). What stands in other columns is taken from the body.
create table aud_entry (
    tenant_id bigint not null,
    seq bigint not null,                -- from 1, without gaps
    entry_id {text} not null,
    sealed_at bigint not null,          -- never less than that of the entry before
    action {text} not null,
    object_kind {text} not null,
    object_id {text} not null,
    actor {text} not null,
    hash {bytes} not null,
    body {bytes} not null,
    primary key (tenant_id, seq)) {clustered};
create unique index aud_entry_id on aud_entry (tenant_id, entry_id);
create index aud_entry_actor on aud_entry (tenant_id, actor, seq);
create index aud_entry_object on aud_entry (tenant_id, object_id, object_kind, seq);
create index aud_entry_action on aud_entry (tenant_id, action, seq);

-- The end of each chain. Only who seals writes it.
create table aud_chain (
    tenant_id bigint not null,
    seq bigint not null,
    hash {bytes} not null,
    sealed_at bigint not null,
    day_first bigint not null,          -- seq of the day's first entry
    tree {bytes} not null,              -- roots of the full subtrees of the day's Merkle tree
    checkpoint_size bigint not null,    -- of the latest signed checkpoint; 0: none yet
    checkpoint_at bigint not null,
    primary key (tenant_id)) {clustered};

-- Days that ended and whose last checkpoint is not signed yet.
create table aud_day (
    tenant_id bigint not null,
    last_seq bigint not null,
    hash {bytes} not null,
    sealed_at bigint not null,
    day_first bigint not null,
    tree {bytes} not null,
    primary key (tenant_id, last_seq)) {clustered};

-- Signed documents.
create table aud_checkpoint (
    tenant_id bigint not null,
    size bigint not null,
    kind {text} not null,               -- checkpoint; pruned: entries up to size were removed
    at bigint not null,
    day bigint not null,                -- days since 1970-01-01
    day_first bigint not null,
    published smallint not null,        -- 1: written to the blob store and to every anchor
    document {text} not null,
    primary key (tenant_id, size, kind)) {clustered};
create index aud_checkpoint_new on aud_checkpoint (tenant_id, size) where published = 0;

-- Keys that checkpoints are signed with; tenant_id is 0, the platform.
create table aud_key (
    tenant_id bigint not null,
    key_id {text} not null,
    public_key {text} not null,         -- SubjectPublicKeyInfo, base64
    private_key {bytes} not null,       -- PKCS#8, sealed
    not_before bigint not null,
    not_after bigint not null,
    primary key (tenant_id, key_id)) {clustered};

-- Keys of what is personal in entries. Deleting one makes the person's data unreadable.
create table aud_subject_key (
    tenant_id bigint not null,
    subject_id {text} not null,
    secret {bytes} not null,            -- sealed
    primary key (tenant_id, subject_id)) {clustered};

-- Workspaces whose entries are kept however old.
create table aud_hold (
    tenant_id bigint not null,
    held smallint not null,
    reason {text} null,
    primary key (tenant_id)) {clustered};
