using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Orrery.Governance;

/// <summary>The country packs of this server. Their patterns run in time linear in the text.</summary>
internal sealed class CountryPacks
{
    private const string Prefix = "privacy.pack.";
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private static readonly Lazy<CountryPacks> Loaded = new(Load);

    private CountryPacks(IReadOnlyList<CountryPack> packs, FrozenSet<string> givenNames, string rules)
    {
        Countries = [.. packs.Select(static pack => pack.Country)];
        Ids = [.. packs.SelectMany(static pack => pack.Ids.Select(id => new IdPattern(pack.Country, id, Regex(id.Pattern), id.Weak is null ? null : Regex(id.Weak), Checksums.Find(id.Check)!)))];
        Phones = [.. packs.SelectMany(static pack => pack.Phones.Select(pattern => (pack.Country, Regex(pattern))))];
        Streets = packs.SelectMany(static pack => pack.Streets).ToFrozenSet(StringComparer.Ordinal);
        GivenNames = givenNames;
        Rules = rules;
    }

    /// <summary>All of them.</summary>
    public static CountryPacks All => Loaded.Value;

    public IReadOnlyList<string> Countries { get; }

    public IReadOnlyList<IdPattern> Ids { get; }

    public IReadOnlyList<(string Country, Regex Pattern)> Phones { get; }

    public FrozenSet<string> Streets { get; }

    /// <summary>In small letters.</summary>
    public FrozenSet<string> GivenNames { get; }

    /// <summary>Tells these rules from others: the beginning of the SHA-256 of all their files.</summary>
    public string Rules { get; }

    private static CountryPacks Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var packs = new List<CountryPack>();
        foreach (var name in assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var bytes = Bytes(assembly, name);
            hash.AppendData(bytes);
            packs.Add(JsonSerializer.Deserialize(bytes, PackJson.Default.CountryPack)!);
        }

        var names = Bytes(assembly, "privacy.given-names.txt");
        hash.AppendData(names);
        var given = System.Text.Encoding.UTF8.GetString(names).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line[0] != '#').SelectMany(static line => line.Split(' ')).ToFrozenSet(StringComparer.Ordinal);
        return new(packs, given, Convert.ToHexStringLower(hash.GetHashAndReset())[..12]);
    }

    private static byte[] Bytes(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static Regex Regex(string pattern) => new($@"\A(?:{pattern})\z", Linear);
}

/// <summary>A national number that can be looked for.</summary>
internal sealed record IdPattern(string Country, NationalId Id, Regex Strong, Regex? Weak, Func<string, bool> Check);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CountryPack))]
internal sealed partial class PackJson : JsonSerializerContext;
