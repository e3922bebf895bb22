using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Features;

namespace Orrery.Serving;

/// <summary>
/// Refuses rows about subjects who have opted out of predictions, before anything is looked up. Made out once for each state of the opt-outs; looking at a row
/// is a hash and a search in memory.
/// </summary>
internal sealed class LookupSubjects
{
    /// <summary>Code of the refusal, with which its message begins.</summary>
    public const string Code = "governance.subject_opted_out";

    private const int MostBytes = 1024;

    private readonly SubjectIndex _index;
    private readonly Match[] _matches;

    public LookupSubjects(SubjectIndex index, FeatureLookup lookup)
    {
        _index = index;
        _matches = [.. index.Groups.SelectMany(group => Matches(group, lookup))];
    }

    /// <summary>Whether it is of this state of the opt-outs.</summary>
    public bool IsOf(SubjectIndex index) => ReferenceEquals(_index, index);

    /// <summary>Looks at all rows.</summary>
    /// <exception cref="RefusedException">A row's subject has opted out.</exception>
    public void Check(LookupWork work)
    {
        foreach (var match in _matches)
            Check(match, work);
    }

    /// <summary>The refusal.</summary>
    public static RefusedException Refusal(string what) => new(StatusCodes.Status403Forbidden, $"{Code}: {what} has opted out of predictions.");

    private static void Check(Match match, LookupWork work)
    {
        Span<byte> buffer = stackalloc byte[MostBytes];
        if (match.Inputs.Length == 1)
        {
            var lone = work.Input(match.Inputs[0]).WrittenSpan;
            if (lone.IsEmpty)
                return;
            var json = new Utf8JsonReader(lone);
            json.Read();
            for (var row = 0; json.Read() && json.TokenType is not JsonTokenType.EndArray; row++)
            {
                var written = 0;
                if (TryAppend(ref json, match, 0, buffer, ref written) && match.Group.Contains(buffer[..written]))
                    throw Refusal($"the subject of row {row}");
            }

            return;
        }

        CheckWide(match, work, buffer);
    }

    // Keys of several columns: each row's values stand in as many lists.
    private static void CheckWide(Match match, LookupWork work, scoped Span<byte> buffer)
    {
        var places = new JsonDocument?[match.Inputs.Length];
        try
        {
            for (var part = 0; part < places.Length; part++)
            {
                if (work.Input(match.Inputs[part]).WrittenMemory is not { IsEmpty: false } list)
                    return;
                places[part] = JsonDocument.Parse(list);
            }

            for (var row = 0; row < work.Rows; row++)
            {
                var (written, isWhole) = (0, true);
                for (var part = 0; part < places.Length && isWhole; part++)
                {
                    var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(places[part]!.RootElement[row].GetRawText()));
                    isWhole = json.Read() && TryAppend(ref json, match, part, buffer, ref written);
                }

                if (isWhole && match.Group.Contains(buffer[..written]))
                    throw Refusal($"the subject of row {row}");
            }
        }
        finally
        {
            foreach (var place in places)
                place?.Dispose();
        }
    }

    // A key that is no text and no number, or longer than any, is refused where it is looked up.
    private static bool TryAppend(ref Utf8JsonReader json, Match match, int part, scoped Span<byte> buffer, scoped ref int written)
    {
        if (json.TokenType is JsonTokenType.StartArray && (!json.Read() || json.TokenType is JsonTokenType.EndArray))
            return false;
        var isList = json.CurrentDepth > 1;
        var isDone = json.TokenType is JsonTokenType.String or JsonTokenType.Number && TryAppendValue(ref json, match, part, buffer, ref written);
        while (isList && json.TokenType is not JsonTokenType.EndArray && json.Read())
        {
        }

        if (json.TokenType is JsonTokenType.StartObject)
            json.Skip();
        return isDone;
    }

    private static bool TryAppendValue(ref Utf8JsonReader json, Match match, int part, scoped Span<byte> buffer, scoped ref int written)
    {
        var name = match.Names[part];
        var length = json.HasValueSequence ? (int)json.ValueSequence.Length : json.ValueSpan.Length;
        if (written + name.Length + length + 1 > buffer.Length)
            return false;
        name.CopyTo(buffer[written..]);
        var value = buffer[(written + name.Length)..];
        if (json.TokenType is JsonTokenType.String)
            length = json.CopyString(value);
        else
            json.ValueSpan.CopyTo(value);
        if (match.IsWhole[part] && !IsPlain(value[..length]))
        {
            var text = SubjectIndex.Whole(Encoding.UTF8.GetString(value[..length]));
            if (!Encoding.UTF8.TryGetBytes(text, value, out length) || length == value.Length)
                return false;
        }

        value[length] = 0;
        written += name.Length + length + 1;
        return true;
    }

    // As whole numbers are written: nothing to be done.
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        var digits = text.Length > 0 && text[0] == '-' ? text[1..] : text;
        return digits.Length > 0 && (digits[0] != '0' || digits.Length == 1) && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    // By the keys of the views, whatever the request calls them, and by inputs of the same names.
    private static IEnumerable<Match> Matches(SubjectGroup group, FeatureLookup lookup)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var keys in lookup.Keys.Append([.. lookup.Inputs.Select(static input => (input.Name, input.Name))]))
        {
            var columns = group.Columns.Select(name => keys.FirstOrDefault(key => key.Key == name).Column).ToList();
            var inputs = columns.ConvertAll(column => lookup.Inputs.ToList().FindIndex(input => input.Name == column));
            if (inputs.Contains(-1) || !seen.Add(string.Join(',', inputs)))
                continue;
            yield return new(
                group, [.. inputs], [.. group.Columns.Select(static name => Encoding.UTF8.GetBytes(name + "\0"))],
                [.. inputs.Select(input => lookup.Inputs[input].Type is "int32" or "int64" or "unix_timestamp")]);
        }
    }

    private sealed record Match(SubjectGroup Group, int[] Inputs, byte[][] Names, bool[] IsWhole);
}
