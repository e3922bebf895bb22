using System.Security.Cryptography;
using System.Text;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Looks at all files of a package. Runs nothing of them, and starts no other program.</summary>
internal sealed class PackageScanner(IBlobs blobs, ScratchFiles scratch, ScanSettings settings)
{
    private const int MostDependencyBytes = 1 << 20;

    /// <summary>What is in a package; <c>governance.files_changed</c> when the copy is not what the registry recorded.</summary>
    public async ValueTask<Result<ScanDocument>> ScanAsync(ModelPackage package, CancellationToken cancel)
    {
        var facts = PackageFacts.Of(package.Document, package.Files, AllowList.Default);
        var code = facts.IsCloudpickle && settings.AllowCode;
        var pickles = new PickleSettings(AllowList.Default, code, code ? [.. settings.Modules, .. facts.Modules] : settings.Modules);
        var findings = new Findings();
        var dependencies = new List<Dependency>();
        var scan = new FileScan(facts, pickles, findings, scratch, cancel);
        foreach (var file in package.Files)
        {
            using var copy = scratch.Create();
            if ((await CopyAsync(package, file, copy, cancel)).Failure is { } changed)
                return changed;
            // Off the caller's thread: it is work of the processor.
            await Task.Run(() => scan.Scan(file.Path, copy), cancel);
            if (Requirements.IsOne(file.Path) && copy.Length <= MostDependencyBytes)
                dependencies.AddRange(Requirements.Read(file.Path, Text(copy)));
        }

        var distinct = dependencies.DistinctBy(static one => (one.Name, one.Version, one.IsPyPi)).OrderBy(static one => one.Name, StringComparer.Ordinal).ToList();
        Weigh(distinct, findings);
        return new ScanDocument { Findings = findings.All, Dependencies = distinct, Files = package.Files.Count, Bytes = package.Size };
    }

    private async ValueTask<Result<Done>> CopyAsync(ModelPackage package, PackageFile file, FileStream copy, CancellationToken cancel)
    {
        if (await blobs.OpenAsync($"{package.Folder}/{file.Path}", null, cancel) is not { } opened)
            return Failure.Conflict("governance.files_changed", $"The registry's copy of '{file.Path}' is gone.");
        await using var blob = opened;
        await blob.Stream.CopyToAsync(copy, cancel);
        copy.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancel));
        copy.Position = 0;
        return hash == file.Sha256 ? Done.Ok : Failure.Conflict("governance.files_changed", $"The registry's copy of '{file.Path}' is not what was registered: its SHA-256 differs.");
    }

    private void Weigh(List<Dependency> dependencies, Findings findings)
    {
        foreach (var one in dependencies.Where(static one => one is { IsPyPi: true, Version: not null }))
        {
            foreach (var advisory in settings.Advisories.Of(one.Name, one.Version!))
            {
                var fix = advisory.FixFor(one.Version!) is { } version ? $"; it is mended in {version}" : "";
                findings.Add(ScanRules.Vulnerable, advisory.Severity, one.Source, $"{one.Name} {one.Version} has the known weakness {advisory.Id}{fix}", [advisory.Id, .. advisory.Aliases]);
            }
        }

        var open = dependencies.Where(static one => one is { IsPyPi: true, Version: null }).Select(static one => one.Name).ToList();
        if (open.Count > 0 && settings.Advisories.Count > 0)
            findings.Add(ScanRules.Unpinned, Severity.Info, "requirements.txt", $"{open.Count} packages have no single version, so that their known weaknesses are not known: {string.Join(", ", open.Take(10))}");
    }

    private static string Text(FileStream copy)
    {
        copy.Position = 0;
        using var reader = new StreamReader(copy, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd();
    }
}
