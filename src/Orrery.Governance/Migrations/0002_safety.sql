-- What scans found in the files of versions, and what of it was accepted. Times are Unix milliseconds.

create table gov_scan (
    tenant_id bigint not null,
    scan_id {text} not null,            -- a version-7 GUID, 32 hexadecimal digits
    sha256 {text} not null,             -- of the package
    rules {text} not null,              -- of the scanner, the advisories among them: the same files under the same rules are scanned once
    model {text} not null,              -- that was scanned first with these files
    version bigint not null,
    document {text} not null,           -- JSON: findings, dependencies, counts (see Safety/Scans/ScanDocument.cs)
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, scan_id)) {clustered};
create unique index gov_scan_package on gov_scan (tenant_id, sha256, rules);

create table gov_scan_accepted (
    tenant_id bigint not null,
    sha256 {text} not null,             -- of the package
    fingerprint {text} not null,        -- of the finding
    reason {text} not null,
    until bigint null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, sha256, fingerprint)) {clustered};
