using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Scans of the files of versions: each package once under each set of rules.</summary>
internal sealed class Scans(Db db, AuditLog audit, PackageScanner scanner, ReportEdges edges, ScanSettings settings, GovernanceOptions options, TimeProvider time) : IDisposable
{
    private const int LongestReason = 2000;

    private readonly SemaphoreSlim _free = new(options.Concurrency);

    /// <summary>The scan of a package, made when there is none; <c>governance.files_changed</c>.</summary>
    public async ValueTask<Result<ScanReport>> OfAsync(Actor actor, ModelPackage package, CancellationToken cancel)
    {
        if (await FindAsync(actor, package.Sha256!, cancel) is { } found)
            return found;
        await _free.WaitAsync(cancel);
        try
        {
            // Somebody else may have scanned it meanwhile.
            return await FindAsync(actor, package.Sha256!, cancel) is { } done ? done : await ScanAsync(actor, package, cancel);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>A scan; <c>governance.scan_not_found</c>.</summary>
    public async ValueTask<Result<ScanReport>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => ReportAsync(session, actor, () => ScanStore.FindAsync(session, actor.Workspace, id)), cancel) is { } found ? found : NotFound(id);

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<ScanPage>> ListAsync(Actor actor, string? sha256, string? model, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        return await db.ReadAsync<Result<ScanPage>>(async session =>
        {
            var found = await ScanStore.ListAsync(session, actor.Workspace, sha256, model, before.Length == 0 ? "~" : before, (limit ?? Listings.DefaultLimit) + 1);
            var page = Listings.Cut(found, limit ?? Listings.DefaultLimit, static row => PageToken.Encode(row.Id));
            var accepted = await ScanStore.AcceptedAsync(session, actor.Workspace, [.. page.Items.Select(static row => row.Sha256).Distinct()]);
            return new ScanPage { Scans = [.. page.Items.Select(row => ScanRead.Report(row, accepted[row.Sha256], settings, time.GetUtcNow()))], NextPageToken = page.NextToken };
        }, cancel);
    }

    /// <summary>
    /// Accepts a finding of a scan, for all that has the same files; <c>governance.scan_not_found</c>, <c>governance.finding_not_found</c>, <c>governance.invalid_acceptance</c>.
    /// </summary>
    public async ValueTask<Result<ScanReport>> AcceptAsync(Actor actor, string id, AcceptFinding accept, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(accept.Reason) || accept.Reason.Length > LongestReason)
            return Failure.Invalid("governance.invalid_acceptance", $"An acceptance needs a reason, of up to {LongestReason} characters.");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (accept.Until <= now)
            return Failure.Invalid("governance.invalid_acceptance", "The acceptance would have ended already (until).");
        var accepted = await db.WriteAsync<Done>(async session =>
        {
            if (await ScanStore.FindAsync(session, actor.Workspace, id) is not { } row)
                return NotFound(id);
            if (row.Document.Findings.FirstOrDefault(one => one.Fingerprint == accept.Fingerprint) is not { } finding)
                return Failure.NotFound("governance.finding_not_found", $"Scan {id} has no finding '{accept.Fingerprint}'.");
            await ScanStore.AcceptAsync(session, actor.Workspace, row.Sha256, new(finding.Fingerprint, accept.Reason, accept.Until, actor.Name), now);
            await audit.AppendAsync(session, actor, new AuditRecord("scan.accept", "scan", id)
            {
                After = Convert.FromHexString(row.Sha256),
                Detail = JsonSerializer.Serialize(new Dictionary<string, string> { ["fingerprint"] = finding.Fingerprint, ["rule"] = finding.Rule }, ScanDetail.Default.DictionaryStringString),
            });
            return Done.Ok;
        }, cancel);
        return accepted.Failure is { } refused ? refused : await GetAsync(actor, id, cancel);
    }

    public void Dispose() => _free.Dispose();

    private async ValueTask<Result<ScanReport>> ScanAsync(Actor actor, ModelPackage package, CancellationToken cancel)
    {
        if ((await scanner.ScanAsync(package, cancel)).Failed(out var changed, out var document))
            return changed;
        var now = time.GetUtcNow();
        var row = new ScanRow(Guid.CreateVersion7(now).ToString("N"), package.Sha256!, settings.Rules, package.Name, package.Version, document, actor.Name, now.ToUnixTimeMilliseconds());
        var lineage = await edges.OfAsync(actor, row, cancel);
        var stored = await db.WriteAsync<ScanRow>(async session =>
        {
            // Another server was faster.
            if (!await ScanStore.InsertAsync(session, actor.Workspace, row))
                return (await ScanStore.FindAsync(session, actor.Workspace, row.Sha256, row.Rules))!;
            await LineageEdges.AppendAsync(session, actor, lineage);
            await audit.AppendAsync(session, actor, new AuditRecord("scan.create", "scan", row.Id)
            {
                After = Convert.FromHexString(row.Sha256),
                Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"findings":{{document.Findings.Count}},"version":{{package.Version}}}"""),
            });
            return row;
        }, cancel);
        if (stored.Failed(out var failed, out var kept))
            return failed;
        return (await db.ReadAsync(session => ReportAsync(session, actor, () => ValueTask.FromResult<ScanRow?>(kept)), cancel))!;
    }

    private ValueTask<ScanReport?> FindAsync(Actor actor, string sha256, CancellationToken cancel) =>
        db.ReadAsync(session => ReportAsync(session, actor, () => ScanStore.FindAsync(session, actor.Workspace, sha256, settings.Rules)), cancel);

    private async ValueTask<ScanReport?> ReportAsync(DbSession session, Actor actor, Func<ValueTask<ScanRow?>> find)
    {
        if (await find() is not { } row)
            return null;
        var accepted = await ScanStore.AcceptedAsync(session, actor.Workspace, [row.Sha256]);
        return ScanRead.Report(row, accepted[row.Sha256], settings, time.GetUtcNow());
    }

    private static Failure NotFound(string id) => Failure.NotFound("governance.scan_not_found", $"There is no scan '{(id.Length > 100 ? id[..100] : id)}'.");
}
