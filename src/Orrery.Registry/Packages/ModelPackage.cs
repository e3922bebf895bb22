namespace Orrery.Registry;

/// <summary>A file of a package.</summary>
/// <param name="Path">In the package, '/'-separated.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record PackageFile(string Path, long Size, string Sha256);

/// <summary>Where a version's package stands.</summary>
public static class PackageStates
{
    /// <summary>Read, and a copy kept.</summary>
    public const string Stored = "stored";

    /// <summary>It lies in somebody else's store, which this server does not read.</summary>
    public const string External = "external";

    /// <summary>There are no files where the version says they are.</summary>
    public const string Missing = "missing";

    /// <summary>Its files cannot be kept: the problem says why.</summary>
    public const string Refused = "refused";
}

/// <summary>What is in the package of a version.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Version">Of the model.</param>
/// <param name="State">Of <see cref="PackageStates"/>.</param>
/// <param name="Problem">What is wrong with it; null when nothing is.</param>
/// <param name="Source">Where it was read from.</param>
/// <param name="Folder">Of the registry's copy in the blob store; null when it keeps none.</param>
/// <param name="Size">Of all files, bytes.</param>
/// <param name="Sha256">Of the lines <c>sha256, two spaces, path</c> sorted by path, each ended by a newline; null without files.</param>
/// <param name="ReadAt">Unix milliseconds.</param>
/// <param name="Document">What it says of itself.</param>
/// <param name="Files">By path.</param>
public sealed record ModelPackage(
    string Name, long Version, string State, string? Problem, string Source, string? Folder, long Size, string? Sha256, long ReadAt,
    PackageDocument Document, IReadOnlyList<PackageFile> Files)
{
    /// <summary>What <see cref="Sha256"/> is of a package with these files.</summary>
    public static string HashOf(IEnumerable<PackageFile> files) => PackageLayout.Hash(files);
}

/// <summary>What the job <c>registry.package</c> is to look at.</summary>
/// <param name="ModelId">Of the model.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Names">The model's names, now and before, whose pointers to the latest version may have changed.</param>
/// <param name="Again">Read a package that is kept already again, and keep what is found now.</param>
internal sealed record PackageJob(string ModelId, long Version, IReadOnlyList<string> Names, bool Again = false);
