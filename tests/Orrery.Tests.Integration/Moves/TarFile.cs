using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Tenancy;

namespace Orrery.Tests.Integration;

/// <summary>An archive of a workspace taken apart, to look at, to change and to put together again.</summary>
internal sealed class TarFile
{
    private TarFile(List<(string Name, byte[] Content)> entries) => Entries = entries;

    public List<(string Name, byte[] Content)> Entries { get; }

    /// <summary>Reads it with another reader than the product's own.</summary>
    public static TarFile Read(byte[] archive)
    {
        using var stream = new MemoryStream(archive);
        using var tar = new TarReader(stream);
        var entries = new List<(string, byte[])>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            entries.Add((entry.Name, content.ToArray()));
        }

        return new(entries);
    }

    public byte[] this[string name]
    {
        get => Entries.Single(e => e.Name == name).Content;
        set => Entries[Entries.FindIndex(e => e.Name == name)] = (name, value);
    }

    public string Text(string name) => Encoding.UTF8.GetString(this[name]);

    public string[] Lines(string name) => Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A copy with an entry's text changed and everything that depends on it right again: counts, hashes.</summary>
    public TarFile With(string name, Func<string, string> change)
    {
        var copy = new TarFile([.. Entries]) { [name] = Encoding.UTF8.GetBytes(change(Text(name))) };
        copy.Settle();
        return copy;
    }

    /// <summary>A copy with other entries, and the trailer right again.</summary>
    public TarFile With(Action<List<(string Name, byte[] Content)>> change)
    {
        var copy = new TarFile([.. Entries]);
        change(copy.Entries);
        copy.Settle();
        return copy;
    }

    /// <summary>A copy as it stands, the trailer wrong.</summary>
    public TarFile Raw(Action<List<(string Name, byte[] Content)>> change)
    {
        var copy = new TarFile([.. Entries]);
        change(copy.Entries);
        return copy;
    }

    public byte[] Write()
    {
        using var stream = new MemoryStream();
        foreach (var (name, content) in Entries)
        {
            stream.Write(TarHeader.Write(name, content.Length, DateTimeOffset.UnixEpoch));
            stream.Write(content);
            stream.Write(new byte[TarHeader.Padding(content.Length)]);
        }

        stream.Write(new byte[1024]);
        return stream.ToArray();
    }

    /// <summary>What must be the same in every export of the same workspace: all but where and when it was made and the trail of that server.</summary>
    public List<(string Name, string Sha256)> Canonical() => [.. Entries
        .Where(static e => e.Name is not ("manifest.json" or "trailer.json" or "audit.ndjson"))
        .Select(static e => (e.Name, Convert.ToHexStringLower(SHA256.HashData(e.Content))))];

    private void Settle()
    {
        if (Entries.FindIndex(static e => e.Name == "manifest.json") is >= 0 and var at)
        {
            var manifest = JsonNode.Parse(Entries[at].Content)!;
            if (manifest["rows"] is JsonObject rows)
            {
                foreach (var (name, content) in Entries.Where(static e => e.Name.StartsWith("tables/", StringComparison.Ordinal)))
                {
                    var table = name["tables/".Length..^".ndjson".Length];
                    if (rows.ContainsKey(table))
                        rows[table] = content.AsSpan().Count((byte)'\n');
                }
            }

            Entries[at] = ("manifest.json", JsonSerializer.SerializeToUtf8Bytes(manifest));
        }

        var last = Entries.FindIndex(static e => e.Name == "trailer.json");
        if (last < 0)
            return;
        var trailer = JsonNode.Parse(Entries[last].Content)!;
        trailer["entries"] = last;
        trailer["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(
            Entries.Take(last).Select(static e => $"{Convert.ToHexStringLower(SHA256.HashData(e.Content))}  {e.Name}\n")))));
        Entries[last] = ("trailer.json", JsonSerializer.SerializeToUtf8Bytes(trailer));
    }
}
