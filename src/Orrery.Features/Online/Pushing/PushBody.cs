using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Where a push goes.</summary>
[Flags]
internal enum PushTargets
{
    Online = 1,
    Offline = 2,
    Both = Online | Offline,
}

/// <summary>
/// A body of <c>push</c> or <c>write-to-online-store</c>: columns of values, all of one length. <c>df</c> has columns (a single value stands for
/// all rows), <c>rows</c> a list of objects.
/// </summary>
internal sealed class PushBody : IDisposable
{
    public const int MaxRows = 10_000;

    // What only Feast's bodies have is taken here, too, so that its callers can move over.
    private static readonly string[] Known = ["source", "rows", "to", "df", "push_source_name", "allow_registry_cache", "transform_on_write"];

    private readonly JsonDocument _document;
    private readonly Dictionary<string, JsonElement[]> _columns;

    private PushBody(JsonDocument document, string name, PushTargets to, Dictionary<string, JsonElement[]> columns, int rows)
    {
        _document = document;
        Name = name;
        To = to;
        _columns = columns;
        Rows = rows;
    }

    /// <summary>Of the push source, or of the view.</summary>
    public string Name { get; }

    public PushTargets To { get; }

    public int Rows { get; }

    /// <summary>Values of a column, one for each row; null when it was not sent.</summary>
    public JsonElement[]? Column(string name) => _columns.GetValueOrDefault(name);

    public void Dispose() => _document.Dispose();

    /// <summary>Reads a body; a fault of its shape, or <c>features.push_ragged</c>, <c>features.push_target_invalid</c>, <c>features.too_many_rows</c>.</summary>
    /// <param name="bytes">JSON, as Python writes it too.</param>
    /// <param name="nameMembers">Members that may hold the name.</param>
    /// <param name="isNative">Whether it is our own API's, which refuses members that it does not know; Feast's does not.</param>
    /// <param name="faults">All that is wrong with its shape.</param>
    public static Result<PushBody>? Read(ReadOnlyMemory<byte> bytes, ReadOnlySpan<string> nameMembers, bool isNative, out List<BodyFault> faults)
    {
        faults = [];
        if (Parse(bytes, faults) is not { } document)
            return null;
        var result = Read(document, nameMembers, isNative, faults);
        if (result is not { Succeeded: true })
            document.Dispose();
        return result;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> bytes, List<BodyFault> faults)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            try
            {
                if (LenientJson.Quote(bytes.Span) is { } quoted)
                    return JsonDocument.Parse(quoted);
            }
            catch (JsonException)
            {
                // Told with the first fault.
            }

            faults.Add(BodyFault.NotJson(e.Message));
            return null;
        }
    }

    private static Result<PushBody>? Read(JsonDocument document, ReadOnlySpan<string> nameMembers, bool isNative, List<BodyFault> faults)
    {
        var root = document.RootElement;
        if (root.ValueKind is not JsonValueKind.Object)
        {
            faults.Add(BodyFault.NoObject(root.GetRawText()));
            return null;
        }

        if (isNative && BodyMembers.Problem(root, Known) is { } unknown)
            return unknown;
        var name = NameOf(root, nameMembers, faults);
        var columns = new Dictionary<string, JsonElement[]>(StringComparer.Ordinal);
        var rows = RowsOf(root, columns, faults);
        if (root.TryGetProperty("to", out var to) && to.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            faults.Add(BodyFault.NoText(["to"], to.GetRawText()));
        if (faults.Count > 0)
            return null;
        if (Targets(root).Failed(out var wrongTarget, out var targets))
            return wrongTarget;
        if (rows < 0)
            return Failure.Invalid("features.push_ragged", "All arrays must be of the same length.");
        return rows > MaxRows
            ? Failure.Invalid("features.too_many_rows", $"The push has {rows} rows; at most {MaxRows} are taken.")
            : new PushBody(document, name, targets, columns, rows);
    }

    private static int RowsOf(JsonElement root, Dictionary<string, JsonElement[]> columns, List<BodyFault> faults)
    {
        if (root.TryGetProperty("rows", out var list))
        {
            if (list.ValueKind is JsonValueKind.Array)
                return FromRows(list, columns, faults);
            faults.Add(BodyFault.NoList(["rows"], list.GetRawText()));
        }
        else if (!root.TryGetProperty("df", out var frame))
        {
            faults.Add(BodyFault.Missing("df", root.GetRawText()));
        }
        else if (frame.ValueKind is JsonValueKind.Object)
        {
            return FromFrame(frame, columns);
        }
        else
        {
            faults.Add(BodyFault.NoMembers(["df"], frame.GetRawText()));
        }

        return 0;
    }

    private static string NameOf(JsonElement root, ReadOnlySpan<string> members, List<BodyFault> faults)
    {
        foreach (var member in members)
        {
            if (!root.TryGetProperty(member, out var given))
                continue;
            if (given.ValueKind is JsonValueKind.String)
                return given.GetString()!;
            faults.Add(BodyFault.NoText([member], given.GetRawText()));
            return "";
        }

        faults.Add(BodyFault.Missing(members[0], root.GetRawText()));
        return "";
    }

    private static Result<PushTargets> Targets(JsonElement root)
    {
        if (!root.TryGetProperty("to", out var to) || to.ValueKind is JsonValueKind.Null)
            return PushTargets.Online;
        return (to.ValueKind is JsonValueKind.String ? to.GetString() : null) switch
        {
            "online" => PushTargets.Online,
            "offline" => PushTargets.Offline,
            "online_and_offline" or "both" => PushTargets.Both,
            _ => Failure.Invalid("features.push_target_invalid", $"'to' is {DefinitionNames.Clip(to.GetRawText())}; it must be one of \"online\", \"offline\", \"online_and_offline\"."),
        };
    }

    private static int FromRows(JsonElement list, Dictionary<string, JsonElement[]> columns, List<BodyFault> faults)
    {
        var rows = list.GetArrayLength();
        var at = 0;
        foreach (var row in list.EnumerateArray())
        {
            if (row.ValueKind is not JsonValueKind.Object)
            {
                faults.Add(BodyFault.NoMembers(["rows", at.ToString(System.Globalization.CultureInfo.InvariantCulture)], row.GetRawText()));
                return 0;
            }

            foreach (var member in row.EnumerateObject())
            {
                if (!columns.TryGetValue(member.Name, out var column))
                    columns[member.Name] = column = new JsonElement[rows];
                column[at] = member.Value;
            }

            at++;
        }

        return rows;
    }

    // A column of one value stands for as many rows as the others have; when all are such, for one.
    private static int FromFrame(JsonElement frame, Dictionary<string, JsonElement[]> columns)
    {
        var rows = -1;
        foreach (var column in frame.EnumerateObject().Where(static one => one.Value.ValueKind is JsonValueKind.Array))
        {
            if (rows >= 0 && rows != column.Value.GetArrayLength())
                return -1;
            rows = column.Value.GetArrayLength();
        }

        rows = rows < 0 ? 1 : rows;
        foreach (var column in frame.EnumerateObject())
        {
            columns[column.Name] = column.Value.ValueKind is JsonValueKind.Array
                ? [.. column.Value.EnumerateArray()]
                : [.. Enumerable.Repeat(column.Value, rows)];
        }

        return rows;
    }
}
