using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>What is done with the contents of an archive on the way; null to look only.</summary>
internal sealed record ArchiveActs
{
    /// <summary>Takes rows of a table, in the order of its key; the list is used again.</summary>
    public Func<PortableTable, List<object?[]>, ValueTask>? Rows { get; init; }

    /// <summary>Takes a blob: its number, its bytes, its size.</summary>
    public Func<long, Stream, long, ValueTask>? Blob { get; init; }

    /// <summary>Is told how far in the archive it is, bytes.</summary>
    public Action<long>? Progress { get; init; }
}

/// <summary>What an archive turned out to hold.</summary>
internal sealed record ArchiveSummary(ArchiveManifest Manifest, ArchiveTrailer Trailer, IReadOnlyList<ArchivedGrant> Grants);

/// <summary>
/// Reads an archive from its first byte to its last and checks everything that can be checked without a database: order and hashes of the
/// entries, tables and columns, types, lengths and order of the rows, keys of blobs. Nothing in it is trusted.
/// </summary>
internal sealed class ArchiveWalk(IEnumerable<PortableTable> tables, IEnumerable<MigrationSet> schema)
{
    private const int MaxDocument = 4 << 20;
    private const int MaxGrants = 100_000;
    private const int MaxGaps = 100_000;
    private const int BatchRows = 500;
    private const int BatchBytes = 1 << 20;
    private readonly Dictionary<string, PortableTable> _tables = tables.ToDictionary(static t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _schema = schema.ToDictionary(static s => s.Module, static s => s.LastNumber, StringComparer.Ordinal);

    /// <summary>Reads only the first entry.</summary>
    /// <exception cref="ArchiveException">It is not one that this server takes.</exception>
    public async ValueTask<ArchiveManifest> ReadManifestAsync(Stream from, CancellationToken cancel)
    {
        using var archive = new ArchiveReader(from);
        return await ReadManifestAsync(archive, cancel);
    }

    /// <summary>Reads all of it.</summary>
    /// <param name="from">The archive.</param>
    /// <param name="workspace">Name of the workspace that it is to become.</param>
    /// <param name="acts">What is done on the way.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <exception cref="ArchiveException">It is not whole, was changed, or holds what does not belong into one.</exception>
    public async ValueTask<ArchiveSummary> RunAsync(Stream from, string workspace, ArchiveActs acts, CancellationToken cancel)
    {
        using var archive = new ArchiveReader(from);
        var manifest = await ReadManifestAsync(archive, cancel);
        var counted = new Dictionary<string, long>(StringComparer.Ordinal);
        List<ArchivedGrant> grants = [];
        List<long> gaps = [];
        var (stage, blob) = (0, 0L);
        while (await archive.NextAsync(cancel))
        {
            acts.Progress?.Invoke(archive.Position);
            var next = StageOf(archive.Name);
            if (next < stage || (next == stage && next is not (1 or 5)))
                throw new ArchiveException($"Its entry {archive.Name} is not where it belongs.");
            stage = next;
            switch (stage)
            {
                case 1:
                    await ReadTableAsync(archive, workspace, counted, acts, cancel);
                    break;
                case 2:
                    await ReadGrantsAsync(archive, grants, cancel);
                    break;
                case 5:
                    blob = await ReadBlobAsync(archive, manifest, blob, gaps, acts, cancel);
                    break;
                case 6:
                    var trailer = await ReadTrailerAsync(archive, cancel);
                    AddGaps(gaps, blob + 1, manifest.Blobs);
                    Compare(manifest, trailer, counted, gaps);
                    if (await archive.NextAsync(cancel))
                        throw new ArchiveException($"Its entry {archive.Name} comes after the trailer.");
                    return new(manifest, trailer, grants);
                default:
                    // Copies for people: the list of blobs, the audit trail.
                    break;
            }
        }

        throw new ArchiveException("It has no trailer: the export did not end. Export the workspace again.");
    }

    private static int StageOf(string name) => name switch
    {
        "grants.ndjson" => 2,
        "blobs.ndjson" => 3,
        "audit.ndjson" => 4,
        ArchiveTrailer.Name => 6,
        _ when name.StartsWith("tables/", StringComparison.Ordinal) => 1,
        _ when name.StartsWith("blobs/", StringComparison.Ordinal) => 5,
        _ => throw new ArchiveException($"Its entry {name} is not one that archives of workspaces have."),
    };

    private async ValueTask<ArchiveManifest> ReadManifestAsync(ArchiveReader archive, CancellationToken cancel)
    {
        if (!await archive.NextAsync(cancel) || archive.Name != ArchiveManifest.Name)
            throw new ArchiveException("It does not begin with a manifest: it is not an archive of a workspace.");
        var bytes = await ReadDocumentAsync(archive, cancel);
        CheckFormat(bytes);
        var manifest = Parse(bytes, ArchiveJson.Default.ArchiveManifest, ArchiveManifest.Name);
        foreach (var (module, number) in manifest.Schema)
        {
            if (_schema.TryGetValue(module, out var ours) ? number > ours : manifest.Rows.Keys.Any(table => table.StartsWith(module + "_", StringComparison.Ordinal)))
                throw new ArchiveException($"It was made by a newer server ({Clip(manifest.ServerVersion)}; tables {Clip(module)}_* at {number}, here {ours}). Upgrade this server first.");
        }

        return Check(manifest);
    }

    // A newer format may have anything in it: its number is looked at first.
    private static void CheckFormat(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.TryGetProperty("format", out var format) && format.ValueEquals(ArchiveManifest.Kind)
                && json.RootElement.TryGetProperty("format_version", out var version) && version.TryGetInt32(out var number) && number >= 1)
            {
                if (number <= ArchiveManifest.Newest)
                    return;
                throw new ArchiveException($"It is of format version {number}; this server reads versions up to {ArchiveManifest.Newest}. Upgrade this server first.");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        throw new ArchiveException("Its manifest is not that of an archive of a workspace.");
    }

    private static ArchiveManifest Check(ArchiveManifest manifest)
    {
        var about = manifest.Workspace;
        if (!WorkspaceName.IsValid(about.Name))
            throw new ArchiveException("Its manifest names a workspace that cannot be one.");
        if (about.DisplayName.Length > 200 || about.Description.Length > 4000 || about.CostCentre.Length > 200 || about.Contact.Length > 200
            || new[] { about.DisplayName, about.Description, about.CostCentre, about.Contact }.Any(static t => t.Contains('\0', StringComparison.Ordinal)))
            throw new ArchiveException("Its manifest has a title, description, cost centre or contact that is too long.");
        if (manifest.Blobs < 0 || manifest.BlobBytes < 0)
            throw new ArchiveException("Its manifest has a count below zero.");
        return manifest;
    }

    private async ValueTask ReadTableAsync(
        ArchiveReader archive, string workspace, Dictionary<string, long> counted, ArchiveActs acts, CancellationToken cancel)
    {
        var name = archive.Name["tables/".Length..];
        name = name.EndsWith(".ndjson", StringComparison.Ordinal) ? name[..^".ndjson".Length] : "";
        if (!_tables.TryGetValue(name, out var table))
            throw new ArchiveException($"It has a table that this server does not know: {archive.Name}.");
        if (table.Stays is not null)
            throw new ArchiveException($"It has rows of {name}, which does not travel.");
        if (!counted.TryAdd(name, 0))
            throw new ArchiveException($"It has the entry {archive.Name} twice.");
        var batch = new List<object?[]>();
        object?[]? before = null;
        var bytes = 0;
        await foreach (var line in ArchiveLines.ReadAsync(archive, cancel))
        {
            var number = ++counted[name];
            if (PortableRow.Read(table, line.Span, workspace, out var row) is { } wrong)
                throw new ArchiveException($"Line {number} of {archive.Name} {wrong}.");
            if (before is not null && PortableRow.CompareKeys(table, before, row) >= 0)
                throw new ArchiveException($"Line {number} of {archive.Name} has a key that is there twice or out of order.");
            before = row;
            if (acts.Rows is null)
                continue;
            batch.Add(row);
            bytes += line.Length;
            if (batch.Count < BatchRows && bytes < BatchBytes)
                continue;
            await acts.Rows(table, batch);
            acts.Progress?.Invoke(archive.Position);
            batch.Clear();
            bytes = 0;
        }

        if (batch.Count > 0)
            await acts.Rows!(table, batch);
    }

    private static async ValueTask ReadGrantsAsync(ArchiveReader archive, List<ArchivedGrant> grants, CancellationToken cancel)
    {
        await foreach (var line in ArchiveLines.ReadAsync(archive, cancel))
        {
            if (grants.Count == MaxGrants)
                throw new ArchiveException($"It has more than {MaxGrants} grants.");
            grants.Add(Parse(line.ToArray(), ArchiveJson.Default.ArchivedGrant, archive.Name));
        }
    }

    private static async ValueTask<long> ReadBlobAsync(
        ArchiveReader archive, ArchiveManifest manifest, long before, List<long> gaps, ArchiveActs acts, CancellationToken cancel)
    {
        if (!long.TryParse(archive.Name.AsSpan("blobs/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || archive.Name != WorkspaceExport.BlobEntry(number) || number <= before || number > manifest.Blobs)
            throw new ArchiveException($"Its entry {archive.Name} is not where it belongs.");
        AddGaps(gaps, before + 1, number - 1);
        if (acts.Blob is not null)
            await acts.Blob(number, archive.Content, archive.Size);
        return number;
    }

    private static void AddGaps(List<long> gaps, long from, long to)
    {
        if (to - from + gaps.Count >= MaxGaps)
            throw new ArchiveException("It lacks more files than an archive may.");
        for (var number = from; number <= to; number++)
            gaps.Add(number);
    }

    private static async ValueTask<ArchiveTrailer> ReadTrailerAsync(ArchiveReader archive, CancellationToken cancel)
    {
        var (entries, hash) = (archive.Count, archive.EntriesHash);
        var trailer = Parse(await ReadDocumentAsync(archive, cancel), ArchiveJson.Default.ArchiveTrailer, ArchiveTrailer.Name);
        return trailer.Entries == entries && trailer.Sha256 == hash
            ? trailer
            : throw new ArchiveException("It was changed or lost a part since it was made: its entries are not those that its trailer names.");
    }

    private static void Compare(ArchiveManifest manifest, ArchiveTrailer trailer, Dictionary<string, long> counted, List<long> gaps)
    {
        foreach (var (table, rows) in manifest.Rows)
        {
            if (counted.GetValueOrDefault(table, -1) != rows)
                throw new ArchiveException($"It has {Math.Max(0, counted.GetValueOrDefault(table))} rows of {Clip(table)}; its manifest says {rows}.");
        }

        if (counted.Keys.FirstOrDefault(table => !manifest.Rows.ContainsKey(table)) is { } extra)
            throw new ArchiveException($"It has rows of {extra}, of which its manifest knows nothing.");
        if (!gaps.SequenceEqual(trailer.Missing))
            throw new ArchiveException("It lacks files that its trailer does not name as missing.");
    }

    private static async ValueTask<byte[]> ReadDocumentAsync(ArchiveReader archive, CancellationToken cancel)
    {
        if (archive.Size > MaxDocument)
            throw new ArchiveException($"Its {archive.Name} has {archive.Size} bytes; {MaxDocument} are allowed.");
        var bytes = new byte[archive.Size];
        await archive.Content.ReadExactlyAsync(bytes, cancel);
        await archive.FinishAsync(cancel);
        return bytes;
    }

    private static T Parse<T>(byte[] bytes, JsonTypeInfo<T> type, string name)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new ArchiveException($"Its {name} is empty.");
        }
        catch (JsonException e)
        {
            throw new ArchiveException($"Its {name} cannot be read: {e.Message}");
        }
    }

    private static string Clip(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
